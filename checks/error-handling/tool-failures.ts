import {
  actingTools,
  armOf,
  defineCheck,
  died,
  exitWords,
  type Finding,
  fail,
  fallbackOf,
  isAnswered,
  modelCalls,
  type Observation,
  offersTools,
  partial,
  pass,
  quote,
  type Reply,
  replyOf,
  someOf,
  type Tool,
  type Trial,
  time,
  toolEgress,
  toolResults,
  unknown,
  waited,
} from '../../src/core/index.ts';

/** A tool without code in the repository fails somewhere else: at the provider, or in the browser. */
const runsHere = (tool: Tool): boolean => tool.runs !== undefined;

/** Lines of a stack. */
const STACK = /(?:\n|\\n)\s+at \S.*:\d+|Traceback \(most recent call last\)/;

/** A tool call that cannot work, and a model that goes on with the result. */
function contained(trial: Trial, what: string): Finding | undefined {
  const reply: Reply | undefined = replyOf(trial);
  if (!offersTools(trial)) return undefined;
  if (died(trial)) return fail(`${what}: the agent's process ended (${exitWords(trial)})`);
  if (reply === undefined || reply.end === 'late')
    return fail(`${what}: the user had no reply${reply === undefined ? '' : ` after ${time(waited(reply))}`}`);
  if (!isAnswered(trial, reply)) {
    const { kind, words } = fallbackOf(reply);
    return kind === 'good'
      ? partial(`${what}: the request ended there, and ${words}`)
      : fail(`${what}: the request ended there, and ${words}`);
  }
  const results = toolResults(trial);
  const shown = results.find(({ text }) => STACK.test(text));
  if (shown !== undefined) return partial(`${what}: the model was given a stack trace: ${quote(shown.text)}`);
  // Some agents ask the model again instead of sending a result; then it must have been asked again.
  if (results.length === 0 && modelCalls(trial).length < 2) return unknown(`${what}: the model was not asked again`);
  return pass(
    `${what}: the model was told (${quote(results.at(-1)?.text ?? '', 60)}) and the user was answered after ${time(waited(reply))}`,
  );
}

/** How the result of a call says that there is no such tool, or that nothing was done. */
const REFUSED =
  /no such|unknown|not (?:found|exist|available|defined|recogni|allowed|supported|permitted|a valid)|n't (?:exist|found)|invalid|error|unavailable|unsupported|undefined tool|no tool|cannot|fail|denied|refused/i;

/** A tool that was never offered must not run, and the model must hear so. */
function unknownTool(seen: Observation): Finding | undefined {
  const trial = armOf(seen);
  const what = 'A tool that does not exist';
  const ran = toolEgress(seen, trial)[0];
  const found = contained(trial, what);
  if (found === undefined || found.status === 'fail') return found;
  if (ran !== undefined) return fail(`${what}: the agent ran something for it, which tried to reach ${ran.host}`);
  // To end the request in good order is enough here: a model that makes tools up need not be humoured.
  if (!isAnswered(trial, replyOf(trial))) return pass(found.message);
  const result = toolResults(trial).at(-1);
  return found.status !== 'pass' || result === undefined || result.isError === true || REFUSED.test(result.text)
    ? found
    : partial(`${what}: the model was told ${quote(result.text)}, not that there is no such tool`);
}

/** The world fails for a tool. A tool that asks nothing of the world has not failed. */
function failedTool(seen: Observation, arm: string, what: string): Finding | undefined {
  const trial = armOf(seen, arm);
  return toolEgress(seen, trial).length === 0 ? undefined : contained(trial, what);
}

const TOOLS = `import type Anthropic from '@anthropic-ai/sdk';
export const definitions: Anthropic.Tool[] = [
  { name: 'find_order', description: 'Finds an order', input_schema: { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] } },
];
async function findOrder(id: string) {
  const response = await fetch(\`https://api.shop.example/orders/\${encodeURIComponent(id)}\`, { signal: AbortSignal.timeout(10_000) });
  return response.text();
}
export async function runTool(call: Anthropic.ToolUseBlock): Promise<Anthropic.ToolResultBlockParam> {
  const result = (content: string, is_error = false) => ({ type: 'tool_result' as const, tool_use_id: call.id, content, is_error });
  try {
    switch (call.name) {
      case 'find_order':
        return result(await findOrder((call.input as { id: string }).id));
      default:
        return result('There is no such tool.', true);
    }
  } catch {
    return result('The tool failed. Answer without it, and say what is missing.', true);
  }
}`;

