// Repositories made to hang, crash, mislead or use the audit: each must end in a report or in one clear sentence, and soon.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { audit } from '../src/audit.ts';
import { exitCodeOf, type Report } from '../src/core/index.ts';
import { UserError } from '../src/repository/errors.ts';
import { type Audited, Auditor } from './support/auditor.ts';
import { BIN, build, PROJECT } from './support/build.ts';
import { type Files, openShelf } from './support/lay-out.ts';

const shelf = openShelf('hostile');
const auditor = new Auditor();
vi.setConfig({ testTimeout: 90_000 });
beforeAll(build, 120_000);
// The compiler and the grammar are loaded here: what is timed below is an audit and not that.
beforeAll(async () => void (await audit(shelf.layOut({ 'a.ts': WITNESS, 'a.py': 'import openai\n' }))), 120_000);
afterAll(() => auditor.stop());

/** Milliseconds of processor time after which an audit of a small repository counts as hung. */
const LIMIT = 5000;
/** For thousands of functions that all lead to a model: every reader looks at each of them. Measured: 5 to 10 s under load. */
const CROWD = 20_000;
/** For what is known not to end, so that the suite does. */
const SHORT = 2500;

const MANIFEST = '{"name":"plums","dependencies":{"openai":"4.104.0"}}';
const CALL = "client.chat.completions.create({ model: 'gpt' })";
const HEAD = "import OpenAI from 'openai';\nconst client = new OpenAI();\n";
/** A file that every audit must still see, whatever lies beside it. */
const WITNESS = `${HEAD}export const witness = async () => ${CALL};\n`;

const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const lines = (count: number, line: (i: number) => string): string => numbers(count).map(line).join('\n');

/** A repository with the attack in `a.ts`, a manifest and the witness. */
const code = (text: string): Files => ({ 'package.json': MANIFEST, 'witness.ts': WITNESS, 'a.ts': `${HEAD}${text}\n` });
const beside = (files: Files): Files => ({ 'package.json': MANIFEST, 'witness.ts': WITNESS, ...files });

interface Case {
  readonly name: string;
  readonly files: () => Files;
  /** What more must hold. */
  readonly holds?: (audited: Audited) => void;
  readonly limit?: number;
  /** What the product gets wrong today; the case is then expected to fail. */
  readonly wrong?: string;
}

/** Audits each repository in a process that is killed at the limit. */
function attacks(cases: readonly Case[]): void {
  for (const { name, files, holds, wrong, limit = wrong === undefined ? LIMIT : SHORT } of cases) {
    const run = async (): Promise<void> => {
      const audited = await auditor.audit(shelf.layOut(files()), limit);
      sound(audited);
      holds?.(audited);
    };
    if (wrong === undefined) test.concurrent(name, run);
    else test.concurrent.fails(`${name} (wrong today: ${wrong})`, run);
  }
}

/** What holds for every report: the witness was seen, no rule broke, and nobody is given a gigantic file to read. */
function sound({ report, size }: Audited): void {
  expect(size, 'characters of JSON').toBeLessThan(20_000_000);
  expect(report.calls.map(call => call.file)).toContain('witness.ts');
  expect(report.items.flatMap(item => item.note ?? []).filter(note => note.includes('rule of this item failed'))).toEqual([]);
  expect(report.answer).not.toBe('ready');
}

const reasons = (report: Report): Record<string, string> => Object.fromEntries(report.repository.unread.map(one => [one.file, one.reason]));

describe('nothing to audit', () => {
  test('no such path', { timeout: 5000 }, async () => {
    const path = join(shelf.home, 'gone');
    await expect(audit(path)).rejects.toThrow(UserError);
    await expect(audit(path)).rejects.toThrow(/^".*gone" does not exist; [^.]*\.$/);
    await expect(audit(join(BIN, 'deeper'))).rejects.toThrow(/does not exist/);
  });

  test('a file instead of a folder', { timeout: 5000 }, async () => {
    await expect(audit(BIN)).rejects.toThrow(/^".*agent-ready\.js" is not a folder; [^.]*\.$/);
    await expect(audit('/dev/null')).rejects.toThrow(UserError);
  });

  test.each(['a\u0000b', 'x'.repeat(300), 'x/'.repeat(3000)])('a path that no file system takes', { timeout: 5000 }, async path => {
    await expect(audit(path)).rejects.toThrow(UserError);
  });

  test('a link in a circle', { timeout: 5000 }, async () => {
    const link = join(shelf.home, 'circle');
    symlinkSync(link, link);
    await expect(audit(link)).rejects.toThrow(UserError);
  });

  test.each<[string, Files, RegExp]>([
    ['an empty folder', {}, /^No model call was found, so nothing was audited\.$/],
    [
      'a program without a model',
      { 'package.json': MANIFEST, 'src/a.ts': "import { z } from 'zod';\nexport const a = z.string();\n" },
      /^No model call was found/,
    ],
    ['an SDK that is imported and never called', { 'package.json': MANIFEST, 'src/a.ts': HEAD }, /^No model call was found/],
    ['only words about a model', { 'README.md': `Call ${CALL}`, 'notes.txt': WITNESS }, /^No model call was found/],
    [
      'only tests, evals and examples call a model',
      {
        'package.json': MANIFEST,
        'src/a.ts': 'export const a = 1;\n',
        'src/a.test.ts': WITNESS,
        'evals/b.ts': WITNESS,
        'examples/c.ts': WITNESS,
      },
      /only in tests, evals, scripts or examples \(3\)/,
    ],
  ])('%s', { timeout: 5000 }, async (_name, files, summary) => {
    const root = shelf.layOut(files);
    for (const policy of ['pr', 'launch'] as const) {
      const report = await audit(root, { policy });
      expect(report.answer).toBe('not-proven');
      expect(report.summary).toMatch(summary);
      expect(report.summary).toContain('nothing was audited');
      expect(new Set(report.items.map(item => item.status))).toEqual(new Set(['unknown']));
      expect(new Set(report.questions.map(question => question.answer))).toEqual(new Set(['unknown']));
      expect(exitCodeOf(report.gate)).toBe(policy === 'pr' ? 0 : 1);
    }
  });

  test('an agent in a language that is not read is not said to be absent', { timeout: 5000 }, async () => {
    const { repository, summary } = await audit(
      shelf.layOut({ 'agent.py': 'from openai import OpenAI\nOpenAI().chat.completions.create(model="x")\n' }),
    );
    expect(`${summary} ${JSON.stringify(repository)}`).toMatch(/python|agent\.py/i);
  });

  test('files that were not read are not counted as read', { timeout: 5000 }, async () => {
    const { repository } = await audit(shelf.layOut({ 'a.ts': WITNESS, 'b.ts': '\u0000', 'c.png': 'x', 'd.txt': 'x' }));
    expect(repository.unread.map(one => one.file)).toEqual(['b.ts']);
    expect(repository.files).toBe(1);
  });
});

