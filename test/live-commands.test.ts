// Agents that are commands or exported functions: how they are told something, and how their answers are taken.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import type { Way } from '../src/core/index.ts';
import { startWorker } from '../src/live/index.ts';
import { build } from './support/build.ts';
import { openShelf } from './support/lay-out.ts';
import { job, SAY, type Wanted } from './support/live/trial.ts';

const shelf = openShelf('live-commands');
vi.setConfig({ testTimeout: 30_000 });
beforeAll(build, 120_000);

const trial = async (files: Record<string, string>, wanted: Omit<Wanted, 'root'> = {}) => {
  const record = await startWorker(job({ root: shelf.layOut(files), ...wanted }));
  expect(record.problem).toBeUndefined();
  return record;
};

describe('commands', () => {
  const ask = `
const ask = async content => {
  const body = JSON.stringify({ model: 'm', messages: [{ role: 'user', content }] });
  return (await (await fetch(process.env.OPENAI_BASE_URL + '/chat/completions', { method: 'POST', body })).json()).choices[0].message.content;
};`;
  const command = (input: 'stdin' | 'argument', run: readonly string[] = ['node', 'agent.mjs']): Way => ({
    kind: 'command',
    run,
    input,
    reply: 'stdout',
  });
  const wanted = (way: Way): Omit<Wanted, 'root'> => ({ way, acts: [{ kind: 'say', text: 'it\'s "x" $HOME {{nonce}}' }] });

  test('the message is an argument, with no shell in between', async () => {
    const code = `${ask} console.log(await ask(process.argv.at(-1))); console.error('log'); process.exitCode = 4 * process.argv.at(-1).includes('x');`;
    const { treatment } = await trial({ 'agent.mjs': code }, wanted(command('argument')));
    expect(treatment.replies[0]).toMatchObject({ status: 4, end: 'answered', text: `word ${treatment.nonce}\n` });
    expect(treatment.exchanges[0]?.body).toContain(`it's \\"x\\" $HOME ${treatment.nonce}`);
    expect(treatment.lines.map(line => `${line.stream} ${line.text}`)).toContain('stderr log');
  });

  test('standard input is read to its end', async () => {
    const code = `${ask} let all = ''; for await (const chunk of process.stdin) all += chunk; console.log(await ask(all));`;
    const { treatment } = await trial({ 'agent.mjs': code }, wanted(command('stdin')));
    expect(treatment.replies[0]?.text).toBe(`word ${treatment.nonce}\n`);
  });

  test('a program that prompts and waits for the next line is ended after its answer', async () => {
    const code = `${ask} import { createInterface } from 'node:readline';
      const lines = createInterface({ input: process.stdin, output: process.stdout, prompt: 'you> ' });
      lines.prompt(); lines.on('line', async line => { console.log(await ask(line)); lines.prompt(); }).on('close', () => process.exit(0));`;
    const { treatment } = await trial({ 'agent.mjs': code }, wanted(command('stdin')));
    expect(treatment.replies[0]).toMatchObject({ end: 'answered', status: 0 });
    expect(treatment.replies[0]?.text).toContain(`word ${treatment.nonce}`);
  });

  test('a program that is not there', async () => {
    const { problem } = await startWorker(job({ root: shelf.layOut({}), way: command('stdin', ['nowhere-to-be-found']) }));
    expect(problem).toMatchObject({
      kind: 'not-started',
      sentence: 'The agent could not be started: there is no program "nowhere-to-be-found".',
    });
  });
});