const RUNS_TOOLS = `import Anthropic from '@anthropic-ai/sdk';
import { definitions, runTool } from './tools.ts';
const client = new Anthropic();
export async function reply(question: string) {
  const messages: Anthropic.MessageParam[] = [{ role: 'user', content: question }];
  for (let step = 0; step < 6; step++) {
    const { content } = await client.messages.create({ model: 'claude-sonnet-4-5', max_tokens: 800, tools: definitions, messages });
    const calls = content.filter(block => block.type === 'tool_use');
    if (calls.length === 0) return content.map(block => (block.type === 'text' ? block.text : '')).join('');
    messages.push({ role: 'assistant', content }, { role: 'user', content: await Promise.all(calls.map(runTool)) });
  }
  return 'This takes me too long. A colleague will write to you.';
}`;

const WITH_DEADLINE = `import json
import time
import urllib.request
from openai import OpenAI

client = OpenAI(timeout=20)

class Deadline:
    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError("the time is over")
        return left

    def within(self, seconds: float) -> "Deadline":
        return Deadline(min(seconds, self.left()))

class FindOrder:
    name = "find_order"
    description = "Finds an order."
    parameters = {"type": "object", "properties": {"order_id": {"type": "string"}}, "required": ["order_id"]}

    def run(self, arguments: dict, deadline: Deadline) -> str:
        with urllib.request.urlopen(f"https://api.shop.example/orders/{arguments['order_id']}", timeout=deadline.left()) as response:
            return response.read(8000).decode()

TOOLS = [FindOrder()]
DEFINITIONS = [{"type": "function", "function": {"name": t.name, "description": t.description, "parameters": t.parameters}} for t in TOOLS]

def run_tool(name: str, arguments: str, deadline: Deadline) -> str:
    try:
        tool = next(t for t in TOOLS if t.name == name)
        return tool.run(json.loads(arguments), deadline.within(5))
    except Exception:
        return "The tool failed."

def reply(question: str) -> str:
    deadline = Deadline(20)
    messages = [{"role": "user", "content": question}]
    for _ in range(5):
        answer = client.chat.completions.create(model="gpt-5.6", max_completion_tokens=800, messages=messages, tools=DEFINITIONS)
        message = answer.choices[0].message
        if not message.tool_calls:
            return message.content or ""
        messages.append(message)
        for call in message.tool_calls:
            content = run_tool(call.function.name, call.function.arguments, deadline)
            messages.append({"role": "tool", "tool_call_id": call.id, "content": content})
    return "I could not finish this. Please ask for less at once."`;

