// What ends a loop when it is no counter: flags, settings of another object, the caller who hands nothing on, a graph without a way
// back or with a person in it. And those that only look so.
import { AI, CHAT, OPENAI, type Seen, table } from './support/calls.ts';

const LOOP = (loop: string): readonly Seen[] => [{ loop }];
const once = (body: string, head = 'let again = false;'): string =>
  `${OPENAI}export async function run(full: (e: unknown) => boolean) {\n  ${head}\n  while (true) {\n    ${body}\n  }\n}`;

table('flags', [
  {
    name: 'once more behind a flag',
    files: once(`try { return await ${CHAT}; } catch (e) { if (!again && full(e)) { again = true; continue; } throw e; }`),
    calls: LOOP('bounded 2'),
  },
  {
    name: 'two flags',
    files: once(
      `try { return await ${CHAT}; } catch (e) { if (!again) { again = true; continue; } if (!last) { last = true; continue; } throw e; }`,
      'let again = false, last = false;',
    ),
    calls: LOOP('bounded 3'),
  },
  {
    name: 'a flag that is taken back',
    files: once(`try { again = false; return await ${CHAT}; } catch (e) { if (!again && full(e)) { again = true; continue; } throw e; }`),
    calls: LOOP('unbounded'),
  },
  {
    name: 'a flag that nobody sets',
    files: once(`try { return await ${CHAT}; } catch (e) { if (!again && full(e)) { continue; } throw e; }`),
    calls: LOOP('unbounded'),
  },
  {
    name: 'a flag of each round',
    files: once(
      `let again = false; try { return await ${CHAT}; } catch (e) { if (!again && full(e)) { again = true; continue; } throw e; }`,
      '',
    ),
    calls: LOOP('unbounded'),
  },
  {
    name: 'another way to go on',
    files: once(
      `try { const r = await ${CHAT}; if (r.choices) return r; } catch (e) { if (!again && full(e)) { again = true; continue; } throw e; }`,
    ),
    calls: LOOP('unbounded'),
  },
  {
    name: 'either the flag or something else',
    files: once(`try { return await ${CHAT}; } catch (e) { if (!again || full(e)) { again = true; continue; } throw e; }`),
    calls: LOOP('unbounded'),
  },
]);

const spawning = (given: string, handed: string): string => `${AI}import { tool, stepCountIs } from 'ai';
export function createTools(mode: string, deps: { run?: (q: string) => Promise<string> } = {}) {
  const tools: Record<string, unknown> = {};
  if (deps.run) tools.task = tool({ description: mode, inputSchema: {}, execute: async (q: string) => deps.run!(q) });
  return tools;
}
export async function child(q: string): Promise<string> {
  const r = await generateText({ model: openai('gpt-5'), prompt: q, tools: createTools('child'${given}), stopWhen: stepCountIs(4) });
  return r.text;
}
export async function parent(q: string) {
  const tools = createTools('parent', { run: x => child(x) });
  return tools${handed};
}
`;

const AGAIN = (guard: string, given: string, first = 'question: string, goesOn = false'): string =>
  `${OPENAI}export async function ask(${first}): Promise<string> {\n  const reply: any = await ${CHAT};\n  ${guard.replace('CALL', `return ask(question${given});`)}\n  return reply.text;\n}`;

