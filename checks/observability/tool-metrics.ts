import {
  actingTools,
  armOf,
  defineCheck,
  type Finding,
  fail,
  partial,
  pass,
  production,
  someOf,
  type Tool,
  toolFailureFinding,
  toolRecordedFinding,
  unknown,
} from '../../src/core/index.ts';

export const check = defineCheck({
  id: 'observability/tool-metrics',
  code: 'OBS-06',
  title: 'Success and duration are recorded for every tool',
  severity: 'high',
  how: ['observe', 'inspect'],
  lines: ['L02'],
  why: 'A tool that fails quietly turns into wrong answers, not into errors. Nobody sees it until a customer complains.',
  fix: 'Record name, outcome and duration where tools are dispatched, on the success path and on the error path, or emit one span per tool call.',
  settles:
    'The metrics or spans around a tool call that was made to fail: the failure must be counted under the name of that tool, with its duration.',
  traps: [
    'A counter in the try block alone reports a success rate of 100 %.',
    'A tool that catches its own error and returns a sentence about it is counted as a success by everything around it.',
    'The tracing of a framework may record every tool although the repository holds no counter.',
  ],
  needs: { facts: ['tool', 'telemetry'] },

  notApplicable({ tool }) {
    return actingTools(tool).length === 0 ? 'No tool was found that a model is offered.' : undefined;
  },

  inspect({ tool, telemetry }) {
    const tools = actingTools(tool);
    const tracers = production(telemetry).filter(t => t.sees.includes('tools') && t.reach !== 'unconnected');
    const always = tracers.find(t => t.reach === 'on-path' && t.offUnless === undefined && t.exports === 'yes');
    const [sometimes] = tracers;
    const group = (some: readonly Tool[], rule: typeof fail, message: (names: string) => string): Finding[] =>
      some.length === 0
        ? []
        : [
            rule(
              message(someOf(some.map(t => t.name))),
              some.map(t => t.runs ?? t.location),
              'medium',
            ),
          ];
    const bare = tools.filter(t => t.recorded !== 'yes');
    const recorded = group(
      tools.filter(t => t.recorded === 'yes'),
      pass,
      n => `Name, outcome and duration are recorded, also on failure: ${n}`,
    );
    if (always !== undefined) return [...recorded, ...group(bare, pass, n => `${always.label} records each call: ${n}`)];
    return [
      ...recorded,
      ...group(
        bare.filter(t => t.recorded === 'partial'),
        partial,
        n => `Something is recorded of these tools, but not name, outcome and duration on success and on failure: ${n}`,
      ),
      ...(sometimes === undefined
        ? group(
            bare.filter(t => t.recorded === 'no'),
            fail,
            n => `Nothing in the code of these tools, or around them, counts or times their calls: ${n}`,
          )
        : group(
            bare.filter(t => t.recorded === 'no'),
            partial,
            n =>
              `${sometimes.label} records these tools only under conditions${sometimes.offUnless === undefined ? '' : ` (${sometimes.offUnless})`}: ${n}`,
          )),
      ...group(
        bare.filter(t => t.recorded === 'unknown'),
        unknown,
        n => `Whether calls of these tools are recorded could not be read: ${n}`,
      ),
    ];
  },

  observe: {
    'tool-answers': seen => toolRecordedFinding(armOf(seen)),
    'tool-fails': seen => ['error', 'drop'].flatMap(arm => toolFailureFinding(armOf(seen, arm)) ?? []),
  },

  examples: [
    {
      expect: 'pass',
      file: 'agent.ts',
      files: {
        'metrics.ts': `import { Histogram } from 'prom-client';
const seconds = new Histogram({ name: 'agent_tool_seconds', help: 'Duration of tool calls', labelNames: ['tool', 'outcome'] });
export async function measured<T>(tool: string, run: () => Promise<T>): Promise<T> {
  const end = seconds.startTimer({ tool });
  try {
    const result = await run();
    end({ outcome: 'success' });
    return result;
  } catch (error) {
    end({ outcome: 'failure' });
    throw error;
  }
}`,
        'package.json': '{ "dependencies": { "ai": "6.0.326", "@ai-sdk/openai": "3.0.141", "prom-client": "15.1.3", "zod": "4.1.12" } }',
      },
      code: `import { openai } from '@ai-sdk/openai';
import { generateText, stepCountIs, tool } from 'ai';
import { z } from 'zod';
import { measured } from './metrics.ts';
import { findOrder } from './orders.ts';
const order = tool({
  description: 'Looks up an order by its number',
  inputSchema: z.object({ id: z.string() }),
  execute: ({ id }) => measured('order', () => findOrder(id)),
});
export const reply = (prompt: string) =>
  generateText({ model: openai('gpt-5.6'), prompt, tools: { order }, stopWhen: stepCountIs(5), maxOutputTokens: 800 });`,
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      files: {
        'package.json': '{ "dependencies": { "ai": "6.0.326", "@ai-sdk/openai": "3.0.141", "prom-client": "15.1.3", "zod": "4.1.12" } }',
      },
      code: `import { openai } from '@ai-sdk/openai';
import { generateText, stepCountIs, tool } from 'ai';
import { Counter } from 'prom-client';
import { z } from 'zod';
import { findOrder } from './orders.ts';
const calls = new Counter({ name: 'agent_tool_calls_total', help: 'Tool calls', labelNames: ['tool'] });
async function execute({ id }: { id: string }) {
  const found = await findOrder(id).catch(error => \`The order could not be read: \${error}\`);
  calls.inc({ tool: 'order' });
  return found;
}
const order = tool({ description: 'Looks up an order by its number', inputSchema: z.object({ id: z.string() }), execute });
export const reply = (prompt: string) =>
  generateText({ model: openai('gpt-5.6'), prompt, tools: { order }, stopWhen: stepCountIs(5), maxOutputTokens: 800 });`,
      shows: 'the failure becomes a sentence for the model: the counter knows successes only',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      files: { 'package.json': '{ "dependencies": { "ai": "6.0.326", "@ai-sdk/openai": "3.0.141", "zod": "4.1.12" } }' },
      code: `import { openai } from '@ai-sdk/openai';
import { generateText, stepCountIs, tool } from 'ai';
import { z } from 'zod';
const execute = async ({ id }: { id: string }) => {
  console.log('order tool', id);
  return (await fetch(\`https://api.shop.example/orders/\${encodeURIComponent(id)}\`)).text();
};
const order = tool({ description: 'Looks up an order by its number', inputSchema: z.object({ id: z.string() }), execute });
export const reply = (prompt: string) =>
  generateText({ model: openai('gpt-5.6'), prompt, tools: { order }, stopWhen: stepCountIs(5), maxOutputTokens: 800 });`,
    },
    {
      expect: 'fail',
      file: 'agent.py',
      code: `import httpx
from agents import Agent, Runner, function_tool, set_tracing_disabled

set_tracing_disabled(True)

@function_tool
def find_order(order_id: int) -> str:
    """Finds an order."""
    return httpx.get(f"https://api.shop.example/orders/{order_id}").text

agent = Agent(name="shop", instructions="Help.", tools=[find_order])

async def reply(question: str) -> str:
    return (await Runner.run(agent, question)).final_output`,
      shows: 'Python: nothing counts or times the tool',
    },
    {
      expect: 'pass',
      file: 'agent.py',
      code: `import time
import httpx
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from prometheus_client import Histogram

CALLS = Histogram("tool_seconds", "Calls of tools", ["tool", "outcome"])

@tool
def find_order(order_id: int) -> str:
    """Finds an order."""
    started = time.monotonic()
    outcome = "error"
    try:
        text = httpx.get(f"https://api.shop.example/orders/{order_id}").text
        outcome = "ok"
        return text
    finally:
        CALLS.labels("find_order", outcome).observe(time.monotonic() - started)

model = ChatOpenAI(model="gpt-5.6", max_tokens=800).bind_tools([find_order])

def reply(question: str):
    return model.invoke(question)`,
      shows: 'Python: a histogram in a finally records every call with its name and outcome',
    },
    {
      expect: 'pass',
      file: 'agent.py',
      code: `import time
import httpx
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from prometheus_client import Histogram

CALLS = Histogram("tool_seconds", "Calls of tools", ["tool", "outcome"])

@tool
def find_order(order_id: int) -> str:
    """Finds an order."""
    started = time.monotonic()
    outcome = "ok"
    try:
        text = httpx.get(f"https://api.shop.example/orders/{order_id}").text
    except httpx.HTTPError as error:
        outcome = "error"
        text = "The order could not be read."
    CALLS.labels("find_order", outcome).observe(time.monotonic() - started)
    return text

model = ChatOpenAI(model="gpt-5.6", max_tokens=800).bind_tools([find_order])

def reply(question: str):
    return model.invoke(question)`,
      shows: 'Python: both ways out of the try come to the record, which says which of them it was',
    },
    {
      expect: 'partial',
      file: 'agent.py',
      code: `import time
import httpx
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from prometheus_client import Histogram

CALLS = Histogram("tool_seconds", "Calls of tools", ["tool"])

@tool
def find_order(order_id: int) -> str:
    """Finds an order."""
    started = time.monotonic()
    text = ""
    try:
        text = httpx.get(f"https://api.shop.example/orders/{order_id}").text
    except httpx.HTTPError as error:
        text = f"The order could not be read: {error}"
    CALLS.labels("find_order").observe(time.monotonic() - started)
    return text

model = ChatOpenAI(model="gpt-5.6", max_tokens=800).bind_tools([find_order])

def reply(question: str):
    return model.invoke(question)`,
      shows: 'Python: both ways come to the record, and nothing in it tells a failure from a success',
    },
  ],
});
