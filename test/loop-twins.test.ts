// Limits of loops that limit nothing: given away when the function is bound, sent by whoever asks, set back by what the loop calls, or not
// come by in every round. Beside each stands a twin whose limit holds.
import { type Files, openTwins } from './support/twins.ts';

const { twins } = openTwins('loop-twins', 'ERR-10', {
  'package.json':
    '{ "dependencies": { "openai": "6.49.0", "ai": "6.0.326", "@ai-sdk/openai": "3.0.141", "express": "5.0.0", "zod": "4.1.0" } }',
  'requirements.txt': 'openai==1.99.0\nfastapi==0.115.0\nflask==3.1.0\n',
});

const HEAD = `import OpenAI from 'openai';
import express from 'express';
import { generateText, stepCountIs } from 'ai';
import { openai } from '@ai-sdk/openai';
import { runTool, tools } from './tools';
const client = new OpenAI();
const app = express();
`;
const ASKED = `const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', max_completion_tokens: 800, messages, tools });
    const { message } = choices[0];
    if (!message.tool_calls) return message.content;`;
const REST = 'messages.push(message, await runTool(message.tool_calls[0]));';
const ask = (parameters: string, after: string): Files => ({
  'agent.ts': `${HEAD}async function ask(${parameters}) {\n  for (let i = 0; i < max; i++) {\n    ${ASKED}\n    ${REST}\n  }\n}\n${after}\n`,
});
const MAX = 'messages: any[], max = 8';
const handle = (call: string): string => `export const handle = (messages: any[]) => ${call};`;
const body = (inner: string, before = ''): Files => ({
  'agent.ts': `${HEAD}${before}\nexport async function ask(messages: any[]) {\n${inner}\n}\n`,
});
const while8 = (inside: string, before = 'let turns = 0;', condition = 'turns < 8'): Files =>
  body(`  ${before}\n  while (${condition}) {\n    ${inside}\n  }`);

const HEAD_PYTHON = `import functools
import math
from typing import Literal
from fastapi import FastAPI, Query
from flask import Flask, request
from openai import OpenAI
from pydantic import BaseModel, Field, conint, field_validator
from tools import run_tool, tools
client = OpenAI()
app = FastAPI()
`;
const ROUND = `result = client.chat.completions.create(model="gpt-5.6", max_completion_tokens=800, messages=messages, tools=tools)
message = result.choices[0].message
if not message.tool_calls:
    return message.content
`;
const indented = (text: string, by: number): string => text.replace(/^(?=.)/gm, ' '.repeat(by));
const py = (after: string): Files => ({
  'agent.py': `${HEAD_PYTHON}
def ask(messages, max_turns=8):
    for _ in range(max_turns):
${indented(`${ROUND}messages.append(run_tool(message))`, 8)}


${after}
`,
});
const RUN = '\n\ndef handle(messages):\n    return run(messages)';
const model = (field: string, given: string): Files =>
  py(
    `class Body(BaseModel):\n    messages: list\n    max_turns: int = ${field}\n\n\n@app.post("/chat")\ndef chat(body: Body):\n    return ask(body.messages, ${given})`,
  );

twins(
  'a limit that is given',
  'ERR-10',
  {
    bound: ask('max: number, messages: any[]', `const run = ask.bind(null, 8);\n${handle('run(messages)')}`),
    called: ask(MAX, handle('ask.call(null, messages, 6)')),
    'bound by its name (Python)': py(`run = functools.partial(ask, max_turns=6)${RUN}`),
    'by a dictionary (Python)': py('OPTIONS = {"max_turns": 6}\n\n\ndef handle(messages):\n    return ask(messages, **OPTIONS)'),
  },
  {
    bound: ask('max: number, messages: any[]', `const run = ask.bind(null, Infinity);\n${handle('run(messages)')}`),
    'bound over a default': ask('max = 8, messages: any[] = []', `const run = ask.bind(null, Infinity);\n${handle('run(messages)')}`),
    called: ask(MAX, handle('ask.call(null, messages, Infinity)')),
    applied: ask(MAX, handle('ask.apply(null, [messages, Infinity])')),
    spread: ask(
      MAX,
      'export const handle = (messages: any[]) => {\n  const args: [any[], number] = [messages, Infinity];\n  return ask(...args);\n};',
    ),
    'bound by its name (Python)': py(`run = functools.partial(ask, max_turns=10**9)${RUN}`),
    'by a dictionary (Python)': py('OPTIONS = {"max_turns": 10**9}\n\n\ndef handle(messages):\n    return ask(messages, **OPTIONS)'),
  },
);

