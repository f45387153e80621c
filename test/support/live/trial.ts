// One trial of a small agent that a test writes down, with everything that does not matter filled in.
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Act, type Arm, type Step, text, type Way } from '../../../src/core/index.ts';
import { CAPS, type Caps, type Isolation, type Job, type WorkerOptions } from '../../../src/live/index.ts';
import { PROJECT } from '../build.ts';

export const STAND_IN = pathToFileURL(join(PROJECT, 'test/support/live/stand-in.mjs')).href;
export const GUARDS: Isolation = { kind: 'guards', why: 'asked for by a test' };

type Http = Extract<Way, { kind: 'http' }>;

/** An agent behind HTTP, started by `node agent.mjs`. */
export const http = (more: Partial<Http> = {}): Http => ({
  kind: 'http',
  start: ['node', 'agent.mjs'],
  ready: { within: 8000 },
  url: 'http://127.0.0.1:{{port}}/chat',
  method: 'POST',
  headers: {},
  body: { message: '{{message}}' },
  stream: 'auto',
  ...more,
});

export interface Wanted {
  readonly root: string;
  readonly way?: Way;
  readonly env?: Readonly<Record<string, string>>;
  readonly acts?: readonly Act[];
  readonly steps?: readonly Step[];
  readonly world?: Arm['world'];
  readonly caps?: Partial<Caps>;
}

export const SAY: Act = { kind: 'say', text: 'hello {{nonce}}' };

export function job({ root, way = http(), env = {}, acts = [SAY], steps = [text('word {{nonce}}')], world, caps }: Wanted): Job {
  return {
    root,
    nonce: `n${Math.random().toString(36).slice(2, 10)}`,
    caps: { ...CAPS, overall: 30_000, control: 6000, grace: 500, ...caps },
    hosts: ['^api\\.openai\\.com$', '^api\\.anthropic\\.com$'],
    provider: STAND_IN,
    spec: { root: '.', env, allowTools: [], way },
    arm: { acts, script: { steps }, ...(world === undefined ? {} : { world }) },
  };
}

/** A server whose agent asks the model with `ask(message)` and answers with its words; `extra` runs first, `handle` may replace the answer. */
export const agent = ({ extra = '', handle = 'reply(200, { reply: await ask(message) });' } = {}): string => `
import { createServer } from 'node:http';
const base = process.env.HARDCODED ?? process.env.OPENAI_BASE_URL;
async function ask(content) {
  const headers = { 'content-type': 'application/json', authorization: 'Bearer ' + process.env.OPENAI_API_KEY };
  const body = JSON.stringify({ model: 'small', messages: [{ role: 'user', content }] });
  const answer = await fetch(base + '/chat/completions', { method: 'POST', headers, body });
  if (!answer.ok) throw new Error('status ' + answer.status);
  return (await answer.json()).choices[0].message.content;
}
${extra}
createServer(async (request, response) => {
  const reply = (status, body) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  let text = '';
  for await (const chunk of request) text += chunk;
  if (request.method === 'GET') return response.end('fine');
  try {
    const { message } = JSON.parse(text);
    ${handle}
  } catch (error) {
    console.error(error);
    reply(500, { error: String(error) });
  }
}).listen(process.env.PORT);
`;

/** Command lines of running processes that hold a text. */
export function running(text: string): string[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap(pid => {
      try {
        if (/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))) return [];
        return [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')];
      } catch {
        return [];
      }
    })
    .filter(line => line.includes(text));
}

/** Folders of trials of this process, or of another one. */
export const folders = (pid = process.pid): string[] =>
  readdirSync(tmpdir()).filter(name => new RegExp(`^agent-ready-live-\\w+-${pid}-`).test(name));

export async function until(holds: () => boolean, within = 8000): Promise<boolean> {
  for (const end = Date.now() + within; Date.now() < end; await new Promise(resolve => setTimeout(resolve, 50))) if (holds()) return true;
  return holds();
}

export type { WorkerOptions };
