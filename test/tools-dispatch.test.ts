// How a program finds the code of a tool by the name that the model gave, and what stands around it there.
import { describe, expect, test } from 'vitest';
import type { Tool } from '../src/core/index.ts';
import { scan } from '../src/scan.ts';
import { layOut } from './support/calls.ts';

const HEAD = `import Anthropic from '@anthropic-ai/sdk';
import { Counter, Histogram } from 'prom-client';
import Stripe from 'stripe';
import { z } from 'zod';
import { createServer } from 'node:http';
const client = new Anthropic();
const stripe = new Stripe(process.env.STRIPE_KEY ?? '');
const calls = new Counter({ name: 'calls', help: 'x', labelNames: ['tool', 'outcome'] });
const times = new Histogram({ name: 'times', help: 'x', labelNames: ['tool'] });
const schema = z.object({ id: z.string().max(20) });
const result = (content: string, is_error = false) => ({ content, is_error });
async function refund({ id }: { id: string }): Promise<string> {
  const made = await stripe.refunds.create({ payment_intent: id });
  return made.id;
}
`;
/** The loop around a model that calls \`runTool\`. */
const LOOP = `
async function reply(question: string) {
  const messages: Anthropic.MessageParam[] = [{ role: 'user', content: question }];
  for (let step = 0; step < 5; step++) {
    const { content } = await client.messages.create({ model: 'claude-sonnet-4-5', max_tokens: 800, tools: definitions, messages });
    const asked = content.filter(block => block.type === 'tool_use');
    if (asked.length === 0) return content;
    const results = await Promise.all(asked.map(async call => ({ type: 'tool_result' as const, tool_use_id: call.id, ...(await runTool(call)) })));
    messages.push({ role: 'assistant', content }, { role: 'user', content: results });
  }
}
createServer(async (request, response) => {
  if (request.url === '/approve') return void response.end(await approve(request.headers.id as string));
  response.end(JSON.stringify(await reply('hi')));
}).listen(80);
`;
const NO_APPROVAL = `const approve = async (id: string) => id;\n`;
const tool = (more: string): string =>
  `const TOOLS = [{ name: 'refund', description: 'Refunds', input: schema, ${more} run: refund }];
const definitions = TOOLS.map(({ name, description, input }) => ({ name, description, input_schema: z.toJSONSchema(input) as never }));\n`;
const DECLARED = `const definitions: Anthropic.Tool[] = [{ name: 'refund', description: 'Refunds', input_schema: { type: 'object', properties: {} } }];\n`;
const dispatcher = (body: string): string => `async function runTool(call: Anthropic.ToolUseBlock) {\n${body}\n}\n`;
const FIND = `const tool = TOOLS.find(one => one.name === call.name);\nif (tool === undefined) return result('no', true);`;
const HELD = `if (tool.needsApproval) return result('a colleague must approve this first');`;

async function refundOf(...parts: string[]): Promise<Tool> {
  const { facts } = await scan(layOut({ 'a.ts': [HEAD, ...parts, LOOP].join('\n') }), () => {});
  const found = facts.tool.filter(t => t.name === 'refund');
  expect(found).toHaveLength(1);
  return found[0] as Tool;
}