describe('modules', () => {
  const code = `export async function handle(message, { user, session }) {
  if (message === 'throw') throw new TypeError('no such thing');
  const body = JSON.stringify({ model: 'm', messages: [{ role: 'user', content: message }] });
  const reply = (await (await fetch(process.env.OPENAI_BASE_URL + '/chat/completions', { method: 'POST', body })).json()).choices[0].message.content;
  return { meta: { user, session }, out: { reply } };
}
export default async function* stream(message) { const { out } = await handle(message, {}); for (const piece of out.reply.match(/.{1,3}/g)) yield piece; }
`;
  test('an exported function, in a process of its own', async () => {
    const way: Way = { kind: 'module', path: 'src/agent.mjs', export: 'handle' };
    const { treatment } = await trial({ 'src/agent.mjs': code }, { way, acts: [SAY, { kind: 'say', text: 'throw' }] });
    expect(treatment.replies[0]).toMatchObject({ end: 'answered', text: `word ${treatment.nonce}` });
    expect(treatment.replies[1]).toMatchObject({ end: 'broken', error: 'TypeError: no such thing' });
  });

  test('a function that yields', async () => {
    const { treatment } = await trial({ 'agent.mjs': code }, { way: { kind: 'module', path: 'agent.mjs', export: 'default' } });
    expect(treatment.replies[0]?.text).toBe(`word ${treatment.nonce}`);
    expect(treatment.replies[0]?.parts?.length).toBeGreaterThan(2);
  });

  test('TypeScript is run by the tsx of the repository', async () => {
    const root = shelf.layOut({
      'agent.ts': code
        .replace('message,', 'message: string,')
        .replace('{ user, session })', '{ user, session }: { user?: string; session?: string })'),
    });
    const tsx = join(root, 'node_modules/tsx');
    mkdirSync(join(tsx, 'dist'), { recursive: true });
    writeFileSync(join(tsx, 'package.json'), '{"name":"tsx","type":"module","exports":{".":"./dist/loader.mjs"}}');
    // A stand-in for tsx that takes the two types of this file away.
    const hooks = `export async function load(url, context, next) {
      if (!url.endsWith('.ts')) return next(url, context);
      const { readFile } = await import('node:fs/promises');
      const source = (await readFile(new URL(url), 'utf8')).replace(': string', '').replace(': { user?: string; session?: string }', '');
      return { format: 'module', source, shortCircuit: true };
    }`;
    writeFileSync(
      join(tsx, 'dist/loader.mjs'),
      `import { register } from 'node:module'; register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(hooks)}));`,
    );
    const { problem, treatment } = await startWorker(job({ root, way: { kind: 'module', path: 'agent.ts', export: 'handle' } }));
    expect(problem).toBeUndefined();
    expect(treatment.replies[0]?.text).toBe(`word ${treatment.nonce}`);
  });

  const BAD: readonly (readonly [string, Record<string, string>, string, RegExp])[] = [
    ['no such file', {}, 'agent.mjs', /There is no file agent\.mjs/],
    ['no such export', { 'agent.mjs': 'export const x = 1;' }, 'agent.mjs', /exports no function and no graph named handle/],
    ['throws while it is loaded', { 'agent.mjs': "throw new Error('no key');" }, 'agent.mjs', /could not be used: Error: no key/],
    ['ends while it is loaded', { 'agent.mjs': 'process.exit(9);' }, 'agent.mjs', /ended while it was loaded \(exit code 9\)/],
  ];
  test.each(BAD)('%s', async (_, files, path, sentence) => {
    const { problem } = await startWorker(job({ root: shelf.layOut(files), way: { kind: 'module', path, export: 'handle' } }));
    expect(problem?.sentence).toMatch(sentence);
  });

  test('TypeScript runs without a loader of the repository, imports without endings included', async () => {
    const way: Way = { kind: 'module', path: 'agent.ts', export: 'handle' };
    const files = {
      'agent.ts':
        "import { ask } from './ask';\nimport { end } from './end.js';\nexport const handle = async (message: string): Promise<string> => (await ask(message)) + end;",
      'ask.ts':
        "interface Said { readonly choices: { message: { content: string } }[] }\nexport async function ask(q: string) { const answer = await fetch(process.env.OPENAI_BASE_URL + '/chat/completions', { method: 'POST', body: JSON.stringify({ model: 'm', messages: [{ role: 'user', content: q }] }) }); return ((await answer.json()) as Said).choices[0]!.message.content; }",
      'end.ts': "export const end: string = '.';",
    };
    const { problem, control } = await startWorker(job({ root: shelf.layOut(files), way }));
    expect(problem).toBeUndefined();
    expect(control.replies[0]?.text).toMatch(/\.$/);
  });
});