const route = (given: string): string => `app.post('/chat', async (req, res) => { res.json(${given}); });`;
const steps = (count: string): Files => ({
  'agent.ts': `${HEAD}${route(`await generateText({ model: openai('gpt-5.6'), prompt: req.body.prompt, tools, maxOutputTokens: 800, stopWhen: stepCountIs(${count}) })`)}`,
});

const sentThrough = (inner: string, max: string): string =>
  `import { z } from 'zod';\nconst Body = z.object({ messages: z.array(z.any()), max: ${max} });\napp.post('/chat', async (req, res) => { ${inner} res.json(await ask(messages, max)); });`;

twins(
  'a limit that is sent',
  'ERR-10',
  {
    'the smaller of two': ask(MAX, route('await ask(req.body.messages, Math.min(req.body.maxTurns ?? 5, 8))')),
    'looked at before': ask(
      MAX,
      "app.post('/chat', async (req, res) => { const { messages, max } = req.body; if (max > 8) { res.status(400).end(); return; } res.json(await ask(messages, max)); });",
    ),
    'steps of ours': steps('8'),
    'let in by a schema': ask(MAX, sentThrough('const { messages, max } = Body.parse(req.body);', 'z.number().int().min(1).max(8)')),
    'a member that a schema let in': ask(
      MAX,
      sentThrough(
        'const body = Body.safeParse(req.body); if (!body.success) { res.status(400).end(); return; } const { messages } = body.data; const { max } = body.data;',
        'z.number().lte(8)',
      ),
    ),
    'one of some, by a schema': ask(
      MAX,
      sentThrough('const body = Body.parse(req.body); const { messages } = body; const max = body.max;', 'z.literal([2, 5])'),
    ),
    'the smaller of two (Python)': model('8', 'min(body.max_turns, 8)'),
    'a field with a limit (Python)': model('Field(8, le=10)', 'body.max_turns'),
    'a type with a limit (Python)': py(
      'class Body(BaseModel):\n    messages: list\n    max_turns: conint(ge=1, le=10) = 8\n\n\n@app.post("/chat")\ndef chat(body: Body):\n    return ask(body.messages, body.max_turns)',
    ),
    'one of some (Python)': py(
      'class Body(BaseModel):\n    messages: list\n    max_turns: Literal[2, 5] = 5\n\n\n@app.post("/chat")\ndef chat(body: Body):\n    return ask(body.messages, body.max_turns)',
    ),
    'a validator (Python)': py(
      'class Body(BaseModel):\n    messages: list\n    max_turns: int = 8\n\n    @field_validator("max_turns")\n    @classmethod\n    def few(cls, value):\n        if value > 10:\n            raise ValueError("too many")\n        return value\n\n\n@app.post("/chat")\ndef chat(body: Body):\n    return ask(body.messages, body.max_turns)',
    ),
    'a parameter with a limit (Python)': py(
      '@app.post("/chat")\ndef chat(messages: list, max_turns: int = Query(8, le=10)):\n    return ask(messages, max_turns)',
    ),
  },
  {
    'of the body': ask(MAX, route('await ask(req.body.messages, req.body.maxTurns)')),
    'of the body, by another name': ask(
      MAX,
      "app.post('/chat', async (req, res) => { const { messages, turns = 5 } = req.body; res.json(await ask(messages, turns)); });",
    ),
    'steps of the body': steps('req.body.maxSteps'),
    'the larger of two': ask(MAX, route('await ask(req.body.messages, Math.max(req.body.maxTurns, 1))')),
    'looked at from below': ask(
      MAX,
      "app.post('/chat', async (req, res) => { const { messages, max } = req.body; if (max < 1) { res.status(400).end(); return; } res.json(await ask(messages, max)); });",
    ),
    'let in by a schema': ask(MAX, sentThrough('const { messages, max } = Body.parse(req.body);', 'z.number().int().min(1)')),
    'a field (Python)': model('8', 'body.max_turns'),
    'a field without a limit above (Python)': model('Field(8, ge=1)', 'body.max_turns'),
    'a parameter (Python)': py('@app.post("/chat")\ndef chat(messages: list, max_turns: int = 8):\n    return ask(messages, max_turns)'),
    'of the body (Flask)': py(
      'web = Flask(__name__)\n\n\n@web.post("/chat")\ndef chat():\n    data = request.get_json()\n    return ask(data["messages"], int(data["max_turns"]))',
    ),
  },
);

const counted = (inside: string, before = ''): Files => ({
  'agent.py': `${HEAD_PYTHON}
def ask(messages):
    turns = 0
${indented(before, 4)}
    while turns < 8:
${indented(inside, 8)}
`,
});

