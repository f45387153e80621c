// Tables of tiny repositories and the model calls that the scan must see in them, in a shorthand that fits a line.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Loop, ModelCall, OutputCap, Retries, Setting, Timeout } from '../../src/core/index.ts';
import { scan } from '../../src/scan.ts';

/** Files by path; a string alone is the file `a.ts`. Without a package.json of its own a tree gets `MANIFEST`. */
export type Tree = string | Readonly<Record<string, string | object>>;

/** One expected call. Only what is named is compared. */
export interface Seen {
  /** `file:line`. */
  readonly at?: string;
  readonly sdk?: string;
  readonly call?: string;
  /** An id; `?` when a run decides, followed by the ids that it may be; `-` absent; `unknown`. */
  readonly model?: string;
  readonly provider?: string;
  readonly package?: string;
  readonly streaming?: boolean | null;
  /** `option 5`: effective, how, count; `no …` is not effective, `perhaps …` could not be told; a count of `?` is unknown. */
  readonly retries?: string;
  /** Milliseconds; true: explicit, of unknown length; null: could not tell. */
  readonly timeout?: number | boolean | null;
  /** Tokens; true: set, of unknown number; null: could not tell. */
  readonly cap?: number | boolean | null;
  /** `no`, `unknown`, `unbounded`, `bounded`, with its number and, when it is not an explicit one, its basis: `bounded 20 default`. */
  readonly loop?: string;
  readonly role?: string;
  /** `yes`, `partial`, `no`, `unknown`, and the ways in which its failures end: `partial: reply, swallowed`. */
  readonly fails?: string;
  /** Where its usage goes: `stored`, `logged`, ..., with `!` when there is a caveat. */
  readonly usage?: string;
}

export interface Case {
  /** A sentence. */
  readonly name: string;
  readonly files: Tree;
  /** All model calls of the tree, in order; none is a statement too. */
  readonly calls: readonly Seen[];
  /** What the product gets wrong today; the case is then expected to fail. */
  readonly wrong?: string;
}

/** Versions that the snippets mean when they say nothing. */
export const MANIFEST: Readonly<Record<string, string>> = {
  openai: '6.49.0',
  '@anthropic-ai/sdk': '0.137.0',
  '@anthropic-ai/claude-agent-sdk': '0.3.330',
  ai: '6.0.326',
  '@ai-sdk/openai': '3.0.141',
  '@langchain/core': '1.4.0',
  '@langchain/openai': '1.5.8',
  '@langchain/langgraph': '1.7.3',
  langchain: '1.5.14',
  '@openai/agents': '0.20.0',
  '@mastra/core': '1.71.0',
  '@google/genai': '2.32.0',
};

/** A package.json with these dependencies. */
export function manifest(dependencies: Readonly<Record<string, string>>, more: object = {}): Record<string, object> {
  return { 'package.json': { name: 'tiny', dependencies, ...more } };
}

/** Starts of snippets; each takes two lines. */
export const OPENAI = `import OpenAI from 'openai';\nconst client = new OpenAI();\n`;
export const ANTHROPIC = `import Anthropic from '@anthropic-ai/sdk';\nconst client = new Anthropic();\n`;
export const AI = `import { generateText, streamText, stepCountIs } from 'ai';\nimport { openai } from '@ai-sdk/openai';\n`;
export const CHAT = `client.chat.completions.create({ model: 'gpt-5', messages: [] })`;
export const GENERATE = `generateText({ model: openai('gpt-5'), prompt: 'hi' })`;

let home = '';
let count = 0;
afterAll(() => {
  if (home !== '') rmSync(home, { recursive: true, force: true });
});

/** Writes a tree into a folder of its own and returns the folder. */
export function layOut(files: Tree): string {
  home ||= mkdtempSync(join(tmpdir(), 'agent-ready-calls-'));
  const root = join(home, `case-${count++}`);
  const tree = typeof files === 'string' ? { 'a.ts': files } : files;
  const all = 'package.json' in tree ? tree : { ...manifest(MANIFEST), ...tree };
  for (const [file, content] of Object.entries(all)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return root;
}

/** Runs a table through the scan. */
export function table(title: string, cases: readonly Case[]): void {
  describe(title, () => {
    for (const one of cases) (one.wrong === undefined ? test : test.fails)(one.name, () => verify(one));
  });
}

async function verify({ files, calls }: Case): Promise<void> {
  const { facts } = await scan(layOut(files), () => {});
  const found = facts['model-call'];
  expect(found.map((call, i) => briefly(call, calls[i] ?? { at: '' }))).toEqual(calls);
}

/** The call in the words of the table, as far as the expectation asks. */
function briefly(call: ModelCall, asked: Seen): Seen {
  const all: Required<Seen> = {
    at: `${call.location.file}:${call.location.line}`,
    sdk: call.sdk,
    call: call.call,
    model: modelText(call.model, call.models),
    provider: call.provider,
    package: call.package ?? '',
    streaming: call.streaming,
    retries: retriesText(call.retries),
    timeout: timeoutText(call.timeout),
    cap: capText(call.outputCap),
    loop: loopText(call.loop),
    role: call.role,
    fails: `${call.errorHandled}: ${[...new Set(call.failures.map(end => end.how))].sort().join(', ')}`,
    usage: `${call.usage.how}${call.usage.caveat === undefined ? '' : '!'}`,
  };
  return Object.fromEntries(Object.keys(asked).map(key => [key, all[key as keyof Seen]]));
}

function modelText(model: Setting<string>, models: readonly string[]): string {
  if (model.state === 'set') return model.value;
  if (model.state === 'dynamic') return ['?', ...models].join(' ');
  return model.state === 'absent' ? '-' : 'unknown';
}

function retriesText({ effective, count: times, how }: Retries): string {
  const start = effective === null ? 'perhaps ' : effective || how === 'none' ? '' : 'no ';
  return `${start}${how} ${times ?? '?'}`;
}

function timeoutText({ explicit, ms }: Timeout): number | boolean | null {
  return explicit === true ? (ms ?? true) : explicit;
}

function capText({ set, tokens }: OutputCap): number | boolean | null {
  return set === true ? (tokens ?? true) : set;
}

function loopText({ status, bound, basis }: Loop): string {
  if (status === 'not-in-loop') return 'no';
  if (status !== 'bounded') return status;
  return [status, bound, basis === 'explicit' ? null : basis].filter(part => part !== null).join(' ');
}
