import {
  actingTools,
  type DrivenTool,
  defineCheck,
  fail,
  idleRun,
  type Location,
  partial,
  pass,
  production,
  shortfall,
  type Tool,
  UNKNOWN_TOOL,
  unknown,
} from '../../src/core/index.ts';

/** With fewer calls through the agent, only one way through the tool was tried. */
const FEWEST = 2;

/** Does a place lie inside another, or hold it? */
function meets(a: Location, b: Location): boolean {
  return a.file === b.file && a.line <= (b.endLine ?? b.line) && b.line <= (a.endLine ?? a.line);
}

/** Does a call in a test mean this tool? By its name for the model, or by the code that runs. */
function means(call: DrivenTool, tool: Tool): boolean {
  if (call.through === 'agent') return call.name === tool.name;
  const { at } = call;
  return at !== undefined && (tool.runs === undefined ? meets(at, tool.location) : meets(at, tool.runs));
}

const TOOLS = `import { findOrder, refund } from './orders.ts';
export const definitions = [
  {
    type: 'function' as const,
    function: { name: 'find_order', description: 'Finds an order', parameters: { type: 'object', properties: { id: { type: 'string' } } } },
  },
  {
    type: 'function' as const,
    function: { name: 'refund', description: 'Refunds cents', parameters: { type: 'object', properties: { id: { type: 'string' }, cents: { type: 'number' } } } },
  },
];
export async function runTool(call: { id: string; function: { name: string; arguments: string } }) {
  let content: string;
  try {
    const input = JSON.parse(call.function.arguments);
    if (call.function.name === 'find_order') content = await findOrder(input.id);
    else content = await refund(input.id, input.cents);
  } catch (error) {
    content = \`The arguments are wrong: \${String(error)}\`;
  }
  return { role: 'tool' as const, tool_call_id: call.id, content };
}`;
const ORDERS = `export async function findOrder(id: string) {
  return id === 'A1' ? 'on its way' : 'no such order';
}
export async function refund(id: string, cents: number) {
  return id === 'A1' && cents > 0 ? 'waits for approval' : 'no such order';
}`;

const AGENT = `import OpenAI from 'openai';
import { definitions, runTool } from './tools.ts';
export async function reply(question: string, client = new OpenAI()) {
  const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: question }];
  for (let step = 0; step < 5; step++) {
    const options = { model: 'gpt-5.6', messages, tools: definitions, max_completion_tokens: 800 };
    const message = (await client.chat.completions.create(options)).choices[0]?.message;
    if (!message?.tool_calls?.length) return message?.content ?? '';
    messages.push(message, ...(await Promise.all(message.tool_calls.map(runTool))));
  }
  return 'I could not find this out. A colleague will write to you.';
}`;
/** A server in the place of the model's, which plays a script. */
const STAND_IN = `import { createServer } from 'node:http';
interface Step { readonly tool?: string; readonly args?: object; readonly text?: string }
let steps: readonly Step[] = [];
let asked = 0;
export function play(...next: readonly Step[]) {
  steps = next;
  asked = 0;
}
const message = ({ tool, args, text }: Step) =>
  tool === undefined
    ? { role: 'assistant', content: text }
    : { role: 'assistant', tool_calls: [{ id: 'c1', type: 'function', function: { name: tool, arguments: JSON.stringify(args) } }] };
const server = createServer((request, response) => {
  const step = steps[asked++] ?? { text: 'done' };
  response.end(JSON.stringify({ choices: [{ message: message(step) }] }));
});
server.listen(0);
process.env.OPENAI_BASE_URL = 'http://localhost';`;