describe('files that cannot be read', () => {
  test('without permission: listed, and the audit goes on', { timeout: 20_000 }, async context => {
    const root = shelf.layOut(beside({ 'locked.ts': WITNESS, 'folder/x.ts': WITNESS, 'sub/package.json': '{}', 'sub/b.ts': WITNESS }));
    for (const name of ['locked.ts', 'folder', 'sub/package.json']) chmodSync(join(root, name), 0);
    // Root may read everything, so somebody else must look.
    const root0 = process.getuid?.() === 0;
    if (root0) chmodSync(shelf.home, 0o755);
    const as = root0 ? { uid: 65_534, gid: 65_534 } : {};
    const { stdout, exitCode, stderr } = await execa(process.execPath, [BIN, 'audit', root, '--quiet', '--format', 'json'], {
      ...as,
      reject: false,
    });
    for (const name of ['locked.ts', 'folder', 'sub/package.json']) chmodSync(join(root, name), 0o700);
    if (root0 && exitCode === undefined) context.skip();
    expect({ exitCode: exitCode === 2, stderr }).toEqual({ exitCode: false, stderr: '' });
    const report = JSON.parse(stdout) as Report;
    expect(reasons(report)).toEqual({
      'locked.ts': 'no permission to read',
      'folder/': 'no permission to read',
      'sub/package.json': 'no permission to read',
    });
    expect(report.calls.map(call => call.file).sort()).toEqual(['sub/b.ts', 'witness.ts']);
  });

  test('a root without permission is one sentence', { timeout: 20_000 }, async context => {
    if (process.getuid?.() !== 0) context.skip();
    const root = shelf.layOut({ 'a.ts': WITNESS });
    chmodSync(shelf.home, 0o755);
    chmodSync(root, 0);
    const { exitCode, stderr, stdout } = await execa(process.execPath, [BIN, 'audit', root], { uid: 65_534, gid: 65_534, reject: false });
    chmodSync(root, 0o700);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(/^agent-ready: ".*" cannot be read; give a folder that you have permission to read\.$/);
  });

  attacks([
    {
      name: '5 MB in one line, and less than 2 MB in one line',
      files: () =>
        beside({
          'big.js': `import OpenAI from 'openai';${'a();'.repeat(1_300_000)}`,
          'small.js': `import OpenAI from 'openai';${'a();'.repeat(400_000)}`,
        }),
      holds: ({ report }) => expect(reasons(report)).toEqual({ 'big.js': 'larger than 2 MB', 'small.js': 'minified' }),
    },
    {
      name: 'binary, empty, with a byte order mark, UTF-16, Latin-1, of carriage returns',
      files: () =>
        beside({ 'bin.ts': `${WITNESS}\u0000`, 'empty.ts': '', 'bom.ts': `\ufeff${WITNESS}`, 'cr.ts': WITNESS.replaceAll('\n', '\r') }),
      holds: ({ report }) => {
        expect(reasons(report)).toEqual({ 'bin.ts': 'binary' });
        expect(report.calls.map(call => `${call.file}:${call.line}`)).toEqual(['bom.ts:3', 'cr.ts:3', 'witness.ts:3']);
      },
    },
    {
      name: 'broken syntax of every kind',
      files: () => ({
        ...code(`await ${CALL}; function (((( class { if for while { ]]] \`\${`),
        'b.tsx': `${HEAD}<div><p></div>{{{{ await ${CALL}`,
        'c.js': "const x = require('openai'; new x().chat.completions.create({",
        'd.mjs': "import from from 'openai' import",
        'e.cts': 'import x = require(openai)',
        'f.ts': `${HEAD}@@@ ### <<<<<<< HEAD\n=======\n>>>>>>> theirs\n`,
        'sub/package.json': '{"name": ',
        'sub/x.ts': WITNESS,
        'tsconfig.json': '{{{',
        'package-lock.json': '[[[',
        'yarn.lock': '\u0001::::',
        'pnpm-lock.yaml': '-\t- : : [',
        'pnpm-workspace.yaml': '{[',
        '.gitignore': '[[[\n!!!\n\\\n**/\u0000\n[z-a]\n',
      }),
      holds: ({ report }) => {
        expect(report.calls.map(call => call.file)).toEqual(expect.arrayContaining(['a.ts', 'sub/x.ts']));
        expect(Object.keys(reasons(report))).toEqual(
          expect.arrayContaining(['sub/package.json', 'package-lock.json', 'pnpm-workspace.yaml', 'tsconfig.json']),
        );
      },
    },
  ]);
});