table('recursion behind a flag', [
  { name: 'the call sets the flag', files: AGAIN('if (reply.isCut && !goesOn) CALL', ', true'), calls: LOOP('bounded 1') },
  {
    name: 'the flag leaves first',
    files: AGAIN('if (goesOn || !reply.isCut) return reply.text;\n  CALL', ', true'),
    calls: LOOP('bounded 1'),
  },
  { name: 'a flag that the call does not set', files: AGAIN('if (reply.isCut && !goesOn) CALL', ''), calls: LOOP('unbounded') },
  { name: 'a flag that the call takes back', files: AGAIN('if (reply.isCut && !goesOn) CALL', ', false'), calls: LOOP('unbounded') },
  { name: 'one of two reasons', files: AGAIN('if (reply.isCut || !goesOn) CALL', ', true'), calls: LOOP('unbounded') },
  { name: 'the wrong way round', files: AGAIN('if (reply.isCut && goesOn) CALL', ', true'), calls: LOOP('unbounded') },
  {
    name: 'two flags, of which each call takes the other back',
    files: AGAIN(
      'if (reply.isCut && !goesOn) return ask(question, again, true);\n  if (reply.isOff && !again) CALL',
      ', true',
      'question: string, again = false, goesOn = false',
    ),
    calls: LOOP('unbounded'),
  },
  {
    name: 'a guard behind the call',
    files: AGAIN('const more = await ask(question, true);\n  if (goesOn) return more;', ''),
    calls: LOOP('unbounded'),
  },
  {
    name: 'a guard on some ways only',
    files: AGAIN('if (reply.isOff) { if (goesOn) return reply.text; }\n  CALL', ', true'),
    calls: LOOP('unbounded'),
  },
  {
    name: 'a flag that is taken back in between',
    files: AGAIN('if (reply.isOff) goesOn = false;\n  if (reply.isCut && !goesOn) CALL', ', true'),
    calls: LOOP('unbounded'),
  },
  {
    name: 'a keyword of Python',
    files: {
      'a.py': `from openai import OpenAI\nclient = OpenAI()\n\ndef ask(question, more=False):\n    reply = client.chat.completions.create(model="gpt-5", messages=[])\n    if reply.usage.completion_tokens >= 4000 and not more:\n        return ask(question, more=True)\n    return reply\n`,
    },
    calls: LOOP('bounded 1'),
  },
]);

table('recursion through what is handed over', [
  { name: 'the child gets no way to start another', files: spawning('', ''), calls: LOOP('bounded 4') },
  { name: 'the child can start others', files: spawning(', { run: x => child(x) }', ''), calls: LOOP('unbounded') },
  {
    name: 'a new object, whose settings decide',
    files: `${OPENAI}class Research {
  constructor(private readonly kind: string) {}
  async run(): Promise<unknown> {
    if (this.kind === 'deep') return this.deeper();
    return ${CHAT};
  }
  async deeper() {
    const inner = new Research('flat');
    return inner.run();
  }
}
await new Research('deep').run();`,
    calls: LOOP('unknown'),
  },
  {
    name: 'a new object that nothing holds back',
    files: `${OPENAI}class Research {
  async run(): Promise<unknown> {
    await ${CHAT};
    return this.deeper();
  }
  async deeper() {
    const inner = new Research();
    return inner.run();
  }
}
await new Research().run();`,
    calls: LOOP('unbounded'),
  },
  {
    name: 'a method of the same name on something unknown',
    files: `${OPENAI}export class Judge {
  constructor(private readonly parts: { family: { judge(q: string): string } }) {}
  async judge(q: string) {
    const prompt = this.parts.family.judge(q);
    return client.chat.completions.create({ model: 'gpt-5', messages: [{ role: 'user', content: prompt }] });
  }
}`,
    calls: LOOP('no'),
  },
  {
    name: 'the smaller of two limits, one of them a choice',
    files: `${AI}import { stepCountIs } from 'ai';\nexport const run = (deep: boolean) => generateText({ model: openai('gpt-5'), prompt: '', tools: {}, stopWhen: stepCountIs(Math.min(400, deep ? 120 : 60)) });`,
    calls: LOOP('bounded 120'),
  },
]);

const graph = (edges: string, { imports = '', human = 'return state;', compile = '', config = '' } = {}): string =>
  `import { StateGraph, START, END${imports} } from '@langchain/langgraph';
import { ChatOpenAI } from '@langchain/openai';
const model = new ChatOpenAI({ model: 'gpt-5' });
async function write(state: { text: string }) { await model.invoke(state.text); return state; }
async function human(state: { text: string }) { ${human} }
const graph = new StateGraph({})
  .addNode('write', write)
  .addNode('human', human)
  ${edges}
  .compile(${compile});
export async function run(text: string) { return graph.invoke({ text }${config}); }
`;
const STRAIGHT = `.addEdge(START, 'write').addEdge('write', 'human').addEdge('human', END)`;
const ROUND = `.addEdge(START, 'write').addEdge('write', 'human').addConditionalEdges('human', s => (s.text ? 'write' : END))`;

const asking = (check: string, loop = 'while (this.going && this.mayGoOn())', step = 'this.rounds += 1;'): string => `${OPENAI}class Agent {
  rounds = 0;
  going = true;
  started = Date.now();
  constructor(private readonly most = 8, private readonly force = false) {}
  mayGoOn(): boolean { ${check} }
  done(): boolean { return this.rounds >= this.most; }
  async run() {
    ${loop} {
      ${step}
      const answer = await ${CHAT};
      if (!answer.choices) this.going = false;
    }
  }
}
await new Agent().run();`;