describe('a gate in the dispatcher', () => {
  const RUN = `return result(await tool.run(schema.parse(call.input)));`;
  test.each<[string, string[], Tool['guarded']]>([
    ['a list, held back', [tool('needsApproval: true,'), dispatcher(`${FIND}\n${HELD}\n${RUN}`), NO_APPROVAL], 'yes'],
    ['held back, but not this one', [tool('needsApproval: false,'), dispatcher(`${FIND}\n${HELD}\n${RUN}`), NO_APPROVAL], 'no'],
    ['nothing asks for the flag', [tool('needsApproval: true,'), dispatcher(`${FIND}\n${RUN}`), NO_APPROVAL], 'no'],
    [
      'the flag is only logged',
      [tool('needsApproval: true,'), dispatcher(`${FIND}\nif (tool.needsApproval) console.log('careful');\n${RUN}`), NO_APPROVAL],
      'no',
    ],
    [
      'the model itself says that it was approved',
      [
        tool('needsApproval: true,'),
        dispatcher(`${FIND}\nif (tool.needsApproval && !(call.input as { ok: boolean }).ok) return result('no');\n${RUN}`),
        NO_APPROVAL,
      ],
      'unknown',
    ],
    [
      'a switch that nobody can read',
      [
        tool('needsApproval: true,'),
        dispatcher(`${FIND}\nif (tool.needsApproval && process.env.STRICT === '1') return result('no');\n${RUN}`),
        NO_APPROVAL,
      ],
      'unknown',
    ],
    [
      'a level in words, in a helper that is handed the tool',
      [
        tool(`risk: 'high',`),
        `async function run(tool: (typeof TOOLS)[number], input: unknown) {\n  return result(await tool.run(schema.parse(input)));\n}\n`,
        dispatcher(
          `${FIND}\nif (tool.risk === 'high') return result('a colleague must approve this first');\nreturn run(tool, call.input);`,
        ),
        NO_APPROVAL,
      ],
      'yes',
    ],
    [
      'a set of names',
      [
        tool(''),
        `const HELD = new Set(['refund', 'cancel']);\n`,
        dispatcher(`${FIND}\nif (HELD.has(call.name)) return result('a colleague must approve this first');\n${RUN}`),
        NO_APPROVAL,
      ],
      'yes',
    ],
    [
      'a set of other names',
      [
        tool(''),
        `const HELD = new Set(['cancel']);\n`,
        dispatcher(`${FIND}\nif (HELD.has(call.name)) return result('no');\n${RUN}`),
        NO_APPROVAL,
      ],
      'no',
    ],
    [
      'held back, and run by a request of somebody else',
      [
        tool('needsApproval: true,'),
        dispatcher(`${FIND}\n${HELD}\n${RUN}`),
        `async function approve(id: string) {\n  const tool = TOOLS.find(one => one.name === 'refund');\n  return (await tool?.run({ id })) ?? '';\n}\n`,
      ],
      'yes',
    ],
    [
      'held back, and run by a timer a moment later',
      [
        tool('needsApproval: true,'),
        `const waiting: string[] = [];\n`,
        dispatcher(`${FIND}\nif (tool.needsApproval) {\n  waiting.push(call.id);\n  return result('it waits');\n}\n${RUN}`),
        `setInterval(async () => {\n  const tool = TOOLS.find(one => one.name === 'refund');\n  for (const id of waiting.splice(0)) await tool?.run({ id });\n}, 1000);\n`,
        NO_APPROVAL,
      ],
      'unknown',
    ],
    [
      'held back by name, and run all the same by the loop',
      [
        tool('needsApproval: true,'),
        `async function now(call: Anthropic.ToolUseBlock) {\n  return (await TOOLS.find(one => one.name === call.name)?.run(schema.parse(call.input))) ?? '';\n}\n`,
        dispatcher(
          `const tool = TOOLS.find(one => one.name === call.name);\nif (tool?.needsApproval) return result(await now(call));\nreturn result(await now(call));`,
        ),
        NO_APPROVAL,
      ],
      'no',
    ],
    [
      'nothing is seen that runs it',
      [tool('needsApproval: true,'), dispatcher(`return result(String(call.name));`), NO_APPROVAL],
      'unknown',
    ],
  ])('%s', async (_, parts, guarded) => {
    const found = await refundOf(...parts);
    expect({ dangerous: found.dangerous, guarded: found.guarded }).toEqual({ dangerous: true, guarded });
  });
});