twins(
  'a counter that stays',
  'ERR-10',
  {
    'a function that only notes': while8(
      `turns++;\n    ${ASKED}\n    note(message);`,
      'let turns = 0;\n  const note = (message: any) => { messages.push(message); };',
    ),
    'a function that counts as well': while8(`turns++;\n    ${ASKED}\n    more();`, 'let turns = 0;\n  const more = () => { turns++; };'),
    'a counter of the same name elsewhere': while8(
      `turns++;\n    ${ASKED}\n    note(message);`,
      'let turns = 0;\n  const note = (message: any) => { let turns = 3; turns = 0; messages.push(message, turns); };',
    ),
    'a way on that counts (Python)': counted(
      `${ROUND}if message.content:\n    turns += 1\n    continue\nturns += 1\nmessages.append(message)`,
    ),
    'a way on before the model is asked': while8(
      `if (messages.length === 0) { await wait(); continue; }\n    turns++;\n    ${ASKED}\n    ${REST}`,
    ),
    'a limit before the way on': while8(
      `if (turns++ > 8) return 'stop';\n    ${ASKED}\n    if (message.content) continue;\n    ${REST}`,
      'let turns = 0;',
      'true',
    ),
  },
  {
    'set back by a function': while8(
      `turns++;\n    ${ASKED}\n    note(message);`,
      'let turns = 0;\n  const note = (message: any) => { messages.push(message); turns = 0; };',
    ),
    'a limit that a function moves': while8(
      `turns++;\n    ${ASKED}\n    more();`,
      'let turns = 0;\n  let max = 8;\n  const more = () => { max += 8; };',
      'turns < max',
    ),
    'set back by a method': {
      'agent.ts': `${HEAD}export class Agent {\n  turns = 0;\n  reset() { this.turns = 0; }\n  async ask(messages: any[]) {\n    while (this.turns < 8) {\n    this.turns++;\n    ${ASKED}\n    this.reset();\n    }\n  }\n}\n`,
    },
    'set back by a function (Python)': counted(
      `turns += 1\n${ROUND}note()\nmessages.append(message)`,
      'def note():\n    nonlocal turns\n    turns = 0',
    ),
    'counted behind a way on': while8(`${ASKED}\n    if (message.content) { ${REST} continue; }\n    turns++;`),
    'a limit behind a way on': while8(
      `turns++;\n    ${ASKED}\n    if (message.content) { ${REST} continue; }\n    if (turns > 8) return 'stop';`,
      'let turns = 0;',
      'true',
    ),
    'counted behind a way on (Python)': counted(`${ROUND}if message.content:\n    messages.append(message)\n    continue\nturns += 1`),
  },
);

const wrapped = (made: string, loop: string): Files => ({
  'package.json': '{ "dependencies": { "openai": "6.49.0", "langsmith": "0.3.0", "@langchain/langgraph": "1.0.0" } }',
  'agent.ts': `import { entrypoint, task } from '@langchain/langgraph';
import { traceable } from 'langsmith/traceable';
import OpenAI from 'openai';
import { withSpan } from './spans';
const client = new OpenAI();
const asked = (messages: any[]) => client.chat.completions.create({ model: 'gpt-5.6', max_completion_tokens: 800, messages });
const ask = ${made};
export async function run(messages: any[]) {
  ${loop} {
    const { choices } = await ask(messages);
    if (!choices[0].message.tool_calls) return choices[0].message.content;
    messages.push(choices[0].message);
  }
}
`,
});
const INNER = 'async (messages: any[]) => asked(messages)';
const TRACED = `def raw(messages):
    return client.chat.completions.create(model="gpt-5.6", max_completion_tokens=800, messages=messages)


ask = traceable(raw)


def run(messages):
    LOOP:
        message = ask(messages).choices[0].message
        if not message.tool_calls:
            return message.content
        messages.append(message)
`;
const traced = (loop: string): Files => ({
  'agent.py': `from langsmith import traceable\nfrom openai import OpenAI\nclient = OpenAI()\n\n\n${TRACED.replace('LOOP', loop)}`,
});

twins(
  'a function under the name of what it was wrapped into',
  'ERR-10',
  {
    'a trace': wrapped(`traceable(${INNER}, { name: 'ask' })`, 'for (let i = 0; i < 6; i++)'),
    'a task': wrapped(`task('ask', ${INNER})`, 'for (let i = 0; i < 6; i++)'),
    'a trace (Python)': traced('for _ in range(6)'),
  },
  {
    'a trace': wrapped(`traceable(${INNER}, { name: 'ask' })`, 'while (true)'),
    'a trace of a function with a name': wrapped("traceable(asked, { name: 'ask' })", 'while (true)'),
    'a span': wrapped(`withSpan('ask', ${INNER})`, 'while (true)'),
    'a task': wrapped(`task({ name: 'ask', retry: { maxAttempts: 3 } }, ${INNER})`, 'while (true)'),
    'a trace (Python)': traced('while True'),
  },
);
