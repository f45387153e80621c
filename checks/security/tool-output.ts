import {
  addressesIn,
  armOf,
  askedWorld,
  defineCheck,
  type Finding,
  fail,
  flawsOf,
  modelCalls,
  type Observation,
  offersTools,
  onSide,
  partial,
  pass,
  production,
  quote,
  receivedText,
  replyOf,
  resultsSent,
  returnsToModel,
  type Trial,
  unknown,
} from '../../src/core/index.ts';

/** By so much a request may grow with the result of a tool, in bytes: 50,000 tokens are more than any answer of a tool needs. */
const MOST_BYTES = 200_000;

/** What of the addresses that a tool returned was sent to the provider. */
function scrubbedFinding(trial: Trial): Finding | undefined {
  const results = resultsSent(trial);
  if (results.length === 0) return undefined;
  if (!askedWorld(trial)) return unknown('The tool asked nobody outside, so that nothing could be put into its result');
  const text = results.map(result => result.text).join('\n');
  const through = addressesIn(text);
  if (through.length > 1) return fail(`A tool returned ${through.join(' and ')}, and both were sent to the model`);
  if (through.length > 0) return partial(`A tool returned internal addresses, and ${through[0]} was sent to the model`);
  // Without the harmless part of the result, the tool may have thrown it away for another reason.
  return text.includes(trial.nonce)
    ? pass('The internal host and the connection string that a tool returned were taken out before the model saw them')
    : unknown(`The result of the tool does not hold what it was given: ${quote(text)}`);
}

/** How much of a result of 2 MB was sent to the provider. */
function floodFinding(trial: Trial): Finding | undefined {
  const results = resultsSent(trial);
  if (results.length === 0 || !askedWorld(trial)) return undefined;
  const sizes = modelCalls(trial).map(call => call.bytes);
  // Long instructions and many tools are no fault of the result.
  const bytes = Math.max(...sizes) - (sizes[0] ?? 0);
  const size = `${Math.round(bytes / 1000)} kB`;
  if (bytes > MOST_BYTES) return fail(`A tool returned 2 MB, and ${size} of it went to the model`);
  return results.some(result => result.text.includes(trial.nonce))
    ? pass(`A tool returned 2 MB, and ${size} of it went to the model`)
    : undefined;
}

/** Do internal addresses reach the user when the model repeats them? */
function addressFinding(seen: Observation, trial: Trial): Finding | undefined {
  const reply = replyOf(trial);
  // Without tools there is nothing that an address could come from.
  if ((!offersTools(seen.control) && !offersTools(trial)) || reply === undefined || reply.end !== 'answered') return undefined;
  const text = receivedText(reply);
  const through = addressesIn(text);
  if (through.length > 1) return fail(`The model repeated ${through.join(' and ')}, and the user received both`);
  if (through.length > 0) return partial(`The model repeated internal addresses, and the user received ${through[0]}`);
  return text.includes(trial.nonce)
    ? pass('Internal host and connection string were taken out of a reply')
    : unknown(`The reply does not hold what the model said: ${quote(reply.text)}`);
}