describe('failures and records around the place', () => {
  const RECORD = `const started = performance.now();
  let outcome = 'ok';
  try {
    return await attempt(call);
  } catch {
    outcome = 'error';
    return result('the tool failed', true);
  } finally {
    calls.inc({ tool: call.name, outcome });
    times.observe({ tool: call.name }, performance.now() - started);
  }`;
  const attempt = (body: string): string => `async function attempt(call: Anthropic.ToolUseBlock) {\n${body}\n}\n`;
  const RUN = `return result(await run(schema.parse(call.input)));`;
  test.each<[string, string[]]>([
    ['a list', [tool(''), attempt(`${FIND}\nreturn result(await tool.run(schema.parse(call.input)));`)]],
    [
      'a record of functions',
      [
        DECLARED,
        `const RUN: Record<string, (input: { id: string }) => Promise<string>> = { refund };\n`,
        attempt(`const run = RUN[call.name];\nif (run === undefined) return result('no', true);\n${RUN}`),
      ],
    ],
    [
      'a record of objects',
      [DECLARED, `const RUN = { refund: { run: refund } };\n`, attempt(`const { run } = RUN[call.name as keyof typeof RUN];\n${RUN}`)],
    ],
    [
      'a map made of the list',
      [
        tool(''),
        `const BY_NAME = new Map(TOOLS.map(one => [one.name, one]));\n`,
        attempt(
          `const tool = BY_NAME.get(call.name);\nif (!tool) return result('no', true);\nreturn result(await tool.run(schema.parse(call.input)));`,
        ),
      ],
    ],
    [
      'a switch',
      [
        DECLARED,
        attempt(
          `switch (call.name) {\ncase 'refund': return result(await refund(schema.parse(call.input)));\ndefault: return result('no', true);\n}`,
        ),
      ],
    ],
  ])('%s', async (_, parts) => {
    const good = await refundOf(...parts, dispatcher(RECORD), NO_APPROVAL);
    expect({ errors: good.errorsToModel, recorded: good.recorded }).toEqual({ errors: 'yes', recorded: 'yes' });
    const bare = await refundOf(...parts, dispatcher('return await attempt(call);'), NO_APPROVAL);
    expect({ errors: bare.errorsToModel, recorded: bare.recorded }).toEqual({ errors: 'no', recorded: 'no' });
  });
  test('a record that names no tool is half of one', async () => {
    const nameless = RECORD.replaceAll('tool: call.name, ', '').replace('{ tool: call.name }, ', '');
    const found = await refundOf(
      tool(''),
      attempt(`${FIND}\nreturn result(await tool.run(schema.parse(call.input)));`),
      dispatcher(nameless),
      NO_APPROVAL,
    );
    expect(found.recorded).toBe('partial');
  });
});

describe('the limit of time at the place', () => {
  const SEARCH = `async function search({ id }: { id: string }, { signal }: { signal: AbortSignal }): Promise<string> {
  return (await fetch('https://shop.example/' + id, { signal })).text();
}
const TOOLS = [{ name: 'search', description: 'Searches', input: schema, run: search }];
const definitions = TOOLS.map(({ name, description, input }) => ({ name, description, input_schema: z.toJSONSchema(input) as never }));\n`;
  const limit = async (signal: string): Promise<string | undefined> => {
    const body = `${FIND}\nreturn result(await tool.run(schema.parse(call.input), { signal: ${signal} }));`;
    const code = [HEAD, SEARCH, `const whole = AbortSignal.timeout(60_000);\n`, dispatcher(body), NO_APPROVAL, LOOP].join('\n');
    const { facts } = await scan(layOut({ 'a.ts': code }), () => {});
    return facts.tool.find(t => t.name === 'search')?.timeLimited;
  };
  test('its own', async () => expect(await limit('AbortSignal.timeout(5000)')).toBe('yes'));
  test('the one of the process', async () => expect(await limit('whole')).toBe('no'));
  test('one that nobody aborts', async () => expect(await limit('new AbortController().signal')).toBe('no'));
});