table('a function that says whether to go on', [
  { name: 'at a number of rounds', files: asking('if (this.rounds >= this.most) return false; return true;'), calls: LOOP('bounded 8') },
  { name: 'in one expression', files: asking('return this.rounds < this.most;'), calls: LOOP('bounded 8') },
  {
    name: 'at a time',
    files: asking('const spent = Date.now() - this.started; if (spent > 60_000) { console.log(spent); return false; } return true;'),
    calls: LOOP('bounded'),
  },
  { name: 'asked to leave', files: asking('return true;', 'while (!this.done())'), calls: LOOP('bounded 8') },
  {
    name: 'unless it is forced',
    files: asking('if (this.force) return true; if (this.rounds >= this.most) return false; return true;'),
    calls: LOOP('unbounded'),
  },
  { name: 'by what nobody counts', files: asking('return this.rounds < this.most;', undefined, ''), calls: LOOP('unbounded') },
  {
    name: 'by a counter of its own',
    files: asking('let rounds = 0; rounds++; if (rounds >= this.most) return false; return true;', undefined, ''),
    calls: LOOP('unbounded'),
  },
  { name: 'always yes', files: asking('if (this.rounds >= this.most) console.log("many"); return true;'), calls: LOOP('unbounded') },
]);

table('graphs', [
  { name: 'without a way back', files: graph(STRAIGHT), calls: [{ loop: 'no' }, { loop: 'no' }] },
  { name: 'with a way back', files: graph(ROUND), calls: [{ loop: 'bounded 25 default' }, { loop: 'bounded 25 default' }] },
  {
    name: 'with a way back and a limit of its own',
    files: graph(ROUND, { config: ', { recursionLimit: 9 }' }),
    calls: [{ loop: 'bounded 9' }, { loop: 'bounded 9' }],
  },
  {
    name: 'a person on the way back',
    files: graph(ROUND, { imports: ', interrupt', human: `return { text: interrupt('Is it good?') };` }),
    calls: [{ loop: 'no' }, { loop: 'bounded 25 default' }],
  },
  {
    name: 'a person before a node, told to the compiled graph',
    files: graph(ROUND, { compile: `{ interruptBefore: ['human'] }` }),
    calls: [{ loop: 'no' }, { loop: 'bounded 25 default' }],
  },
  {
    name: 'a person who is asked only sometimes',
    files: graph(ROUND, { imports: ', interrupt', human: `if (state.text) return { text: interrupt('Is it good?') }; return state;` }),
    calls: [{ loop: 'bounded 25 default' }, { loop: 'bounded 25 default' }],
  },
  {
    name: 'a step that cannot be read',
    files: graph(`.addEdge(START, 'write').addConditionalEdges('write', next)`, { imports: '' }).replace(
      'const graph',
      'declare const next: (s: object) => string;\nconst graph',
    ),
    calls: [{ loop: 'bounded 25 default' }, { loop: 'bounded 25 default' }],
  },
]);

table('names of functions', [
  {
    name: 'a name that only one function imports is not the one of the file',
    files: {
      'chat.py': `from openai import OpenAI\nclient = OpenAI()\n\ndef main():\n    return client.chat.completions.create(model="gpt-5", messages=[])\n`,
      'run.py': `def command(name):\n    if name == "chat":\n        from chat import main\n        main()\n\ndef main():\n    command("chat")\n\nmain()\n`,
    },
    calls: LOOP('no'),
  },
  {
    name: 'a method that is bound to a name outside of the node that calls it',
    files: `import { StateGraph, START } from '@langchain/langgraph';\n${OPENAI}class Search {\n  build() {\n    const think = this.think.bind(this);\n    return new StateGraph({})\n      .addNode('think', async (state: any) => ({ text: await think(state) }))\n      .addNode('look', async (state: any) => state)\n      .addEdge(START, 'think')\n      .addEdge('think', 'look')\n      .addConditionalEdges('look', (state: any) => (state.done ? '__end__' : 'think'))\n      .compile();\n  }\n  async think(state: any) { return ${CHAT}; }\n}\nawait new Search().build().invoke({}, { recursionLimit: 9 });`,
    calls: [{ loop: 'bounded 9' }, { loop: 'bounded 9' }],
  },
]);