describe('nesting', () => {
  /** Line feeds keep the files from being taken for minified ones. */
  const NESTS: Readonly<Record<string, (n: number) => string>> = {
    parentheses: n => `export const x = ${'(\n'.repeat(n)}1${')'.repeat(n)};`,
    arrays: n => `export const x = ${'[\n'.repeat(n)}1${']'.repeat(n)};`,
    objects: n => `export const x = ${'{ a:\n'.repeat(n)}1${'}'.repeat(n)};`,
    blocks: n => `${'{\n'.repeat(n)}let y = 1;${'}'.repeat(n)}`,
    'calls in arguments': n => `export const x = ${'f(\n'.repeat(n)}${')'.repeat(n)};`,
    'template literals': n => `export const x = ${'`${\n'.repeat(n)}1${'}`'.repeat(n)};`,
    JSX: n => `export const x = ${'<a>\n'.repeat(n)}1${'</a>'.repeat(n)};`,
    types: n => `export type X = ${'Array<\n'.repeat(n)}string${'>'.repeat(n)};`,
    'tuple types': n => `export type X = ${'[\n'.repeat(n)}string${']'.repeat(n)};`,
    promises: n => `export const f = (x: ${'Promise<\n'.repeat(n)}OpenAI${'>'.repeat(n)}) => x.chat.completions.create({});`,
    'a sum': n =>
      `export const x = ${'1 +\n'.repeat(n)}1; client.chat.completions.create({ max_tokens: x, model: ${"'a' +\n".repeat(n)}'b' });`,
    powers: n => `export const x = ${'2 **\n'.repeat(n)}1;`,
    alternatives: n => `export const x = ${'a ||\n'.repeat(n)}client; x.chat.completions.create({});`,
    commas: n => `export const x = (${'a,\n'.repeat(n)}client); x.chat.completions.create({});`,
    members: n => `export const x = client${'\n.chat'.repeat(n)}.create({});`,
    'calls of calls': n => `export const x = client${'\n.withOptions({})'.repeat(n)}.chat.completions.create({});`,
    indexes: n => `export const x = a${'\n[0]'.repeat(n)};`,
    casts: n => `export const x = client${'\nas any'.repeat(n)}; x.chat.completions.create({});`,
    functions: n => `${'function f() {\n'.repeat(n)}${CALL}${'}'.repeat(n)}`,
    arrows: n => `export const x = ${'() =>\n'.repeat(n)}${CALL};`,
    classes: n => `export const x = ${'class { a =\n'.repeat(n)}1${'}'.repeat(n)};`,
    'else if': n => `${'if (a) {} else\n'.repeat(n)}{}`,
    ternaries: n => `export const x = ${'a ? client :\n'.repeat(n)}2; x.chat.completions.create({});`,
    negations: n => `export const x = ${'!\n'.repeat(n)}1;`,
    awaits: n => `export const x = ${'await\n'.repeat(n)}${CALL};`,
    loops: n => `async function go() { ${'for (;;) {\n'.repeat(n)}await ${CALL};${'}'.repeat(n)} }`,
    tries: n => `async function go() { ${'try {\n'.repeat(n)}await ${CALL};${'} catch {}'.repeat(n)} }`,
    switches: n => `${'switch (a) { case 1:\n'.repeat(n)}${'}'.repeat(n)}`,
    destructuring: n => `export const ${'{ a:\n'.repeat(n)}b${'}'.repeat(n)} = {};`,
    spreads: n => `client.chat.completions.create(${'{ ...\n'.repeat(n)}{}${'}'.repeat(n)});`,
    namespaces: n => `${'namespace a {\n'.repeat(n)}${'}'.repeat(n)}`,
    decorators: n => `${'@a\n'.repeat(n)}class X {}`,
    labels: n => `${'l:\n'.repeat(n)}1;`,
    'a return behind a sum': n => `async function go(n) { const z = ${'1 +\n'.repeat(n)}1; await ${CALL}; return go(n + 1); }`,
    'a condition of a recursion': n => `async function go(n) { if (${'q +\n'.repeat(n)}1) return; await ${CALL}; return go(n + 1); }`,
    'a condition of a catch': n =>
      `async function go() { for (let i = 0; i < 3; i++) { try { return await ${CALL}; } catch (e) { if (${'e.status === 429 ||\n'.repeat(n)}e.a) continue; throw e; } } }`,
    'the name of a type': n => `export const f = (c: OpenAI${'\n.a'.repeat(n)}) => c.chat.completions.create({});`,
    'a condition of a loop': n => `while (${'a &&\n'.repeat(n)}b) { ${CALL}; }`,
  };
  const WRONG: Readonly<Record<string, string>> = {
    'a condition of a catch': 'every comparison walks the whole loop',
  };

  attacks(
    Object.entries(NESTS).map(([name, nest]) => ({
      name: `${name}, 1,500 and 20,000 deep`,
      files: () =>
        beside(
          Object.fromEntries([1500, 20_000].map(depth => [`deep${depth}.tsx`, `${HEAD}export const first = ${CALL};\n${nest(depth)}\n`])),
        ),
      holds: ({ report }: Audited) => {
        const known = [...report.calls.map(call => call.file), ...Object.keys(reasons(report))];
        expect(known, 'its calls are found, or it is said to be unread').toEqual(expect.arrayContaining(['deep1500.tsx', 'deep20000.tsx']));
      },
      ...(WRONG[name] === undefined ? {} : { wrong: WRONG[name] }),
    })),
  );

  attacks([
    {
      name: 'a sum of 1,000 counters in the condition of a loop',
      files: () => code(`while (${'i +\n'.repeat(1000)}i < 5) { ${CALL}; }`),
    },
    {
      name: '300 loops and retries in one another',
      limit: CROWD,
      files: () =>
        code(
          `async function go() { ${lines(300, i => `for (let i${i} = 0; i${i} < 3; i${i}++) { try {`)} await ${CALL}; ${'} catch (e) { if (e.status === 429) await sleep(10); else throw e; } }\n'.repeat(300)} }`,
        ),
    },
    {
      name: 'JSON nested 50,000 deep in every file that is JSON',
      files: () => {
        const deep = (open: string, close: string) => `${open}\n`.repeat(50_000) + close.repeat(50_000);
        return {
          ...beside({ 'a.ts': "import { z } from 'deep'; z();" }),
          'package.json': `{"name":"deep","exports":${deep('{"a":', '}').replace(':\n}', ':1}')},"dependencies":{"openai":"4.0.0"}}`,
          'tsconfig.json': deep('[', ']'),
          'package-lock.json': `{"packages":${deep('[', ']')}}`,
          'pnpm-workspace.yaml': deep('- ', ''),
        };
      },
    },
  ]);
});

describe('Python', () => {
  const WITNESS_PY =
    'from openai import OpenAI\nclient = OpenAI()\ndef ask(q):\n    return client.responses.create(model="gpt", input=q)\n';
  const audited = async (text: string) => audit(shelf.layOut({ 'witness.py': WITNESS_PY, 'a.py': `${WITNESS_PY}${text}` }));

  // The grammar writes past its memory at some hundred levels; Python itself takes a hundred.
  test('blocks in blocks', { timeout: 20_000 }, async () => {
    const { calls } = await audited(`def f(x):\n${lines(900, i => `${' '.repeat(i + 1)}if x > ${i}:`)}\n${' '.repeat(901)}return x\n`);
    expect(calls.map(call => call.file)).toContain('witness.py');
  });
  test('many classes of errors, each with a line', { timeout: 60_000 }, async () => {
    const began = performance.now();
    const { calls } = await audited(
      `import logging\nlog = logging.getLogger()\ndef f(q):\n    try:\n        return ask(q)\n${lines(1500, i => `    except E${i} as e:\n        log.error("x %s", e)`)}\n`,
    );
    expect(calls.map(call => call.file)).toContain('witness.py');
    expect(performance.now() - began).toBeLessThan(LIMIT * 2);
  });
});

describe('circles', () => {
  attacks([
    {
      name: 'const a = a, and its like',
      files: () =>
        code(`const a = a; let b = b.c.d; var f = f(); const g = { ...g }; const { h } = h; const [i] = i; const j = () => j()();
await a.chat.completions.create({ model: b, ...g }); await f.chat.completions.create(g); await j().chat.completions.create(h); await i.chat.completions.create({ model: i });`),
    },
    {
      name: 'an object that holds itself',
      files: () =>
        code(
          "let o = { model: 'x' }; o = { ...o, ...o, p: o }; o.p = o; const q = { ...q, get model() { return q.model; } }; const l = [...l];\nawait client.chat.completions.create(o); await client.chat.completions.create(q); await client.chat.completions.create({ messages: l, model: l[0], ...l[0] });",
        ),
    },
    {
      name: 'functions that call one another',
      files: () =>
        code(
          `async function a() { await b(); } async function b() { await c(); } async function c() { await ${CALL}; await a(); } a();\nasync function self() { return self(); } await (await self()).chat.completions.create({});`,
        ),
    },
    {
      name: 'a class that extends itself',
      files: () =>
        code(
          "class A extends A {} await new A().client.chat.completions.create({ model: 'x' }); await A.client.chat.completions.create({});",
        ),
    },
    {
      name: 'classes that extend each other',
      files: () =>
        code(
          "class A extends B {} class B extends C {} class C extends A {} const a = new A(); a.ask(); await a.client.chat.completions.create({ model: 'x' });",
        ),
    },
    {
      name: 'static members of classes that extend each other',
      files: () => code("class A extends B {} class B extends A {} await A.client.chat.completions.create({ model: 'x' });"),
    },
    {
      name: 'types that mean each other',
      files: () => code('type A = B; type B = A; export const f = (c: A) => c.chat.completions.create({});'),
    },
    {
      name: 'a type that means itself',
      files: () => code('type A = A | A; export const f = (c: A) => c.chat.completions.create({});'),
    },
    {
      name: 'a type of what returns it',
      files: () => code('function g(): ReturnType<typeof g> { return h(); } export const f = () => g().chat.completions.create({});'),
    },
    {
      name: 'a module that imports itself',
      files: () =>
        code(
          "import * as me from './a'; import d from './a'; export default me; export const c = me.c;\nawait me.default.default.c.chat.completions.create({}); await d.chat.completions.create({});",
        ),
    },
    {
      name: 'a module that exports itself again',
      files: () => code(`export * from './a'; import { nothing } from './a'; await nothing.chat.completions.create({}); await ${CALL};`),
    },
    {
      name: 'a name that is exported from where it is imported',
      files: () => code("export { llm } from './a'; import { llm as z } from './a'; await z.chat.completions.create({});"),
    },
    {
      name: 'two modules that hand a name to and fro',
      files: () => ({
        ...code("export { llm } from './b'; export default client;"),
        'b.ts': "export { llm } from './a';",
        'c.ts': "import { llm } from './a'; await llm.chat.completions.create({});",
      }),
    },
    {
      name: 'namespaces inside one another',
      files: () => ({
        ...code("export * as b from './b'; export const c = client;"),
        'b.ts': "export * as a from './a';",
        'c.ts': "import { b } from './a'; await b.a.b.a.b.a.c.chat.completions.create({});",
      }),
      holds: ({ report }) => expect(report.calls.map(call => call.file)).toContain('c.ts'),
    },
    {
      name: 'barrels in a circle',
      files: () => ({
        ...code(`export * from './b'; await ${CALL};`),
        'b.ts': "export * from './c'; export * from './a';",
        'c.ts': "export * from './a'; export * from './b';",
        'd.ts': "import { plum } from './b'; await plum.chat.completions.create({});",
      }),
    },
    {
      name: 'CommonJS modules that require each other',
      files: () =>
        beside({
          'x.js': "const y = require('./y'); module.exports = { ...y, go: () => y.go() };",
          'y.js':
            "const x = require('./x'); const OpenAI = require('openai'); module.exports = { ...x, c: new OpenAI(), go: () => x.go() }; module.exports.c.chat.completions.create({}); x.c.chat.completions.create({});",
        }),
    },
    {
      name: "packages that are each other's dependency, by name and by link",
      files: () =>
        beside({
          'pnpm-workspace.yaml': "packages: ['*']\n",
          'p/package.json':
            '{"name":"p","main":"../q","exports":{".":"./","./*":"./*"},"imports":{"#a":"#b","#b":"#a"},"dependencies":{"q":"link:../q","p":"file:."}}',
          'p/index.ts': `import { c } from 'q'; import x from '#a'; export { c } from 'q'; ${HEAD} c.chat.completions.create({}); x();`,
          'q/package.json': '{"name":"q","main":"../p","dependencies":{"p":"link:../p"}}',
          'q/index.ts': "import { c } from 'p'; export { c } from 'p'; c.chat.completions.create({});",
        }),
    },
  ]);
});

describe('much of everything', () => {
  const doubling = (rounds: number, first: string, next: (before: string) => string): string =>
    `const o0 = ${first};\n${lines(rounds, i => `const o${i + 1} = ${next(`o${i}`)};`)}\n`;

  attacks([
    {
      name: '5,000 functions in a ring, each calling three',
      limit: CROWD,
      files: () =>
        code(
          `${lines(5000, i => `async function f${i}() { await f${(i + 1) % 5000}(); await f${(i * 7) % 5000}(); await f${(i * 13 + 5) % 5000}();${i === 2500 ? ` await ${CALL};` : ''} }`)}`,
        ),
    },
    {
      name: '5,000 functions, each calling twenty, a hundred of them the model',
      wrong: 'the readers of the way look at each function: more than 20 s',
      files: () =>
        code(
          lines(
            5000,
            i =>
              `async function f${i}() { ${numbers(20)
                .map(j => `await f${(i * j + j * j) % 5000}();`)
                .join('')} ${i % 50 === 0 ? `await ${CALL};` : ''} }`,
          ),
        ),
      holds: ({ report }) => expect(report.calls).toHaveLength(101),
    },
    {
      name: '15 layers of 5 functions, each calling all of the layer below',
      files: () =>
        code(
          `async function f0_0() { await ${CALL}; }\n${numbers(16)
            .slice(1)
            .flatMap(l =>
              numbers(5).map(
                i =>
                  `async function f${l}_${i}() { ${
                    l === 1
                      ? 'await f0_0();'
                      : numbers(5)
                          .map(j => `await f${l - 1}_${j}();`)
                          .join(' ')
                  } }`,
              ),
            )
            .join('\n')}`,
        ),
    },
    {
      name: '15 layers of methods',
      files: () =>
        code(
          `class K0 { async go() { await ${CALL}; } }\n${numbers(16)
            .slice(1)
            .flatMap(l =>
              numbers(4).map(
                i =>
                  `export const k${l}_${i} = { async run${l}() { ${
                    l === 1
                      ? 'await new K0().go();'
                      : numbers(4)
                          .map(j => `await k${l - 1}_${j}.run${l - 1}();`)
                          .join(' ')
                  } } };`,
              ),
            )
            .join('\n')}`,
        ),
    },
    {
      name: '15 layers of functions that hand on a parameter',
      files: () =>
        code(
          `async function f0_0(m) { await client.chat.completions.create({ model: m, ...m }); }\n${numbers(16)
            .slice(1)
            .flatMap(l =>
              numbers(6).map(
                i =>
                  `async function f${l}_${i}(m) { ${
                    l === 1
                      ? 'await f0_0(m);'
                      : numbers(6)
                          .map(j => `await f${l - 1}_${j}(m);`)
                          .join(' ')
                  } }`,
              ),
            )
            .join('\n')}`,
        ),
    },
    {
      name: 'a chain of 300 parameters',
      files: () =>
        code(
          `async function f0(m) { await client.chat.completions.create({ model: m }); }\n${lines(300, i => `async function f${i + 1}(m) { await f${i}(m); await f${i}({ ...m }); }`)} f300('x');`,
        ),
    },
    {
      name: 'spreads that double 60 times',
      files: () => code(`${doubling(60, '{ z: 1 }', o => `{ ...${o}, ...${o} }`)}await client.chat.completions.create(o60);`),
    },
    {
      name: 'Object.assign that doubles 60 times',
      files: () => code(`${doubling(60, '{ z: 1 }', o => `Object.assign({}, ${o}, ${o})`)}await client.chat.completions.create(o60);`),
    },
    {
      name: 'lists that double 60 times',
      files: () =>
        code(
          `${doubling(60, '[{ z: 1 }]', o => `[...${o}, ...${o}]`)}for (const o of o60) await client.chat.completions.create(o); await client.chat.completions.create(o60[k]);`,
        ),
    },
    {
      name: 'functions that double 60 times',
      files: () =>
        code(`${doubling(60, '() => ({ z: 1 })', o => `() => ({ ...${o}(), ...${o}() })`)}await client.chat.completions.create(o60());`),
    },
    {
      name: 'types that double 40 times',
      files: () =>
        code(
          `type A0 = string;\n${lines(40, i => `type A${i + 1} = A${i} | A${i};`)}\nexport const f = (c: A40) => c.chat.completions.create({});`,
        ),
    },
    {
      name: 'alternatives that double 60 times',
      files: () =>
        code(
          `${doubling(60, "x ? 'a' : 'b'", o => `x ? ${o} : { ...${o} }`)}await client.chat.completions.create({ model: o60, ...o60 });`,
        ),
    },
    {
      name: 'texts that double 60 times',
      files: () => code(`${doubling(60, "'plums'", o => `\`\${${o}}\${${o}}\``)}await client.chat.completions.create({ model: o60 });`),
    },
    {
      name: 'sums of texts that double 60 times',
      files: () =>
        code(`${doubling(60, "'plums'", o => `${o} + ${o}`)}await client.chat.completions.create({ model: o60 }); await fetch(o60);`),
    },
    {
      name: 'a text of 80 MB as the name of a model',
      files: () => code(`${doubling(24, "'plums'", o => `\`\${${o}}\${${o}}\``)}await client.chat.completions.create({ model: o24 });`),
    },
    {
      name: 'barrels that double 30 times',
      files: () => ({
        ...code("import { plum } from './l0a'; await plum.chat.completions.create({});"),
        ...Object.fromEntries(
          numbers(30).flatMap(i =>
            ['a', 'b'].map(side => [`l${i}${side}.ts`, `export * from './l${i + 1}a'; export * from './l${i + 1}b';`]),
          ),
        ),
        'l30a.ts': 'export const q = 1;',
        'l30b.ts': 'export const r = 1;',
      }),
    },
    {
      name: '300 barrels, each of all the others',
      files: () => ({
        ...code(`export default client; export * from './b0'; await ${CALL};`),
        ...Object.fromEntries(
          numbers(300).map(i => [
            `b${i}.ts`,
            `${lines(300, j => `export * from './b${j}';`)}\nimport { q${i} } from './b${(i + 1) % 300}'; await q${i}.chat.completions.create({});`,
          ]),
        ),
      }),
    },
    {
      name: '2,000 model calls in one function',
      files: () =>
        code(
          `export async function go(m) {\n${lines(2000, i => `await client.chat.completions.create({ model: 'm${i}', max_tokens: ${i} });`)}\n}`,
        ),
      holds: ({ report }) => expect(report.calls).toHaveLength(2001),
    },
    {
      name: '2,000 functions with a retry each',
      limit: CROWD,
      files: () =>
        code(
          lines(
            2000,
            i =>
              `export async function go${i}(m) { for (let i = 0; i < n; i++) { try { return await client.chat.completions.create({ model: m }); } catch (e) { await sleep(2 ** i); } } }`,
          ),
        ),
      holds: ({ report }) => expect(report.calls).toHaveLength(2001),
    },
    {
      name: '500 clients in one variable',
      files: () =>
        code(
          `let c = client;\n${lines(500, i => `c = c.withOptions({ maxRetries: ${i} }); await c.chat.completions.create({ model: 'm${i}' });`)}`,
        ),
    },
    {
      name: '500 values in one variable',
      files: () =>
        code(
          `let c;\n${lines(500, i => `c = new OpenAI({ maxRetries: ${i} }); await c.chat.completions.create({ model: c, max_tokens: c });`)}`,
        ),
    },
    {
      name: '1,000 comparisons in the condition of a loop',
      wrong: 'every comparison walks the whole loop',
      files: () => code(`async function go() { while (${lines(1000, i => `(x${i} < 5) &&`)} y) { x++; await ${CALL}; } }`),
    },
    {
      name: '1,000 ways out of a loop',
      files: () => code(`async function go() { while (true) { ${lines(1000, i => `if (a${i} > ${i}) break;`)} await ${CALL}; } }`),
    },
    {
      name: 'a loop of 20,000 lines',
      files: () => code(`async function go() { while (i < 5) { ${lines(20_000, i => `a.b(${i});`)} await ${CALL}; } }`),
    },
    { name: '150,000 calls of something else', files: () => code('x.create(x);\n'.repeat(150_000)) },
    {
      name: '1,000 tools of one agent, each running the agent again',
      // Measured: 3.6 s alone; beside other work the same instructions take more of the processor.
      limit: CROWD,
      files: () => ({
        ...code(
          `import { generateText, tool } from 'ai'; import { openai } from '@ai-sdk/openai';\nconst tools = { ${lines(1000, i => `t${i}: tool({ execute: async () => generateText({ model: openai('gpt'), tools }) }),`)} };\nawait generateText({ model: openai('gpt'), tools });`,
        ),
      }),
    },
    {
      name: 'agents made of agents, doubling 40 times',
      files: () =>
        code(
          `import { ChatOpenAI } from '@langchain/openai'; import { createAgent } from 'langchain';\n${doubling(40, "new ChatOpenAI({ model: 'x' })", o => `createAgent({ model: ${o}, tools: [${o}, ${o}] })`)}await o40.invoke('x');`,
        ),
    },
    {
      name: '300 routes that call one another over HTTP',
      files: () =>
        beside(
          Object.fromEntries(
            numbers(300).map(i => [
              `app/api/r${i}/route.ts`,
              `${HEAD}export async function POST(req) { await fetch('/api/r${(i + 1) % 300}'); await fetch('/api/r${(i * 3) % 300}'); return ${CALL}; }`,
            ]),
          ),
        ),
    },
    {
      name: '4,000 modules in a ring',
      files: () => ({
        ...code(`export const go = () => ${CALL};`),
        ...Object.fromEntries(
          numbers(4000).map(i => [
            `u${i}.ts`,
            `import { go } from './a'; import { f${(i + 1) % 4000} } from './u${(i + 1) % 4000}'; export const f${i} = async () => { await go(); await f${(i + 1) % 4000}(); };`,
          ]),
        ),
      }),
    },
    {
      name: 'functions that are handed to themselves',
      files: () =>
        code(
          'const Y = f => (x => x(x))(x => f(y => x(x)(y))); const g = Y(f => n => (n ? f(n - 1) : client)); await g(5).chat.completions.create({ model: Y(Y)(Y) });\nconst w = (x => x(x)(x)(x))(x => x(x)(x)(x)); await w.chat.completions.create({});',
        ),
    },
    {
      name: '200 predicates that ask one another',
      files: () =>
        code(
          `${lines(200, i => `function w${i}(e) { return ${lines(20, j => `w${(i * 3 + j) % 200}(e) ||`)} false }`)} async function go() { for (;;) { try { return await ${CALL}; } catch (e) { if (w1(e) && w2(e)) throw e; await w3(e); } } }`,
        ),
    },
  ]);
});

describe('where a limit of ours ends the reading, the answer is not reassuring', () => {
  const callOf = ({ report }: Audited) => report.calls.find(call => call.file === 'a.ts');
  const looped = (audited: Audited): void => expect(callOf(audited)?.loop.status).not.toBe('not-in-loop');
  const uncapped = (audited: Audited): void => expect(callOf(audited)?.outputCap.set).not.toBe(true);
  const retried = (audited: Audited): void => expect(callOf(audited)?.retries.count).not.toBe(2);
  const ask = `async function ask() { return ${CALL}; }\n`;
  const retry = (inner: string): string =>
    `import pRetry from 'p-retry';\nasync function go() { return ${'pRetry(() => '.repeat(3)}${inner}${', { retries: 10 })'.repeat(3)}; }`;

  attacks([
    {
      name: 'a loop without end, 16 calls away',
      files: () =>
        code(
          `async function f0() { ${CALL}; }\n${lines(16, i => `async function f${i + 1}() { await f${i}(); }`)}\nwhile (true) await f16();`,
        ),
      holds: looped,
    },
    {
      name: 'a loop without end at the last of 60 callers',
      files: () => code(`${ask}${lines(60, i => `async function f${i}() { await ask(); }`)}\nwhile (true) await ask();`),
      holds: looped,
    },
    {
      name: 'a loop without end in the last of 300 files',
      files: () => ({
        ...code(`export ${ask}`),
        ...Object.fromEntries(
          numbers(300).map(i => [
            `u${1000 + i}.ts`,
            `import { ask } from './a'; export const f = async () => { ${i === 299 ? 'while (true) ' : ''}await ask(); };`,
          ]),
        ),
      }),
      holds: looped,
    },
    {
      name: 'no output cap at the last of 20 callers',
      files: () =>
        code(
          `async function ask(o) { return client.chat.completions.create({ model: 'x', ...o }); }\n${lines(20, i => (i === 19 ? 'ask({});' : `ask({ max_tokens: ${i + 1} });`))}`,
        ),
      holds: uncapped,
    },
    {
      name: 'no output cap in the last of 14 values',
      files: () =>
        code(
          `let o = { max_tokens: 1 };\n${lines(14, i => (i === 13 ? 'o = { z: 1 };' : `o = { max_tokens: ${i + 2} };`))}\nclient.chat.completions.create({ model: 'x', ...o });`,
        ),
      holds: uncapped,
    },
    {
      name: 'no output cap in the last of 14 branches',
      files: () =>
        code(`client.chat.completions.create({ model: 'x', max_tokens: ${lines(13, i => `a === ${i} ? ${i + 1} :`)} undefined });`),
      holds: uncapped,
    },
    {
      name: 'three layers of retries, 8 calls away',
      files: () =>
        code(
          `async function f0() { return ${CALL}; }\n${lines(8, i => `async function f${i + 1}() { return f${i}(); }`)}\n${retry('f8()')}`,
        ),
      holds: retried,
    },
    {
      name: 'three layers of retries at the last of 60 callers',
      files: () => code(`${ask}${lines(60, i => `async function f${i}() { return ask(); }`)}\n${retry('ask()')}`),
      holds: retried,
      wrong: 'layers of a caller count only where every caller has some: retry-budget passes',
    },
  ]);
});

describe('texts that a pattern goes back and forth over', () => {
  attacks([
    { name: '`from` and 100,000 spaces', files: () => code(`await ${CALL}; from${' '.repeat(100_000)}`) },
    { name: '`from` and a million line feeds', files: () => code(`await ${CALL}; from${'\n'.repeat(1_000_000)}`) },
    { name: '200,000 times `import`', files: () => code(`await ${CALL};\n${'import\n'.repeat(200_000)}`) },
    { name: '150,000 comments that begin after `import(`', files: () => code(`await ${CALL};\n${'import(/*\n'.repeat(150_000)}`) },
    {
      name: '200,000 times `export {` in a module that is imported',
      files: () => ({ ...code(`import { z } from './b'; z(); await ${CALL};`), 'b.ts': 'export {\n'.repeat(200_000) }),
    },
    {
      name: '`export` and a million line feeds',
      files: () => ({ ...code(`import { z } from './b'; z(); await ${CALL};`), 'b.ts': `export${'\n'.repeat(1_000_000)}` }),
    },
    {
      name: '100,000 decorators of nothing in a test of pytest',
      files: () => ({
        ...code(''),
        'tests/test_a.py': '@\n'.repeat(100_000),
        '.github/workflows/ci.yml': `on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: pytest -k fast\n`,
      }),
    },
    {
      name: '38,000 line feeds in the configuration of vitest',
      files: () => ({
        ...code(''),
        'a.test.ts': '',
        'vitest.config.ts': `export default { test: {${'\n'.repeat(38_000)} } };`,
        '.github/workflows/ci.yml': 'on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: npx vitest run\n',
      }),
    },
    {
      name: 'a base of 180,000 letters for an address',
      files: () => code(`await fetch(new URL('v1/chat/completions', '${'a'.repeat(90_000)}' +\n'${'a'.repeat(90_000)}/'));`),
    },
    {
      name: '100,000 times the name of a model without a price',
      files: () => code(`export const models = [\n${"'gpt-5', 'o3-x',\n".repeat(50_000)}];`),
    },
    {
      name: 'a .gitignore of 2,000 patterns with stars, and 8,000 files',
      files: () => ({
        ...code(''),
        '.gitignore': lines(2000, i => `*a*${i}*b*c*d*${i}*`),
        ...Object.fromEntries(
          numbers(8000).map(i => [`d${i % 50}/${'a'.repeat(12)}${'b'.repeat(12)}${'c'.repeat(12)}${'d'.repeat(12)}${i}.txt`, '']),
        ),
      }),
    },
    {
      name: '60 nested .gitignore files of 500 patterns, and 500 files',
      files: () => ({
        ...code(''),
        ...Object.fromEntries(numbers(60).map(i => [`${'d/'.repeat(i)}.gitignore`, lines(500, j => `*a*${j}*b*c*d*${j}*`)])),
        ...Object.fromEntries(numbers(500).map(i => [`${'d/'.repeat(59)}${'a'.repeat(12)}${'b'.repeat(12)}${'c'.repeat(12)}${i}.txt`, ''])),
      }),
    },
  ]);
});

describe('names of every object', () => {
  attacks([
    {
      name: '__proto__, constructor, toString and hasOwnProperty everywhere',
      files: () => ({
        'package.json':
          '{"name":"__proto__","version":"constructor","dependencies":{"openai":"4.104.0","__proto__":"1.0.0","constructor":"workspace:*","toString":"catalog:__proto__","hasOwnProperty":"catalog:"},"catalogs":{"__proto__":{"toString":"1.0.0"}},"scripts":{"__proto__":"x"},"imports":{"#__proto__":"./b.ts"},"exports":{"constructor":"./a.ts","__proto__":{"toString":"./b.ts"}}}',
        'tsconfig.json': '{"compilerOptions":{"paths":{"__proto__":["./b.ts"],"toString":["./a.ts"],"constructor/*":["./*"]}}}',
        'package-lock.json':
          '{"lockfileVersion":3,"packages":{"__proto__":{},"node_modules/__proto__":{"version":"1.0.0"},"node_modules/openai":{"version":"4.104.0"},"node_modules/constructor":{"version":"2.0.0"}}}',
        'pnpm-workspace.yaml':
          'packages: [__proto__, constructor]\n__proto__: {packages: [x]}\ncatalog: {__proto__: 1.0.0, openai: 4.0.0}\n',
        'witness.ts': WITNESS,
        'a.ts': `${HEAD}import __proto__ from '__proto__'; import constructor, { toString, hasOwnProperty, valueOf } from 'constructor';
import { __proto__ as p2, constructor as c2 } from './b'; import h from 'hasOwnProperty'; import t from 'toString'; import x from '#__proto__';
const o = { __proto__: client, constructor: client, toString: client, hasOwnProperty: client, model: 'x' };
export { o as __proto__, o as constructor, o as toString };
await o.constructor.chat.completions.create(o); await o.toString.chat.completions.create({ model: o.hasOwnProperty });
await o.valueOf.chat.completions.create({}); await c2.chat.completions.create({ model: p2 }); await constructor.chat.completions.create({});
await client.constructor.prototype.chat.completions.create({}); await client.chat.__proto__.create({}); await client.toString.constructor({}); await client.__proto__({});
class Plum { constructor() { this.constructor = client; } toString() { return this.constructor.chat.completions.create({ model: 'x' }); } __proto__() { return this.__proto__.chat.completions.create({}); } }
function hasOwn(constructor, { toString, __proto__ }) { return constructor[toString].chat.completions.create({ ...__proto__ }); }`,
        'b.ts':
          "export const __proto__ = 'm'; import OpenAI from 'openai'; export const constructor = new OpenAI(); export default { __proto__ };",
        '__proto__.ts': "import { toString } from './a'; await toString.constructor.chat.completions.create({});",
        'constructor/index.ts': "export * from '../a';",
        'constructor/package.json': '{"name":"constructor","version":"__proto__","main":"toString"}',
      }),
      holds: ({ report }) => {
        expect(
          report.calls.filter(call => call.file === 'a.ts').length,
          'o.constructor, o.toString and c2 are clients',
        ).toBeGreaterThanOrEqual(3);
        expect(report.agents).toEqual([{ name: '__proto__', root: '.' }]);
        expect(report.calls.find(call => call.file === 'witness.ts')?.package).toBe('openai 4.104.0');
      },
    },
  ]);
});

describe('manifests', () => {
  const manifest = (value: unknown, more: Files = {}): Files => ({
    'witness.ts': WITNESS,
    'package.json': typeof value === 'string' ? value : JSON.stringify(value),
    ...more,
  });
  const nothingUnread = ({ report }: Audited): void => expect(reasons(report)).toEqual({});

  attacks([
    {
      name: 'every field of another type',
      files: () =>
        manifest({
          name: 5,
          version: [],
          dependencies: ['openai'],
          devDependencies: 'x',
          peerDependencies: null,
          optionalDependencies: { openai: 4 },
          workspaces: 7,
          exports: 3,
          main: {},
          imports: [],
          packageManager: {},
          scripts: [],
          catalogs: 'x',
        }),
      holds: nothingUnread,
    },
    ...['[]', 'null', '"x"', '1', '', '{"name":', 'undefined', '{"a":1}{"b":2}'].map(text => ({
      name: `not an object: ${text}`,
      files: () => manifest(text),
      holds: ({ report }: Audited) => expect(reasons(report)).toEqual({ 'package.json': expect.stringMatching(/JSON/) }),
    })),
    {
      name: 'a name with escapes, a path, a link and a script',
      files: () => manifest({ name: '\u001b[2J../../<img src=x>`|@all', dependencies: { openai: '4.0.0' } }),
      holds: ({ report, terminal, markdown }) => {
        expect(report.agents).toHaveLength(1);
        expect(terminal).not.toContain('\u001b');
        expect(markdown).not.toContain('<img');
      },
    },
    {
      name: 'ranges that are none',
      files: () =>
        manifest(
          {
            name: 'x',
            dependencies: {
              openai: '>>>!!<<^~*x.y.z||||- - -',
              ai: 'npm:',
              zod: 'catalog:__proto__',
              a: 'workspace:',
              b: 'file:../../../../etc/passwd',
              c: 'link:/etc',
            },
          },
          { 'b.ts': "import 'ai'; import 'zod'; import 'a'; import 'b'; import 'c'; import x from 'openai/x'; x();" },
        ),
      holds: ({ report }) => expect(report.calls[0]?.package).toBe('openai'),
    },
    { name: 'a range of 1 MB', files: () => manifest(`{\n"name":"x",\n"dependencies":{\n"openai":"${'1.0.0 || '.repeat(110_000)}"\n}}`) },
    { name: 'a range of 190 kB', files: () => manifest({ name: 'x', dependencies: { openai: '^1.0.0 || '.repeat(19_000) } }) },
    {
      name: 'an alias of 190 kB',
      files: () => manifest({ name: 'x', dependencies: { plum: `npm:${'@'.repeat(190_000)}` } }, { 'b.ts': "import p from 'plum'; p();" }),
    },
    {
      name: 'a link of 90,000 folders and a line feed',
      files: () => manifest({ name: 'x', dependencies: { openai: `workspace:${'a/'.repeat(90_000)}\n` } }),
    },
    {
      name: '40,000 dependencies',
      files: () => manifest(`{"name":"x","dependencies":{${lines(40_000, i => `"p${i}":"1",`)}"openai":"4.0.0"}}`),
      holds: ({ report }) => expect(report.calls[0]?.package).toBe('openai 4.0.0'),
    },
    {
      name: '40 nested workspaces of 500 patterns each',
      wrong: 'takes 6 seconds',
      files: () => ({
        'witness.ts': WITNESS,
        ...Object.fromEntries(
          numbers(40).map(i => [
            `${'d/'.repeat(i)}package.json`,
            JSON.stringify({ name: 'openai', workspaces: numbers(500).map(j => `${'**/'.repeat(150)}z${j}`) }, null, 1),
          ]),
        ),
        [`${'d/'.repeat(39)}q.ts`]: WITNESS,
      }),
    },
    {
      name: '2,000 packages of one name',
      files: () => ({
        'witness.ts': WITNESS,
        ...Object.fromEntries(numbers(2000).map(i => [`p${i}/package.json`, '{"name":"openai","workspaces":["*"]}'])),
      }),
    },
    {
      name: 'a workspace list of YAML that grows by itself',
      files: () =>
        manifest(MANIFEST, {
          'pnpm-workspace.yaml': `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghij'
            .split('')
            .map(
              (name, i) =>
                `${name}: &${name} [${numbers(9)
                  .map(() => `*${'abcdefghij'[i]}`)
                  .join(',')}]`,
            )
            .join('\n')}\npackages: *j\n`,
        }),
    },
  ]);
});

describe('compiler configurations', () => {
  const importing = `${HEAD}import { q } from '~/plum'; import { r } from 'passwd'; q(); r();\n`;
  attacks([
    {
      name: 'that extend themselves and each other, and lead out of the root',
      files: () =>
        beside({
          'tsconfig.json': '{"extends":"./tsconfig.json"}',
          'a.ts': importing,
          'b/tsconfig.json': '{"extends":["./t2.json","../tsconfig.json"]}',
          'b/t2.json': '{"extends":"./tsconfig.json"}',
          'b/x.ts': importing,
          'c/tsconfig.json': '{"extends":"../../../../../../etc/passwd"}',
          'c/x.ts': importing,
          'd/tsconfig.json':
            '{"extends":"/etc/hostname","compilerOptions":{"baseUrl":"../../../../..","paths":{"*":["../../../../etc/*"],"":[""],"a*b*c":["*","**"]}}}',
          'd/x.ts': importing,
          'e/tsconfig.json': '{"references":[{"path":"./tsconfig.json"},{"path":"../../.."},{"path":5},null],"extends":5}',
          'e/x.ts': importing,
        }),
      holds: ({ json }) => expect(json).not.toMatch(/root:|\/etc\//),
    },
    {
      name: 'of other types',
      files: () =>
        beside({
          'a.ts': importing,
          'tsconfig.json': '{"extends":{"a":1},"compilerOptions":[1],"references":"x","files":5,"include":{}}',
          'jsconfig.json': '{"compilerOptions":{"paths":{"a":5,"b":{"c":1},"~/*":[5,null,["x"]]},"baseUrl":5}}',
        }),
    },
    {
      name: 'of comments and commas that never end',
      files: () =>
        beside({
          'a.ts': importing,
          'tsconfig.json': '/*\n'.repeat(300_000),
          'b/jsconfig.json': ',\n'.repeat(600_000),
          'b/x.ts': importing,
        }),
    },
    {
      name: 'that extend three others, twelve times over',
      files: () =>
        beside({
          'tsconfig.json': '{"extends":"./t0.json"}',
          'a.ts': importing,
          ...Object.fromEntries(numbers(12).map(i => [`t${i}.json`, JSON.stringify({ extends: Array(3).fill(`./t${i + 1}.json`) })])),
          ...Object.fromEntries(
            numbers(200).flatMap(i => [
              [`s${i}/tsconfig.json`, '{"extends":"../t0.json"}'],
              [`s${i}/a.ts`, importing],
            ]),
          ),
        }),
    },
    {
      name: 'that extend one large file 90 times',
      files: () =>
        beside({
          'big.json': `{ // large\n"compilerOptions": { "paths": { ${lines(20_000, i => `"p${i}/*": ["./x${i}/*"],`)} }, } }`,
          ...Object.fromEntries(
            numbers(5).flatMap(i => [
              [`s${i}/tsconfig.json`, JSON.stringify({ extends: Array(90).fill('../big.json') })],
              [`s${i}/a.ts`, importing],
            ]),
          ),
        }),
    },
  ]);
});

describe('lockfiles', () => {
  const locked = (files: Files): Files => beside(files);
  const fromManifest = ({ report }: Audited): void => expect(report.calls[0]?.package).toBe('openai 4.104.0');
  attacks([
    {
      name: 'with nonsense in every field',
      files: () =>
        locked({
          'package-lock.json': '{"packages":{"node_modules/openai":null,"node_modules/x":{"version":{}},"":[]},"lockfileVersion":"x"}',
          'yarn.lock': '"openai@4.104.0":\n  version "not"\n',
          'pnpm-lock.yaml': 'importers:\n  .:\n    dependencies:\n      openai:\n        version: x\n',
          'bun.lock': '{"packages":{"openai":[5],"x":null},"workspaces":[]}',
        }),
      holds: fromManifest,
    },
    {
      name: 'a quarter of a million packages',
      files: () =>
        locked({
          'package-lock.json': `{"packages":{${lines(250_000, i => `"node_modules/p${i}":{"version":"1.0.${i}","resolved":"https://registry.npmjs.org/x/y/z"},`)}"node_modules/openai":{"version":"4.5.6"}}}`,
        }),
      holds: ({ report }) => expect(report.calls[0]?.package).toBe('openai 4.5.6'),
    },
    {
      name: '50 MB',
      files: () => locked({ 'package-lock.json': ' '.repeat(50 * 1024 * 1024) }),
      holds: audited => {
        fromManifest(audited);
        expect(reasons(audited.report)).toEqual({ 'package-lock.json': 'larger than 48 MB' });
      },
    },
    {
      name: '5,000 packages inside one another',
      files: () =>
        locked({
          'package-lock.json': `{"dependencies":${'{"a":{"version":"1.0.0","dependencies":\n'.repeat(5000)}{}${'}}'.repeat(5000)}}`,
        }),
      holds: fromManifest,
    },
    {
      name: 'a heading of 10 MB',
      files: () =>
        locked({
          'yarn.lock': `${numbers(300_000)
            .map(i => `a${i}@^1, openai@^${i}`)
            .join(', ')}:\n  version "1.0.0"\n`,
        }),
    },
    {
      name: 'lines of megabytes of quotes, blanks and colons',
      files: () =>
        locked({
          'pnpm-lock.yaml': `importers:\n  .:\n    dependencies:\n      openai: '${"'a".repeat(2_000_000)}\n      b:${' '.repeat(5_000_000)}\n      c${':  '.repeat(60_000)}\n`,
          'sub/package.json': MANIFEST,
          'sub/yarn.lock': `openai@^4:\n  version${' '.repeat(3_000_000)}"\n`,
          'sub/x.ts': WITNESS,
        }),
    },
    {
      name: 'comments that never end',
      files: () => locked({ 'bun.lock': '/*'.repeat(2_000_000), 'bun.lockb': '\u0000' }),
      holds: fromManifest,
    },
  ]);
});

describe('what strangers write, shown', () => {
  const HIDDEN = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/;
  const EVIL = [
    '\u001b[31mred',
    '\u001b]0;title\u0007',
    'x\n✔ READY',
    'x\r\nREADY',
    '\u202egnp.ts',
    'a\u2066b\u2069',
    '\u009b31m',
    'x\u2028y',
    'x\u200by',
    'x\ty',
    '\u007f',
    '\ufeffx',
  ];
  const source = (text: string) => JSON.stringify(text);
  const root = (): Files => ({
    'package.json': JSON.stringify({
      name: `plum${EVIL.join('')}`,
      dependencies: { openai: '4.104.0', plum: `npm:openai@4.0.0${EVIL[0]}`, [`evil${EVIL[0]}`]: 'npm:openai@^4' },
    }),
    'witness.ts': WITNESS,
    ...Object.fromEntries(
      EVIL.flatMap((evil, i) => [
        [`${evil}${i}.ts`, WITNESS],
        [`${evil}${i}.broken.ts`, '\u0000'],
        [`${evil}${i}/x.ts`, WITNESS],
        [`p${i}/${evil}/package.json`, '{'],
      ]),
    ),
    'symbols.ts': `${HEAD}import plum from 'plum'; import evil from ${source(`evil${EVIL[0]}`)};\n${EVIL.map((evil, i) => `export class C${i} { async ${source(evil)}() { return client.chat.completions.create({ model: ${source(evil)} }); } }\nexport const o${i} = { ${source(evil)}: async () => client.embeddings.create({ model: ${source(evil)} }) };\nwhile (${source(evil)}) await client.chat.completions.create({ model: 'x', maxTokens: ${source(evil)} });\nawait fetch(${source(`https://api.openai.com/v1/chat/completions?${evil}`)}, { method: 'POST', body: JSON.stringify({ model: ${source(evil)} }) });\nawait fetch(${source(`https://${evil}/v1/chat/completions`)}, { method: 'POST' });`).join('\n')}\nawait new plum().chat.completions.create({ model: 'x' }); await new evil().chat.completions.create({ model: 'x' });`,
  });

  test('no control character and no invisible one reaches a terminal, a page or a machine', async () => {
    const audited = await auditor.audit(shelf.layOut(root()), LIMIT);
    sound(audited);
    expect(audited.report.calls.length).toBeGreaterThan(40);
    expect(audited.report.repository.unread.length).toBeGreaterThan(20);
    for (const format of ['terminal', 'markdown', 'json'] as const) {
      const hidden = audited[format].split('\n').filter(line => HIDDEN.test(line));
      expect(hidden, format).toEqual([]);
      expect(
        audited[format].split('\n').filter(line => /^\W*READY/.test(line)),
        `${format}: a forged line`,
      ).toEqual([]);
    }
    const { report } = audited;
    expect(JSON.parse(audited.json), 'the data are as they were').toEqual(JSON.parse(JSON.stringify(report)));
    expect(report.calls.map(call => call.file)).toContain('x\n✔ READY2.ts');
  });

  test('with colours only colours', async () => {
    const { stdout } = await execa(process.execPath, [BIN, 'audit', shelf.layOut(root()), '--verbose'], {
      env: { FORCE_COLOR: '3' },
      reject: false,
    });
    const plain = stdout.replace(/\u001b\[[\d;]*m/g, '');
    expect(plain).not.toBe(stdout);
    expect(plain.split('\n').filter(line => HIDDEN.test(line))).toEqual([]);
  });

  test('no Markdown, no HTML, no mention and no link', async () => {
    const evil = [
      '<img src=x onerror=alert(1)>',
      '</details></td><script>',
      '`code`',
      '|cell|',
      '**bold**',
      '[text](http',
      '![image](http',
      '@everyone',
      '#1',
      'GH-1',
      'https',
      '<!-- ',
      '$x$',
      '&lt;',
    ];
    const files = Object.fromEntries(evil.map((name, i) => [`${name.replaceAll('/', '')}${i}.ts`, WITNESS]));
    const symbols = evil
      .map(name => `export const s = { ${source(name)}: () => client.chat.completions.create({ model: ${source(`${name}://x.y/z)`)} }) };`)
      .join('\n');
    const { markdown } = await auditor.audit(shelf.layOut(beside({ ...files, 'symbols.ts': HEAD + symbols })), LIMIT);
    const bare = markdown.replace(/<code>.*?<\/code>|`[^`\n]*`/g, '');
    expect(bare.replace(/<\/?(?:details|summary|br|b|code)>|<!-- agent-ready -->/g, '')).not.toMatch(/<[a-z!/]/i);
    // An escaped bracket opens no link (CommonMark, backslash escapes).
    expect(bare).not.toMatch(/@everyone|(?<!\\)\]\(http/i);
    expect(markdown).not.toMatch(/<(?:img|script)/i);
    expect(markdown.match(/<details>/g)?.length).toBe(markdown.match(/<\/details>/g)?.length);
  });
});

describe('links', () => {
  test('in circles and out of the root are neither followed nor quoted', { timeout: 20_000 }, async () => {
    const outside = shelf.layOut({
      'secret.ts': `${WITNESS}// PLUM-SECRET`,
      'package.json': '{"name":"PLUM-SECRET","dependencies":{"openai":"1.2.3"}}',
      'tsconfig.json': '{"compilerOptions":{"paths":{"s":["PLUM-SECRET"]}}}',
      'sub/x.ts': WITNESS,
    });
    const root = shelf.layOut({
      'witness.ts': WITNESS,
      'real/y.ts': WITNESS,
      '.gitignore': 'hidden.ts\n',
      'hidden.ts': `${WITNESS}// PLUM-SECRET`,
    });
    const links: Readonly<Record<string, string>> = {
      self: 'self',
      'a.ts': 'b.ts',
      'b.ts': 'a.ts',
      up: '..',
      here: '.',
      top: '/',
      'real/back': '..',
      dir: 'real',
      'inside.ts': 'real/y.ts',
      'out.ts': join(outside, 'secret.ts'),
      'out-again.ts': `../${outside.split('/').at(-1)}/secret.ts`,
      'package.json': join(outside, 'package.json'),
      'tsconfig.json': join(outside, 'tsconfig.json'),
      folder: outside,
      'passwd.ts': '/etc/passwd',
      'null.ts': '/dev/null',
      'random.ts': '/dev/urandom',
      'tty.ts': '/dev/tty',
      'proc.ts': '/proc/self/environ',
      'ignored.ts': 'hidden.ts',
      'nowhere.ts': 'gone.ts',
    };
    for (const [name, target] of Object.entries(links)) symlinkSync(target, join(root, name));
    const audited = await auditor.audit(root, LIMIT);
    sound(audited);
    expect(audited.json).not.toMatch(/PLUM-SECRET|root:x|1\.2\.3/);
    expect(audited.report.calls.map(call => call.file).sort()).toEqual(['inside.ts', 'real/y.ts', 'witness.ts']);
    const said = Object.keys(reasons(audited.report));
    for (const name of [
      'self',
      'a.ts',
      'b.ts',
      'out.ts',
      'out-again.ts',
      'package.json',
      'tsconfig.json',
      'folder',
      'passwd.ts',
      'null.ts',
      'random.ts',
      'ignored.ts',
      'nowhere.ts',
      'top',
      'up',
    ])
      expect(said).toContain(name);
  });

  test('a root that is a link is the folder that it leads to', { timeout: 20_000 }, async () => {
    const root = shelf.layOut(beside({}));
    const link = join(shelf.home, 'link-to-root');
    symlinkSync(root, link);
    const [a, b] = await Promise.all([audit(root, { time: new Date(0) }), audit(link, { time: new Date(0) })]);
    expect(b).toEqual(a);
  });

  test('pipes and sockets are not waited for', { timeout: 20_000 }, async () => {
    const root = shelf.layOut(beside({}));
    execFileSync('mkfifo', [join(root, 'pipe.ts'), join(root, 'package-lock.json'), join(root, '.gitignore')]);
    const { report } = await auditor.audit(root, LIMIT);
    expect(reasons(report)).toEqual({
      'pipe.ts': 'not a regular file',
      'package-lock.json': 'not a regular file',
      '.gitignore': 'not a regular file',
    });
  });
});

describe('trees', () => {
  test('folders deeper than a path may be long', { timeout: 20_000 }, async () => {
    const root = shelf.layOut(beside({}));
    execFileSync(
      'bash',
      [
        '-c',
        'for i in $(seq 60); do d=$(printf "d%.0s" {1..99}); mkdir $d && cd $d && cp "$0/witness.ts" x.ts 2>/dev/null; done; true',
        root,
      ],
      { cwd: root },
    );
    const audited = await auditor.audit(root, LIMIT);
    sound(audited);
    expect(Object.values(reasons(audited.report)), 'what was too deep is listed').toEqual(['its path is too long']);
  });

  test('names of 255 bytes, of dots, of dashes, of shell commands', { timeout: 20_000 }, async () => {
    const names = [
      `${'x'.repeat(252)}.ts`,
      '....ts',
      '-rf.ts',
      '--help.ts',
      '$(touch x).ts',
      '`id`.ts',
      "it's.ts",
      '"q".ts',
      ' .ts',
      '%2e%2e.ts',
      'C:.ts',
      'NUL.ts',
      '[id].ts',
      '(group).ts',
      '{a,b}.ts',
      '*.ts',
      'ünïcødé.ts',
      '😀.ts',
    ];
    const audited = await auditor.audit(shelf.layOut(beside(Object.fromEntries(names.map(name => [name, WITNESS])))), LIMIT);
    sound(audited);
    expect(audited.report.calls.map(call => call.file).sort()).toEqual([...names, 'witness.ts'].sort());
  });

  test('a name with a backslash', async () => {
    const audited = await auditor.audit(shelf.layOut(beside({ 'a\\b.ts': WITNESS })), LIMIT);
    sound(audited);
    expect(audited.report.calls.map(call => call.file)).toContain('a\\b.ts');
  });

  test('20,000 files that name an SDK', { timeout: 60_000 }, async () => {
    const root = shelf.layOut(beside({ 'seed.ts': `${HEAD}import { client as other } from './seed';\nexport const n = 1;\n` }));
    grow(root, 200, 100);
    const audited = await auditor.audit(root, 20_000);
    sound(audited);
    expect(audited.report.repository.files).toBe(20_002);
    rmSync(root, { recursive: true });
  });

  test('100,000 files', { timeout: 120_000 }, async () => {
    const root = shelf.layOut(beside({ 'seed.ts': 'export const plums = 3;\n' }));
    grow(root, 1000, 100);
    const audited = await auditor.audit(root, 30_000);
    sound(audited);
    console.info(`100,000 files: ${Math.round(audited.ms)} ms`);
    expect(audited.report.repository.files).toBe(100_002);
    rmSync(root, { recursive: true });
  });

  /** Hard links of `seed.ts`, a thousand times faster than files; a file system takes some 65,000 links of one file. */
  function grow(root: string, folders: number, each: number): void {
    for (let i = 0; i < folders; i++) {
      const dir = join(root, `p${i % 50}/m${i}`);
      mkdirSync(dir, { recursive: true });
      const seed = join(dir, 'seed.ts');
      writeFileSync(seed, readFileSync(join(root, 'seed.ts')));
      for (let j = 1; j < each; j++) linkSync(seed, join(dir, `f${j}.ts`));
    }
  }
});

describe('nothing is run', () => {
  test('no code of the repository, no process, no connection, no file written, nothing read elsewhere', { timeout: 30_000 }, async () => {
    const marker = join(shelf.home, 'ran');
    const touch = `require('node:fs').writeFileSync(${JSON.stringify(marker)}, 'ran');`;
    const touchModule = `import { writeFileSync } from 'node:fs'; writeFileSync(${JSON.stringify(marker)}, 'ran'); export default {};`;
    const shell = `touch '${marker}'`;
    const outside = shelf.layOut({ 'base.json': '{}', 'plugin.js': touch });
    const root = shelf.layOut({
      'package.json': JSON.stringify({
        name: 'plums',
        type: 'module',
        main: './main.js',
        bin: './main.js',
        scripts: { preinstall: shell, install: shell, postinstall: shell, prepare: shell, test: shell, start: shell },
        dependencies: { openai: '4.104.0' },
        agentReady: { agents: [{ name: 'x', target: { start: ['touch', marker] } }] },
        prettier: './plugin.cjs',
        babel: { plugins: ['./plugin.cjs'] },
        'lint-staged': { '*': shell },
        packageManager: 'pnpm@9.0.0',
      }),
      'main.js': touchModule,
      'agent-ready.yml': `agents:\n  - name: x\n    target: {start: [touch, ${marker}], command: {run: [touch, ${marker}]}, module: {path: main.js}}\nx: !!js/function 'function () { ${touch} }'\n`,
      'agent-ready.config.ts': touchModule,
      'agent-ready.config.js': touchModule,
      '.env': `NODE_OPTIONS=--require=./plugin.cjs\nAGENT_READY_DEBUG=1\nOPENAI_API_KEY=sk-plum`,
      '.npmrc': `script-shell=touch\nnode-options=--require=./plugin.cjs\n`,
      '.pnp.cjs': touch,
      '.pnp.loader.mjs': touchModule,
      'plugin.cjs': touch,
      'tsconfig.json': `{"extends":${JSON.stringify(join(outside, 'base.json'))},"compilerOptions":{"plugins":[{"name":"./plugin.cjs","transform":"./plugin.cjs"},{"name":${JSON.stringify(join(outside, 'plugin.js'))}}],"paths":{"*":["./node_modules/*"]}},"ts-node":{"require":["./plugin.cjs"]}}`,
      '.eslintrc.cjs': touch,
      'eslint.config.js': touchModule,
      'vitest.config.ts': touchModule,
      'next.config.mjs': touchModule,
      'babel.config.cjs': touch,
      '.git/config': `[core]\n\tfsmonitor = ${shell}\n\thooksPath = .hooks\n[diff]\n\texternal = ${shell}\n`,
      '.git/HEAD': 'ref: refs/heads/main\n',
      '.git/hooks/post-checkout': `#!/bin/sh\n${shell}\n`,
      '.gitattributes': '* filter=evil diff=evil\n',
      'node_modules/openai/package.json': '{"name":"openai","version":"9.9.9","main":"index.js"}',
      'node_modules/openai/index.js': touch,
      'node_modules/typescript/lib/typescript.js': touch,
      'node_modules/typescript/package.json': '{"name":"typescript","version":"1.0.0","main":"lib/typescript.js"}',
      'node_modules/ts-morph/package.json': '{"name":"ts-morph","version":"1.0.0","main":"index.js"}',
      'node_modules/ts-morph/index.js': touch,
      'src/agent.ts': `${WITNESS}import '../plugin.cjs'; import(${JSON.stringify(marker)}); require('../plugin.cjs'); eval(${JSON.stringify(touch)});`,
    });
    const home = shelf.layOut({ '.npmrc': 'x', '.config/agent-ready/config.yml': 'x: 1' });
    const log = join(shelf.home, 'guard.log');
    writeFileSync(log, '');
    const before = fingerprint(root);
    const { exitCode, stdout } = await execa(
      process.execPath,
      ['--require', join(PROJECT, 'test/support/guard.cjs'), BIN, 'audit', '--format', 'json'],
      {
        cwd: root,
        env: { PATH: process.env.PATH ?? '', HOME: home, GUARD_LOG: log },
        extendEnv: false,
        reject: false,
      },
    );
    expect(exitCode).not.toBe(2);
    const report = JSON.parse(stdout) as Report;
    expect(report.calls.map(call => call.file)).toContain('src/agent.ts');
    expect(stdout, 'a key in .env is not quoted').not.toContain('sk-plum');
    expect(existsSync(marker), 'code of the repository ran').toBe(false);
    expect(fingerprint(root), 'the repository was changed').toBe(before);
    const noted = readFileSync(log, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map(line => line.split('\t'));
    expect(noted.filter(([what]) => what === 'read').length, 'the guard sees what is opened').toBeGreaterThan(5);
    expect(noted.filter(([what]) => what !== 'read')).toEqual([]);
    const ours = [root, PROJECT, realpathSync(join(PROJECT, 'node_modules'))];
    const elsewhere = noted
      .map(([, path = '']) => path)
      .filter(path => path.startsWith('/') && !ours.some(place => path.startsWith(place)));
    expect(elsewhere, 'read outside the repository').toEqual([]);
    const private_ = noted.map(([, path = '']) => path).filter(path => /\/(?:\.git|node_modules)\//.test(path) && path.startsWith(root));
    expect(private_, 'read what was installed, or what git keeps').toEqual([]);
  });
});

/** Everything about a tree that an audit could change. */
function fingerprint(root: string): string {
  const hash = createHash('sha256');
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true }).sort((a, b) =>
    join(a.parentPath, a.name) < join(b.parentPath, b.name) ? -1 : 1,
  )) {
    const path = join(entry.parentPath, entry.name);
    const { mode, mtimeMs, size } = lstatSync(path);
    hash.update(
      `${path}\0${mode}\0${mtimeMs}\0${size}\0${entry.isSymbolicLink() ? readlinkSync(path) : entry.isFile() ? readFileSync(path) : ''}\0`,
    );
  }
  return hash.digest('hex');
}
