// The cheap questions of the reader of guards: which files are parsed for their patterns, and whether a logger runs in a request.
import { afterAll, describe, expect, test } from 'vitest';
import type { Guard } from '../src/core/index.ts';
import { RegexRunner } from '../src/frontends/typescript/guards/regex-runner.ts';
import { sift } from '../src/frontends/typescript/guards/sift.ts';
import { frontend } from '../src/frontends/typescript/index.ts';
import { openInventory } from '../src/repository/index.ts';
import { SDKS } from '../src/sdks/index.ts';
import { type Files, openShelf } from './support/lay-out.ts';

const shelf = openShelf('guard-sift');
const runner = new RegexRunner();
afterAll(() => runner.stop());
const isFound = (text: string): boolean => sift(runner, new Map([['a.ts', text]]))().has('a.ts');

describe('a file that may hold a guard', () => {
  test.each<[string, string]>([
    ['a redactor', String.raw`t.replace(/[\w.+-]+@[\w-]+\.\w+/g, '[e]')`],
    ['behind a division', String.raw`const half = n / 2; const P = /\b\d{3}-\d{2}-\d{4}\b/g;`],
    ['a pattern in a string', String.raw`const P = new RegExp("\\b\\d{3}-\\d{2}-\\d{4}\\b", 'g');`],
    ['flags from elsewhere', 'export const P = /ignore (all )?previous instructions/; // new RegExp(P.source, "i")'],
    ['a phrase', "const PHRASES = ['ignore previous instructions'];"],
    ['a phrase after an apostrophe', `// it's a list\nconst PHRASES = ["ignore all previous"];`],
    ['context that is kept', String.raw`t.replace(/(call |ring )([+\d() -]{7,})/g, '$1[phone]')`],
    ['a part of the sign alone', `t.replace('@', ' at ')`],
  ])('%s', (_name, text) => expect(isFound(text)).toBe(true));

  test.each<[string, string]>([
    ['the form of a field', String.raw`const isMail = (t: string) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(t);`],
    ['slugs and dates', String.raw`t.replace(/[^a-z0-9]+/gi, '-'); /^\d{4}-\d{2}-\d{2}$/.test(t);`],
    ['paths and addresses', `import a from '@/utils/ai/x'; const u = 'https://example.org/a(b)/c';`],
    ['a single word', `if (t.includes('ignore') || t.includes('instructions')) {}`],
  ])('not: %s', (_name, text) => expect(isFound(text)).toBe(false));

  test('patterns that take for ever leave every file in', () => {
    const evil = String.raw`const P = /(?:(?:[\w ]+)+)+@@/;`;
    expect(
      [
        ...sift(
          runner,
          new Map([
            ['a.ts', evil],
            ['b.ts', 'const x = /[*]/;'],
          ]),
        )(),
      ].sort(),
    ).toEqual(['a.ts', 'b.ts']);
    expect(isFound(String.raw`const P = /[\w.+-]+@[\w-]+\.\w+/g;`)).toBe(true);
  }, 30_000);
});

describe('a logger that everybody imports', () => {
  const logger = `const SENSITIVE = ['email', 'phone', 'password'];
function clean(fields: Record<string, unknown>) {
  const out: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(fields)) {
    if (SENSITIVE.includes(key)) out[key] = '[hidden]';
    else out[key] = value;
  }
  return out;
}
export function createLogger(scope: string) {
  return { info: (text: string, fields: Record<string, unknown>) => console.log(scope, text, clean(fields)) };
}
export const plain = { info: (text: string) => console.log(text) };`;
  const others = Object.fromEntries(
    Array.from({ length: 14 }, (_, i) => [
      `other${i}.ts`,
      `import { createLogger } from './logger.ts';\nconst logger = createLogger('${i}');\nexport const work${i} = () => logger.info('did', {});`,
    ]),
  );
  const agent = (head: string, body: string): string =>
    `import OpenAI from 'openai';\n${head}const client = new OpenAI();\nexport async function reply(input: string) { ${body} return client.responses.create({ model: 'gpt-5.6', input }); }`;
  const reachIn = async (files: Files): Promise<readonly Guard['reach'][]> => {
    const { facts } = await frontend.extract(
      await openInventory(shelf.layOut({ 'logger.ts': logger, ...others, ...files })),
      SDKS,
      () => {},
    );
    return facts.flatMap(fact => (fact.kind === 'guard' && fact.sides.includes('log') ? [fact.reach] : []));
  };
  const MADE = `const logger = createLogger('agent');\n`;
  test('runs where a file on the way uses it', async () =>
    expect(
      await reachIn({ 'agent.ts': agent(`import { createLogger } from './logger.ts';\n${MADE}`, `logger.info('asked', { input });`) }),
    ).toEqual(['on-path']));
  test('through a file that hands it on', async () =>
    expect(
      await reachIn({
        'log/index.ts': `export * from '../logger.ts';`,
        'agent.ts': agent(`import { createLogger } from './log/index.ts';\n${MADE}`, `logger.info('asked', { input });`),
      }),
    ).toEqual(['on-path']));
  test('is not known to run where it is only imported, or another one is used', async () => {
    expect(await reachIn({ 'agent.ts': agent(`import { createLogger } from './logger.ts';\n${MADE}`, '') })).toEqual(['unknown']);
    expect(await reachIn({ 'agent.ts': agent(`import { plain } from './logger.ts';\n`, `plain.info('asked');`) })).toEqual(['unknown']);
  });
});