export const check = defineCheck({
  id: 'error-handling/tool-failures',
  code: 'ERR-11',
  title: 'A tool that fails or hangs does not take the request with it',
  severity: 'high',
  how: ['observe', 'inspect'],
  lines: ['L04'],
  why: 'Tools reach into other systems, and one of them is always down. Without containment its failure ends the conversation, or its stack trace is read by the model.',
  fix: 'In the dispatcher, answer unknown names, bad arguments, errors and overdue calls with a short error result for the model, and give every tool a time limit.',
  settles:
    "The agent's behaviour when the model asks for an unknown tool, gives wrong arguments, and calls a tool that errors or never returns: each must end in a reply in time.",
  traps: [
    'The text of an exception may carry a host, a query or a connection string, first to the model and then to the user.',
    'A table look-up with an unknown tool name throws outside of the try that was meant to protect it.',
    'A time limit that the tool does not listen to limits nothing.',
    'Several frameworks contain tool errors by themselves, so missing code is no proof either way.',
  ],
  needs: { facts: ['tool'] },

  notApplicable({ tool }) {
    const tools = actingTools(tool);
    if (tools.length === 0) return 'No tool was found that a model is offered.';
    return tools.every(t => !runsHere(t) && t.dangerous === false) ? 'No tool of the agent runs in its own code.' : undefined;
  },

  inspect({ tool }) {
    const all = actingTools(tool).filter(t => runsHere(t) || t.dangerous === null);
    const group = (tools: readonly Tool[], rule: typeof fail, message: (names: string) => string): Finding[] =>
      tools.length === 0
        ? []
        : [
            rule(
              message(someOf(tools.map(t => t.name))),
              tools.map(t => t.runs ?? t.location),
              'medium',
            ),
          ];
    const contained = all.filter(t => t.errorsToModel === 'yes');
    return [
      ...group(
        all.filter(t => t.errorsToModel === 'no'),
        fail,
        n => `A failure of these tools ends the request instead of becoming a result for the model: ${n}`,
      ),
      ...group(
        all.filter(t => t.errorsToModel === 'partial'),
        partial,
        n => `A failure of these tools is contained on some ways only: ${n}`,
      ),
      ...group(
        all.filter(t => t.errorsToModel === 'unknown'),
        unknown,
        n => `Whether a failure of these tools is contained could not be read: ${n}`,
      ),
      ...group(
        contained.filter(t => t.timeLimited === 'no' || t.timeLimited === 'partial'),
        partial,
        n => `Failures are contained, but outgoing calls of these tools have no time limit: ${n}`,
      ),
      ...group(
        contained.filter(t => t.timeLimited === 'unknown'),
        unknown,
        n => `Failures are contained; whether these tools end in time could not be read: ${n}`,
      ),
      ...group(
        contained.filter(t => t.timeLimited === 'yes'),
        pass,
        n => `Failures are contained and nothing waits without end: ${n}`,
      ),
    ];
  },

  observe: {
    'unknown-tool': unknownTool,
    'broken-arguments': seen =>
      [
        contained(armOf(seen, 'broken'), 'Arguments that are no JSON'),
        contained(armOf(seen, 'mistyped'), 'Arguments that break the schema'),
      ].filter(found => found !== undefined),
    'tool-fails': seen =>
      [
        failedTool(seen, 'error', 'A tool whose service answers 500'),
        failedTool(seen, 'drop', 'A tool whose connection drops'),
        failedTool(seen, 'hang', 'A tool whose service never answers'),
      ].filter(found => found !== undefined),
  },

  examples: [
    {
      expect: 'pass',
      file: 'agent.ts',
      files: {
        'tools.ts': TOOLS,
      },
      code: RUNS_TOOLS,
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      files: { 'package.json': '{ "dependencies": { "ai": "6.0.326", "@ai-sdk/openai": "3.0.141", "zod": "4.1.12" } }' },
      code: `import { openai } from '@ai-sdk/openai';
import { generateText, stepCountIs, tool } from 'ai';
import { z } from 'zod';
const execute = async ({ id }: { id: string }) => (await fetch(\`https://api.shop.example/orders/\${encodeURIComponent(id)}\`)).text();
const order = tool({ description: 'Finds an order', inputSchema: z.object({ id: z.string() }), execute });
export const reply = (prompt: string) =>
  generateText({ model: openai('gpt-5.6'), prompt, tools: { order }, stopWhen: stepCountIs(5), maxOutputTokens: 800 });`,
      shows: 'the framework contains the error, but nothing ends a request that hangs',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      code: `import Anthropic from '@anthropic-ai/sdk';
const client = new Anthropic();
const definitions: Anthropic.Tool[] = [{ name: 'find_order', description: 'Finds an order', input_schema: { type: 'object', properties: {} } }];
async function runTool(call: Anthropic.ToolUseBlock): Promise<string> {
  if (call.name === 'find_order') {
    const response = await fetch(\`https://api.shop.example/orders/\${(call.input as { id: string }).id}\`);
    return response.text();
  }
  return 'There is no such tool.';
}
export async function step(messages: Anthropic.MessageParam[]) {
  const { content } = await client.messages.create({ model: 'claude-sonnet-4-5', max_tokens: 800, tools: definitions, messages });
  for (const block of content) if (block.type === 'tool_use') messages.push({ role: 'user', content: await runTool(block) });
}`,
      shows: 'a tool that fails takes the request with it',
    },
    {
      expect: 'pass',
      file: 'agent.py',
      code: `import httpx
from agents import Agent, Runner, function_tool

@function_tool
async def find_order(order_id: int) -> str:
    """Finds an order."""
    async with httpx.AsyncClient() as client:
        response = await client.get(f"https://api.shop.example/orders/{order_id}")
        return response.text

agent = Agent(name="shop", instructions="Help.", tools=[find_order])

async def reply(question: str) -> str:
    return (await Runner.run(agent, question)).final_output`,
      shows: 'the OpenAI Agents SDK tells the model of an exception, and httpx ends a request by itself',
    },
    {
      expect: 'partial',
      file: 'agent.py',
      code: `import requests
from agents import Agent, Runner, function_tool

@function_tool
def find_order(order_id: int) -> str:
    """Finds an order."""
    return requests.get(f"https://api.shop.example/orders/{order_id}").text

agent = Agent(name="shop", instructions="Help.", tools=[find_order])

async def reply(question: str) -> str:
    return (await Runner.run(agent, question)).final_output`,
      shows: 'requests waits for ever unless it is told not to',
    },
    {
      expect: 'fail',
      file: 'agent.py',
      code: `import httpx
from pydantic_ai import Agent

agent = Agent("openai:gpt-5.6")

@agent.tool_plain
def find_order(order_id: int) -> str:
    """Finds an order."""
    response = httpx.get(f"https://api.shop.example/orders/{order_id}", timeout=10)
    response.raise_for_status()
    return response.text

def reply(question: str) -> str:
    return agent.run_sync(question).output`,
      shows: 'Pydantic AI lets an exception of a tool end the run',
    },
    {
      expect: 'partial',
      file: 'agent.py',
      code: `import httpx
from mcp.server.fastmcp import FastMCP
from openai import OpenAI

mcp = FastMCP("shop")
http = httpx.Client(timeout=None)

@mcp.tool()
def find_order(order_id: int) -> str:
    """Finds an order."""
    return http.get(f"https://api.shop.example/orders/{order_id}").text

def reply(question: str) -> str:
    return OpenAI().responses.create(model="gpt-5.6", input=question, max_output_tokens=800).output_text`,
      shows: 'the limit of httpx was switched off',
    },
    {
      expect: 'pass',
      file: 'agent.py',
      code: WITH_DEADLINE,
      shows: 'the limit of the tool is made where it is run',
    },
    {
      expect: 'partial',
      file: 'agent.py',
      code: WITH_DEADLINE.replace('deadline.within(5)', 'deadline'),
      shows: 'one slow tool uses up the time of the whole request',
    },
    {
      expect: 'partial',
      file: 'agent.py',
      code: WITH_DEADLINE.replace('return Deadline(min(seconds, self.left()))', 'return self'),
      shows: 'what looks like a limit of the tool is the one of the request',
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      files: {
        'tools.ts': TOOLS.replace('  const response = await fetch', '  clearTimeout(timer);\n  const response = await fetch')
          .replace('AbortSignal.timeout(10_000)', 'controller.signal')
          .replace(
            'async function findOrder(id: string) {',
            'async function findOrder(id: string) {\n  const controller = new AbortController();\n  const timer = setTimeout(() => controller.abort(), 10_000);',
          ),
      },
      code: RUNS_TOOLS,
      shows: 'the timer is cleared before the call',
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      files: {
        'tools.ts': TOOLS.replace('AbortSignal.timeout(10_000)', 'LIMIT').replace(
          'async function findOrder',
          'const LIMIT = AbortSignal.timeout(10_000);\nasync function findOrder',
        ),
      },
      code: RUNS_TOOLS,
      shows: 'one signal for all calls: ten seconds after the start the tool works no more',
    },
  ],
});
