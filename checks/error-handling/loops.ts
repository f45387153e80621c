import {
  armOf,
  callWords,
  defineCheck,
  died,
  exitWords,
  type Finding,
  fail,
  ignoredOptions,
  modelCalls,
  type Observation,
  offersTools,
  partial,
  pass,
  production,
  replyOf,
  type Trial,
  time,
  toolResults,
  unknown,
  waited,
} from '../../src/core/index.ts';

/** More rounds than this protect no budget: the bound is there, the money is gone. */
const SOFT = 100;

/** Model calls that one message may cause; 25 is the highest preset among frameworks that have one (LangGraph). */
const MANY = 25;
/** A last model call within this time before our patience ended: the loop was still going on. In milliseconds. */
const RECENT = 10_000;

/** The model asks for a tool for ever. */
function stopped(trial: Trial, what: string): Finding | undefined {
  const calls = modelCalls(trial);
  const reply = replyOf(trial);
  const words = callWords(calls.length);
  if (!offersTools(trial)) return undefined;
  if (trial.capped) return fail(`${what}: ${words} and not stopped`);
  const last = calls.at(-1);
  if (reply === undefined || reply.end === 'late') {
    return calls.length > 1 && reply !== undefined && last !== undefined && last.at > reply.endedAt - RECENT
      ? fail(`${what}: ${words} in ${time(waited(reply))} and not stopped`)
      : unknown(`${what}: ${words}, and then neither another one nor a reply`);
  }
  // Without a result that went back there was no loop: the agent may ask a person first, make one step only, or end because its tool failed.
  if (toolResults(trial).length === 0) return unknown(`${what}: no result of a tool was sent back to the model, so there was no loop`);
  if (died(trial)) return fail(`${what}: after ${words} the agent's process ended (${exitWords(trial)})`);
  if (calls.length > MANY) return partial(`${what}: stopped after ${words}`);
  return pass(`${what}: stopped after ${words}`);
}

/** One endless loop is enough to spend without end, whatever stops the other. */
function loops(seen: Observation): readonly Finding[] {
  const found = [
    stopped(armOf(seen, 'changing'), 'A tool asked for with changing arguments'),
    stopped(armOf(seen, 'same'), 'A tool asked for with the same arguments'),
  ].filter(one => one !== undefined);
  const endless = found.filter(one => one.status === 'fail');
  return endless.length > 0 ? endless : found;
}

export const check = defineCheck({
  id: 'error-handling/loops',
  code: 'ERR-10',
  title: 'A tool-call loop ends at a limit',
  severity: 'blocker',
  how: ['observe', 'inspect'],
  lines: ['L04'],
  why: 'A model that asks for the same tool for ever spends money until somebody notices. One request can cost more than a month.',
  fix: 'Stop after a fixed number of rounds (stopWhen: stepCountIs(n), maxTurns, recursionLimit, a counter in the loop) and give the fallback answer; detect repeated calls as well.',
  settles: 'A run in which the model asks for the same tool without end: the number of model calls until the agent stops.',
  traps: [
    'maxSteps in AI SDK 5 and later is ignored; the call then makes one step.',
    'while (true) that ends when no tool is asked for never ends with a model that always asks.',
    'A function that calls itself again after a failure, without a counter, is a loop.',
    'Google ADK stops after 500 calls: a bound, but no protection.',
    'The Claude Agent SDK and the agents of LlamaIndex have no bound by default.',
  ],
  needs: { facts: ['model-call', 'dead-option'] },

  inspect({ 'model-call': calls, 'dead-option': dead }) {
    const found = production(calls).map(({ call, loop, location }) => {
      const places = [location, ...(loop.location === undefined ? [] : [loop.location])];
      if (loop.status === 'unbounded') return fail(`${call} has no limit: ${loop.how}`, places);
      if (loop.status === 'unknown') return unknown(`${call}: ${loop.how}`, places);
      if (loop.status === 'not-in-loop') return pass(`${call} is not in a loop`, [location]);
      if (loop.basis === 'soft' || (loop.bound ?? 0) > SOFT)
        return partial(`${call} ends only after ${loop.bound ?? 'very many'} rounds: ${loop.how}`, places);
      return pass(`${call} is bounded: ${loop.how}`, places);
    });
    // One loop without end is enough to spend without end, however well the others are bounded.
    const endless = found.filter(finding => finding.status === 'fail');
    return endless.length > 0 ? endless : [...found, ...ignoredOptions(dead, 'loop', partial)];
  },

  observe: { 'tool-loop': loops },

  examples: [
    {
      expect: 'pass',
      file: 'agent.ts',
      files: { 'package.json': '{ "dependencies": { "ai": "6.0.326", "@ai-sdk/openai": "3.0.141" } }' },
      code: `import { generateText, stepCountIs } from 'ai';
import { openai } from '@ai-sdk/openai';
import { tools } from './tools';
export const reply = (prompt) => generateText({ model: openai('gpt-5.6'), prompt, tools, maxOutputTokens: 800, stopWhen: stepCountIs(5) });`,
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
import { runTool, tools } from './tools';
const client = new OpenAI();
export async function reply(messages) {
  while (true) {
    const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', max_completion_tokens: 800, messages, tools });
    const { message } = choices[0];
    if (!message.tool_calls) return message.content;
    messages.push(message);
    for (const call of message.tool_calls) messages.push(await runTool(call));
  }
}`,
      shows: 'only the answers of the model end it',
    },
    {
      expect: 'pass',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
import { runTool, tools } from './tools';
const client = new OpenAI();
const MAX_ROUNDS = 8;
export async function reply(messages) {
  let rounds = 0;
  while (true) {
    if (rounds++ >= MAX_ROUNDS) return 'I could not finish this; a colleague will take over.';
    const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', max_completion_tokens: 800, messages, tools });
    const { message } = choices[0];
    if (!message.tool_calls) return message.content;
    messages.push(message);
    for (const call of message.tool_calls) messages.push(await runTool(call));
  }
}`,
      shows: 'the same loop with a counter',
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      files: { 'package.json': '{ "dependencies": { "ai": "5.0.277", "@ai-sdk/openai": "2.0.131" } }' },
      code: `import { generateText } from 'ai';
import { openai } from '@ai-sdk/openai';
import { tools } from './tools';
export const reply = (prompt) => generateText({ model: openai('gpt-5.6'), prompt, tools, maxOutputTokens: 800, maxSteps: 5 });`,
      shows: 'one step only: the option is of another version',
    },
    {
      expect: 'pass',
      file: 'chat.ts',
      code: `import OpenAI from 'openai';
import { createInterface } from 'node:readline/promises';
const client = new OpenAI();
const terminal = createInterface({ input: process.stdin, output: process.stdout });
const messages = [];
while (true) {
  messages.push({ role: 'user', content: await terminal.question('> ') });
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', max_completion_tokens: 800, messages });
  console.log(choices[0].message.content);
}`,
      shows: 'a person sets the pace',
    },
  ],
});