/** The same in Python. */
const AGENT_PYTHON = `import json

from openai import OpenAI

TOOLS = [
    {
        "type": "function",
        "function": {"name": "find_order", "description": "Finds an order", "parameters": {"type": "object", "properties": {"id": {"type": "string"}}}},
    },
]


def find_order(id: str) -> str:
    return "on its way" if id == "A1" else "no such order"


def run_tool(call) -> dict:
    try:
        content = find_order(**json.loads(call.function.arguments))
    except (TypeError, ValueError) as error:
        content = f"The arguments are wrong: {error}"
    return {"role": "tool", "tool_call_id": call.id, "content": content}


def reply(question: str, client: OpenAI) -> str:
    messages = [{"role": "user", "content": question}]
    for _ in range(5):
        result = client.chat.completions.create(model="gpt-5.6", messages=messages, tools=TOOLS, max_completion_tokens=800)
        message = result.choices[0].message
        if not message.tool_calls:
            return message.content or ""
        messages += [message, *[run_tool(call) for call in message.tool_calls]]
    return "I could not find this out. A colleague will write to you."`;
const STAND_IN_PYTHON = (says: string): string => `import json
import os
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

_steps = []
expected = []


def play(*steps):
    _steps[:] = steps


def _message(step):
    if "tool" in step:
        function = {"name": step["tool"], "arguments": step["arguments"]}
        content = {"role": "assistant", "tool_calls": [{"id": "c1", "type": "function", "function": function}]}
    else:
        content = {"role": "assistant", "content": step["text"]}
    return {"choices": [{"message": content}]}


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        step = _steps.pop(0)
        ${says}

    def _answer(self, body):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body.encode())


server = HTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
os.environ["OPENAI_BASE_URL"] = f"http://127.0.0.1:{server.server_port}"
`;
const SCRIPTED_PYTHON = (mark: string): string => `import unittest

from tests.stand_in import play

from openai import OpenAI

from agent import reply


${mark}class Tools(unittest.TestCase):
    def say(self, question):
        return reply(question, OpenAI())

    def test_finds(self):
        play({"tool": "find_order", "arguments": '{"id": "A1"}'}, {"text": "On its way."})
        self.assertEqual(self.say("Where is A1?"), "On its way.")

    def test_bad_arguments(self):
        play({"tool": "find_order", "arguments": "{"}, {"text": "Which order?"})
        self.assertEqual(self.say("Where is it?"), "Which order?")
`;

// Code that several examples share.
const TOOL_LOOP = `import { generateText, stepCountIs, tool } from 'ai';
import { openai } from '@ai-sdk/openai';
import { z } from 'zod';
const weather = tool({
  description: 'The weather of a city',
  inputSchema: z.object({ city: z.string() }),
  execute: async ({ city }) => (await fetch('https://weather.example/' + encodeURIComponent(city))).text(),
});
export async function reply(prompt: string, model = openai('gpt-5.6')) {
  const { text } = await generateText({ model, prompt, tools: { weather }, stopWhen: stepCountIs(5) });
  return text;
}`;

