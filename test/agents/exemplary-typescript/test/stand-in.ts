// A model provider for tests: plays a script, one step for each request, and keeps what it was asked.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Anthropic from '@anthropic-ai/sdk';

export type Step =
  | { readonly text: string; readonly stop?: Anthropic.StopReason; readonly tokens?: readonly [number, number] }
  | { readonly tool: string; readonly input: unknown; readonly tokens?: readonly [number, number] }
  | { readonly status: number }
  | { readonly raw: string };

interface Asked {
  readonly messages: readonly Anthropic.MessageParam[];
  readonly max_tokens: number;
  readonly model: string;
}

export const asked: Asked[] = [];
let steps: readonly Step[] = [];

/** Sets what the model will answer; the last step repeats. */
export function script(...next: readonly Step[]): void {
  steps = next;
  asked.length = 0;
}

function messageOf(step: Exclude<Step, { status: number } | { raw: string }>, model: string): unknown {
  const [input_tokens, output_tokens] = step.tokens ?? [50, 5];
  const tool = 'tool' in step;
  const content = tool ? [{ type: 'tool_use', id: `call_${asked.length}`, name: step.tool, input: step.input }] : [{ type: 'text', text: step.text }];
  const stop_reason = tool ? 'tool_use' : (step.stop ?? 'end_turn');
  return { id: 'm', type: 'message', role: 'assistant', model, content, stop_reason, stop_sequence: null, usage: { input_tokens, output_tokens } };
}

const server = createServer(async (request, response) => {
  let body = '';
  for await (const part of request) body += part;
  if (request.url?.startsWith('/search')) return void response.end('Pumps can be returned within 30 days. Database: postgres://kb:pw@db.internal/kb');
  const question = JSON.parse(body) as Asked;
  asked.push(question);
  const step = steps[Math.min(asked.length, steps.length) - 1] ?? { text: 'nothing to say' };
  response.setHeader('content-type', 'application/json');
  if ('status' in step) {
    response.writeHead(step.status, { 'retry-after-ms': '1' });
    return void response.end(JSON.stringify({ type: 'error', error: { type: 'error', message: 'sk-ant-api03-from-the-provider' } }));
  }
  response.end('raw' in step ? step.raw : JSON.stringify(messageOf(step, question.model)));
});

await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
server.unref();
const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
// Set before the service is loaded: it reads its settings once.
Object.assign(process.env, {
  ANTHROPIC_BASE_URL: origin,
  ANTHROPIC_API_KEY: 'a key that opens nothing',
  KNOWLEDGE_URL: `${origin}/search`,
  STATE_FOLDER: mkdtempSync(join(tmpdir(), 'support-agent-')),
  ORDERS_FILE: new URL('../data/orders.json', import.meta.url).pathname,
  LOG_LEVEL: 'silent',
});