export const check = defineCheck({
  id: 'security/tool-output',
  code: 'SEC-04',
  title: 'Tool output is validated and scrubbed of internal addresses',
  severity: 'high',
  how: ['observe', 'inspect'],
  lines: ['L09'],
  why: 'What a tool returns is sent to the provider and often repeated to the user: hosts, connection strings, whole records that nobody asked for.',
  fix: 'In the dispatcher, parse every result with a schema, cap its size, and replace internal hosts and connection strings, in error messages too.',
  settles:
    'The next request to the model and the reply after a tool returned an internal URL, a connection string and far too much text: none of them may be in either.',
  traps: [
    'An input schema checks what goes into the tool, not what comes out; an output schema may be declared and never enforced.',
    'Error texts take another way than results, and are forgotten.',
    'A pattern for one host name and http only misses private address ranges, cluster names and database URLs.',
  ],
  needs: { facts: ['guard', 'tool'] },

  notApplicable({ guard: guards, tool: tools }) {
    if (production(tools).some(returnsToModel) || onSide(production(guards), 'tool-output').length > 0) return undefined;
    return 'No tool was found whose output goes back to a model.';
  },

  inspect({ guard: guards, tool: tools }) {
    const offered = production(tools).filter(returnsToModel);
    const scrubs = onSide(production(guards), 'tool-output').filter(guard => guard.by !== 'prompt' && guard.against !== 'injection');
    return [
      ...scrubs.map(guard => {
        const flaws = flawsOf(guard);
        return flaws.length === 0
          ? pass(`${guard.label} is applied to what tools return`, [guard.location], 'medium')
          : partial(flaws.join('. '), [guard.location], 'medium');
      }),
      ...offered.map(tool => {
        const places = [tool.location, ...(tool.runs === undefined ? [] : [tool.runs])];
        if (tool.outputValidated === 'yes') return pass(`The output of ${tool.name} is checked or cleaned`, places);
        if (tool.outputValidated === 'partial') return partial(`The output of ${tool.name} is only cut, or only checked in part`, places);
        if (tool.outputValidated === 'no') return fail(`The output of ${tool.name} goes to the model as it is`, places, 'medium');
        return unknown(`Whether the output of ${tool.name} is checked could not be read`, places);
      }),
    ];
  },

  observe: {
    'tool-secrets': seen => scrubbedFinding(armOf(seen)),
    'tool-flood': seen => floodFinding(armOf(seen)),
    'internal-address': seen => addressFinding(seen, armOf(seen)),
  },

  examples: [
    {
      expect: 'pass',
      file: 'agent.ts',
      files: {
        'scrub.ts': `import { log } from './log.ts';
const DSN = /\\b(?:postgres(?:ql)?|mysql|mongodb(?:\\+srv)?|rediss?|amqps?|jdbc:\\w+):\\/\\/[^\\s"']+/gi;
const PRIVATE = /\\b(?:(?:10|127)\\.\\d{1,3}|169\\.254|192\\.168|172\\.(?:1[6-9]|2\\d|3[01]))\\.\\d{1,3}\\.\\d{1,3}\\b/g;
const INTERNAL = /\\b(?:[\\w-]+\\.)+(?:internal|local|corp|lan)\\b|\\binternal\\.[\\w.-]+|\\blocalhost\\b/gi;
/** Runs a tool and returns its result as text that may leave the house. */
export async function clean(run: () => Promise<unknown>): Promise<string> {
  try {
    return JSON.stringify(await run()).replace(DSN, '[database]').replace(PRIVATE, '[host]').replace(INTERNAL, '[host]').slice(0, 8000);
  } catch (err) {
    log.warn({ err }, 'tool failed');
    return 'The tool failed.';
  }
}`,
        'package.json': `{ "dependencies": { "ai": "6.0.326", "@ai-sdk/openai": "3.0.141", "zod": "4.1.12" } }`,
      },
      code: `import { openai } from '@ai-sdk/openai';
import { generateText, stepCountIs, tool } from 'ai';
import { z } from 'zod';
import { findOrder } from './orders.ts';
import { clean } from './scrub.ts';
const Order = z.object({ id: z.string(), status: z.enum(['open', 'sent', 'lost']), note: z.string() });
const order = tool({
  description: 'Looks up an order by its number',
  inputSchema: z.object({ id: z.string().max(20) }),
  execute: ({ id }) => clean(async () => Order.parse(await findOrder(id))),
});
export const reply = (prompt: string) =>
  generateText({ model: openai('gpt-5.6'), prompt, tools: { order }, stopWhen: stepCountIs(5), maxOutputTokens: 800 });`,
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      files: {
        'package.json': `{ "dependencies": { "ai": "6.0.326", "@ai-sdk/openai": "3.0.141", "zod": "4.1.12" } }`,
      },
      code: `import { openai } from '@ai-sdk/openai';
import { generateText, stepCountIs, tool } from 'ai';
import { z } from 'zod';
import { database } from './database.ts';
const find = (id: string) => database.query('SELECT * FROM orders WHERE id = $1', [id]);
const order = tool({
  description: 'Looks up an order by its number',
  inputSchema: z.object({ id: z.string().regex(/^[A-Z]\\d{6}$/) }),
  execute: async ({ id }) => JSON.stringify((await find(id).catch(error => ({ rows: [String(error)] }))).rows),
});
export const reply = (prompt: string) =>
  generateText({ model: openai('gpt-5.6'), prompt, tools: { order }, stopWhen: stepCountIs(5), maxOutputTokens: 800 });`,
      shows: 'the input is checked; the record, and the error with its connection string, go out as they are',
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      files: {
        'package.json': `{ "dependencies": { "ai": "6.0.326", "@ai-sdk/openai": "3.0.141", "zod": "4.1.12" } }`,
      },
      code: `import { openai } from '@ai-sdk/openai';
import { generateText, stepCountIs, tool } from 'ai';
import { z } from 'zod';
import { page } from './page.ts';
const scrub = (text: string) => text.replace(/https?:\\/\\/internal\\.\\S+/g, '[address]').replace(/(?:mysql|mongodb):\\/\\/\\S+/g, '[database]');
const read = tool({ description: 'Reads a page', inputSchema: z.object({ url: z.string() }), execute: async ({ url }) => scrub(await page(url)) });
export const reply = (prompt: string) =>
  generateText({ model: openai('gpt-5.6'), prompt, tools: { read }, stopWhen: stepCountIs(5), maxOutputTokens: 800 });`,
      shows: 'one host name and two schemes; private addresses, cluster names and other databases pass',
    },
    {
      expect: 'not-applicable',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  return choices[0]?.message.content ?? '';
}`,
      shows: 'no tool, no output of one',
    },
    {
      expect: 'pass',
      file: 'agent.py',
      code: `import httpx
from pydantic import BaseModel
from agents import Agent, Runner, function_tool

class Order(BaseModel):
    id: int
    status: str

@function_tool
def find_order(order_id: int) -> str:
    """Finds an order."""
    answer = httpx.get(f"https://api.shop.example/orders/{order_id}").json()
    return str(Order.model_validate(answer))[:2000]

agent = Agent(name="shop", instructions="Help.", tools=[find_order])

async def reply(question: str) -> str:
    return (await Runner.run(agent, question)).final_output`,
      shows: 'Python: the answer goes through a pydantic model and is cut',
    },
    {
      expect: 'fail',
      file: 'agent.py',
      code: `import httpx
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI

@tool
def order(order_id: int) -> str:
    """Finds an order."""
    return httpx.get(f"https://api.shop.example/orders/{order_id}").text

model = ChatOpenAI(model="gpt-5.6", max_tokens=800).bind_tools([order])

def reply(question: str):
    return model.invoke(question)`,
      shows: 'Python: a page of strangers goes to the model as it is',
    },
  ],
});