export const check = defineCheck({
  id: 'launch/tool-tests',
  code: 'TST-02',
  title: 'Tests drive every tool through the agent, also where it fails',
  severity: 'blocker',
  how: ['inspect'],
  lines: ['L15'],
  why: 'A tool can be right and its wiring wrong: the name, the schema, the way an error comes back. That is found in the loop, not in the function.',
  fix: "With a scripted model, drive each tool through the agent's loop: once with success, once with an error of the tool, once with bad arguments.",
  settles:
    'A test run, or its coverage, in which each tool that the agent offers was called through the loop with success, with an error and with bad arguments.',
  traps: [
    "A unit test of the tool's function leaves schema, dispatcher and result message untested.",
    "A tool's name in a prompt or a fixture is no call of it.",
    'An evaluation set with one greeting touches no tool.',
    'Tools that are registered at run time, from MCP servers for instance, are missing from any list made by reading.',
    'A history with a tool call in it, or an expectation that names one, drives nothing.',
  ],
  needs: { facts: ['model-call', 'tool', 'test-file', 'ci-run'] },

  notApplicable: ({ tool: tools }) =>
    actingTools(tools).length === 0 ? 'No tool was found that the agent offers to its model.' : undefined,

  inspect({ tool: all, 'test-file': files, 'model-call': calls, 'ci-run': runs }) {
    const offered = actingTools(all).filter(tool => !tool.capabilities.includes('provider-hosted'));
    const tools = offered.filter(tool => !tool.name.startsWith('<'));
    const dynamic = offered.filter(tool => tool.name.startsWith('<'));
    const called = files.flatMap(file => file.tools);
    const driven = called.filter(call => call.silent !== true);
    const count = (tool: Tool, through: DrivenTool['through']): number =>
      driven.filter(call => call.through === through && means(call, tool)).length;
    const through = tools.filter(tool => count(tool, 'agent') >= FEWEST);
    const once = tools.filter(tool => !through.includes(tool) && count(tool, 'agent') > 0);
    const direct = tools.filter(tool => !through.includes(tool) && !once.includes(tool) && count(tool, 'function') > 0);
    const others = tools.filter(tool => !through.includes(tool) && !once.includes(tool) && !direct.includes(tool));
    // Without an assertion a test only says that nothing was thrown.
    const mute = others.filter(tool => called.some(call => call.silent === true && means(call, tool)));
    const untouched = others.filter(tool => !mute.includes(tool));
    const names = (list: readonly Tool[]): string => [...new Set(list.map(tool => tool.name))].slice(0, 8).join(', ');
    const places = (list: readonly Tool[]): Location[] => list.slice(0, 8).map(tool => ({ ...tool.location, note: tool.name }));
    const unseen = dynamic.map(tool => unknown(`Which tools ${tool.definedBy} brings is only known in a run`, [tool.location]));
    const idle = files.every(file => file.cases === 0 && file.unread === undefined);
    if (tools.length === 0 && idle && dynamic.length > 0)
      return [fail('No test was found at all, so none drives the tools that are found in a run', places(dynamic), 'medium')];
    if (tools.length === 0) return unseen;
    const unrun = idleRun(
      runs,
      files.filter(file => file.tools.length > 0),
      production(calls).map(call => call.location.file),
    );
    if (through.length === tools.length && unrun !== undefined)
      return [
        partial(`Tests drive every tool through the agent (${names(tools)}), but ${shortfall(unrun)}`, places(tools), 'medium'),
        ...unseen,
      ];
    if (through.length === tools.length)
      return [
        pass(
          `Tests drive every tool through the agent with a scripted model, more than once each (${names(tools)})`,
          places(tools),
          'medium',
        ),
        ...unseen,
      ];
    if (through.length + once.length + direct.length + mute.length > 0) {
      const parts = [
        ...(once.length > 0 ? [`${names(once)} only once, so that one of success and failure is not tried`] : []),
        ...(direct.length > 0 ? [`${names(direct)} only by calling its code, outside the agent's loop`] : []),
        ...(mute.length > 0 ? [`${names(mute)} only in tests that assert nothing`] : []),
        ...(untouched.length > 0
          ? [`${names(untouched)} not ${files.some(file => file.unread !== undefined) ? 'in the tests that were read' : 'at all'}`]
          : []),
      ];
      return [partial(`Tests reach some tools: ${parts.join('; ')}`, places([...untouched, ...mute, ...direct, ...once]), 'medium')];
    }
    const unread = files.find(file => file.unread !== undefined);
    if (unread !== undefined) return [unknown(`Which tools the tests drive could not be read: ${unread.unread}`, [unread.location])];
    const asking = files.find(file => file.tools.some(call => call.name === UNKNOWN_TOOL));
    if (asking !== undefined)
      return [unknown('Tests run the agent with a real model, and which tools it then calls is only known in a run', [asking.location])];
    const where = places(untouched);
    return [
      fail(
        `No test that was read drives a tool (${names(untouched)})`,
        where.length > 0 ? where : calls.slice(0, 1).map(call => call.location),
        'medium',
      ),
    ];
  },

  examples: [
    {
      expect: 'pass',
      file: 'agent.ts',
      files: {
        'tools.ts': TOOLS,
        'orders.ts': ORDERS,
        'agent.test.ts': `import { expect, test, vi } from 'vitest';
import { reply } from './agent.ts';
const call = (name: string, args: string) => ({ id: 'c1', type: 'function', function: { name, arguments: args } });
test.each([
  ['find_order', '{"id":"A1"}', /on its way/],
  ['find_order', '{"id":"Z9"}', /no such order/],
  ['find_order', '{"id":', /arguments/],
  ['refund', '{"id":"A1","cents":500}', /waits for approval/],
  ['refund', '{"id":"Z9","cents":500}', /no such order/],
  ['refund', '{"id":"A1","cents":-5}', /arguments/],
])('%s %s goes round the loop', async (name, args, result) => {
  const create = vi.fn().mockResolvedValueOnce({ choices: [{ message: { role: 'assistant', tool_calls: [call(name, args)] } }] });
  create.mockResolvedValueOnce({ choices: [{ message: { role: 'assistant', content: 'done' } }] });
  expect(await reply('Where is my order?', { chat: { completions: { create } } } as never)).toBe('done');
  expect(create.mock.calls[1]?.[0].messages.at(-1).content).toMatch(result);
});`,
      },
      code: AGENT,
    },
    {
      expect: 'pass',
      file: 'agent.ts',
      files: {
        'tools.ts': TOOLS,
        'orders.ts': ORDERS,
        'test/stand-in.ts': STAND_IN,
        'test/agent.test.ts': `import { expect, test } from 'vitest';
import { reply } from '../agent.ts';
import { play } from './stand-in.ts';
test.each([['A1', 'on its way'], ['Z9', 'no such order']])('%s', async (id, said) => {
  play({ tool: 'find_order', args: { id } }, { text: said });
  expect(await reply('Where is it?')).toBe(said);
});
test('find_order refuses a number', async () => {
  play({ tool: 'find_order', args: { id: 7 } }, { text: 'Which?' });
  expect(await reply('Where is it?')).toBe('Which?');
});
test('refunds', async () => {
  play({ tool: 'refund', args: { id: 'A1', cents: 500 } }, { text: 'soon' });
  expect(await reply('Money back')).toBe('soon');
});
test('refunds nothing twice', async () => {
  play({ tool: 'refund', args: { id: 'A1', cents: -5 } }, { text: 'no' });
  expect(await reply('Money back')).toBe('no');
});`,
      },
      code: AGENT,
      shows: "a script in a form of its own, played by a server in the place of the model's",
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      files: {
        'tools.ts': TOOLS,
        'orders.ts': ORDERS,
        'test/stand-in.ts': `${STAND_IN}\nexport const expected = (...steps: readonly Step[]) => steps.map(one => one.tool);`,
        'test/agent.test.ts': `import { expect, test } from 'vitest';
import { reply } from '../agent.ts';
import { expected, play } from './stand-in.ts';
test('answers', async () => {
  play({ text: 'It is on its way.' });
  expected({ tool: 'find_order' }, { tool: 'find_order' }, { tool: 'refund' }, { tool: 'refund' });
  expect(await reply('Where is it?')).toBe('It is on its way.');
});
test.skip('asks', async () => {
  play({ tool: 'find_order' }, { tool: 'refund' });
  play({ tool: 'find_order' }, { tool: 'refund' });
  expect(await reply('Where is it?')).toBe('?');
});`,
      },
      code: AGENT,
      shows: 'tools in expectations and in a test that is skipped',
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      files: {
        'tools.ts': TOOLS,
        'orders.ts': ORDERS,
        'tools.test.ts': `import { expect, test } from 'vitest';
import { findOrder } from './orders.ts';
test('find_order finds an order', async () => {
  expect(await findOrder('A1')).toBe('on its way');
});`,
      },
      code: AGENT,
      shows: 'the function is tested; the schema, the dispatcher, the errors and refund are not',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      files: {
        'package.json':
          '{ "dependencies": { "ai": "6.0.326", "@ai-sdk/openai": "3.0.141", "zod": "4.1.0" }, "devDependencies": { "vitest": "4.1.12" } }',
        'agent.test.ts': `import { expect, test } from 'vitest';
import { MockLanguageModelV3 } from 'ai/test';
import { reply } from './agent.ts';
const model = new MockLanguageModelV3({ doGenerate: async () => ({ content: [{ type: 'text', text: 'weather' }] }) } as never);
test('answers', async () => expect(await reply('weather', model as never)).not.toMatchObject({ type: 'tool-call', toolName: 'weather' }));`,
      },
      code: TOOL_LOOP,
      shows: 'the scripted model never asks for the tool; its name in a matcher is no call',
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      files: {
        'package.json':
          '{ "dependencies": { "ai": "6.0.326", "@ai-sdk/openai": "3.0.141", "zod": "4.1.0" }, "devDependencies": { "vitest": "4.1.12" } }',
        'agent.test.ts': `import { expect, test } from 'vitest';
import { MockLanguageModelV3 } from 'ai/test';
import { reply } from './agent.ts';
const model = new MockLanguageModelV3({
  doGenerate: async () => ({ content: [{ type: 'tool-call', toolCallId: 'c1', toolName: 'weather', input: '{"city":"Oslo"}' }] }),
} as never);
test('asks for the weather', async () => expect(await reply('Oslo?', model as never)).toBe(''));`,
      },
      code: TOOL_LOOP,
      shows: 'one call through the agent: failure is not tried',
    },
    {
      expect: 'not-applicable',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
export const reply = (messages: OpenAI.ChatCompletionMessageParam[]) =>
  new OpenAI().chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });`,
    },
    {
      expect: 'not-applicable',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
const tools = [{ type: 'function' as const, function: { name: 'label', parameters: { type: 'object', properties: { label: { type: 'string' } } } } }];
export async function label(content: string) {
  const messages = [{ role: 'user' as const, content }];
  const tool_choice = { type: 'function' as const, function: { name: 'label' } };
  const answer = await new OpenAI().chat.completions.create({ model: 'gpt-5.6', messages, tools, tool_choice, max_completion_tokens: 80 });
  return JSON.parse(answer.choices[0].message.tool_calls[0].function.arguments).label;
}`,
      shows: 'a tool that the model must call is the form of the answer: nothing runs',
    },
    {
      expect: 'fail',
      file: 'agent.py',
      code: `from langchain_core.tools import tool
from langchain_openai import ChatOpenAI

ORDERS = {1: "sent"}

@tool
def find_order(order_id: int) -> str:
    """Finds an order."""
    return ORDERS.get(order_id, "unknown")

model = ChatOpenAI(model="gpt-5.6", max_tokens=800).bind_tools([find_order])

def reply(question: str):
    return model.invoke(question)`,
      shows: 'Python: there is no test at all',
    },
    {
      expect: 'pass',
      file: 'agent.py',
      files: {
        'tests/test_tools.py': `from unittest.mock import MagicMock

import pytest
from openai.types.chat import ChatCompletionMessage
from openai.types.chat.chat_completion_message_tool_call import ChatCompletionMessageToolCall, Function

from agent import reply


def asks(name, arguments):
    call = ChatCompletionMessageToolCall(id="c1", type="function", function=Function(name=name, arguments=arguments))
    return MagicMock(choices=[MagicMock(message=ChatCompletionMessage(role="assistant", tool_calls=[call]))])


def says(text):
    return MagicMock(choices=[MagicMock(message=ChatCompletionMessage(role="assistant", content=text))])


@pytest.fixture
def client():
    return MagicMock()


def test_finds(client):
    client.chat.completions.create.side_effect = [asks("find_order", '{"id": "A1"}'), says("On its way.")]
    assert reply("Where is A1?", client) == "On its way."


def test_unknown_order(client):
    client.chat.completions.create.side_effect = [asks("find_order", '{"id": "B7"}'), says("There is none.")]
    assert reply("Where is B7?", client) == "There is none."


def test_bad_arguments(client):
    client.chat.completions.create.side_effect = [asks("find_order", "{"), says("Which order?")]
    assert reply("Where is it?", client) == "Which order?"
`,
      },
      code: AGENT_PYTHON,
    },
    {
      expect: 'partial',
      file: 'agent.py',
      files: {
        'tests/test_tools.py': `from agent import find_order


def test_finds():
    assert find_order("A1") == "on its way"


def test_unknown():
    assert find_order("B7") == "no such order"
`,
      },
      code: AGENT_PYTHON,
      shows: 'the function of the tool is called, and never through the loop',
    },
    {
      expect: 'fail',
      file: 'agent.py',
      files: {
        'tests/test_tools.py': `from unittest.mock import MagicMock

from agent import TOOLS, reply


def test_find_order_is_offered():
    client = MagicMock()
    client.chat.completions.create.return_value = MagicMock(choices=[MagicMock(message=MagicMock(content="Hi", tool_calls=None))])
    assert reply("find_order", client) == "Hi"
    assert TOOLS[0]["function"]["name"] == "find_order"
`,
      },
      code: AGENT_PYTHON,
      shows: 'the name of the tool is in a question and in an assertion, and no model asks for it',
    },
    {
      expect: 'pass',
      file: 'agent.py',
      files: {
        'tests/__init__.py': '',
        'tests/stand_in.py': STAND_IN_PYTHON('self._answer(json.dumps(_message(step)))'),
        'tests/test_tools.py': SCRIPTED_PYTHON(''),
      },
      code: AGENT_PYTHON,
      shows: 'a server in the place of the model plays a script',
    },
    {
      expect: 'fail',
      file: 'agent.py',
      files: {
        'tests/__init__.py': '',
        'tests/stand_in.py': STAND_IN_PYTHON('self._answer(json.dumps(_message(step)))'),
        'tests/test_tools.py': SCRIPTED_PYTHON('@unittest.skip("too slow")\n'),
      },
      code: AGENT_PYTHON,
      shows: 'the script is there, and the tests that play it are skipped',
    },
    {
      expect: 'fail',
      file: 'agent.py',
      files: {
        'tests/__init__.py': '',
        'tests/stand_in.py': STAND_IN_PYTHON(
          'expected.append(_message(step))\n        self._answer(json.dumps({"choices": [{"message": {"role": "assistant", "content": "Hello"}}]}))',
        ),
        'tests/test_tools.py': SCRIPTED_PYTHON(''),
      },
      code: AGENT_PYTHON,
      shows: 'what the script says is kept to compare with; the stand-in for the model always says hello',
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      files: {
        'tools.ts': TOOLS,
        'orders.ts': ORDERS,
        'test/stand-in.ts': STAND_IN,
        'test/agent.test.ts': `import { test } from 'vitest';
import { reply } from '../agent.ts';
import { play } from './stand-in.ts';
test.each(['A1', 'Z9'])('finds %s', async id => {
  play({ tool: 'find_order', args: { id } }, { text: 'done' });
  console.log(await reply('Where is it?'));
});
test('finds nothing', async () => {
  play({ tool: 'find_order', args: {} }, { text: 'done' });
  await reply('Where is it?');
});
test('refunds', async () => {
  play({ tool: 'refund', args: { id: 'A1' } }, { text: 'done' });
  play({ tool: 'refund', args: { id: 'Z9' } }, { text: 'done' });
  await reply('Money back');
});`,
      },
      code: AGENT,
      shows: 'every tool goes round the loop, and nothing is asserted of what comes of it',
    },
  ],
});
