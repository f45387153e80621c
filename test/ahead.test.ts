// The thread that reads ahead: a large repository gives the same report with it and without it, also when it fails.
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { audit } from '../src/audit.ts';
import { inOneThread, type readAhead } from '../src/frontends/ahead.ts';
import type { Glance, Pattern } from '../src/frontends/ahead-look.ts';
import { openInventory } from '../src/repository/index.ts';
import { build, PROJECT } from './support/build.ts';
import { openShelf } from './support/lay-out.ts';

const shelf = openShelf('ahead');
beforeAll(build, 60_000);

const built = <T>(file: string): Promise<T> => import(/* @vite-ignore */ join(PROJECT, 'dist/src', file));

const files = {
  'package.json': '{"name":"shop","dependencies":{"openai":"^6.0.0","express":"^5.0.0"}}',
  'src/agent.ts': `import OpenAI from 'openai';
import { ask } from './part-7.js';
const client = new OpenAI();
export const answer = (text: string) => client.responses.create({ model: 'gpt-5', input: ask(text) });
`,
  'src/key.ts': `export const key = 'sk-proj-${'aB3dE5fG7hJ9kL1m'.repeat(3)}';\n`,
  'src/binary.ts': 'const a = 1;\0\0\0',
  ...Object.fromEntries(Array.from({ length: 450 }, (_, i) => [`src/part-${i}.ts`, `export const ask = (t: string) => t + ${i};\n`])),
};

test('the report is the same with a second thread', async () => {
  const root = shelf.layOut(files);
  const other = await built<{ audit: typeof audit }>('audit.js');
  const time = new Date(0);
  const [here, there] = [await audit(root, { time }), await other.audit(root, { time })];
  expect(here.calls).toHaveLength(1);
  expect(JSON.parse(JSON.stringify(there))).toEqual(JSON.parse(JSON.stringify(here)));
}, 60_000);

test('what a thread that ended did not do is done here', async () => {
  const other = await built<{ readAhead: typeof readAhead }>('frontends/ahead.js');
  const root = shelf.layOut(files);
  const pattern: Pattern = { id: 'x', text: /openai/, roles: ['production'] };
  const [expected, given] = await Promise.all(
    [inOneThread, other.readAhead].map(async make => {
      const inventory = await openInventory(root);
      const ahead = make(inventory);
      if (make !== inOneThread) ahead.stop();
      const seen: Glance[] = [];
      await ahead.glances(
        glances => seen.push(...glances),
        () => {},
      );
      const hits = await ahead.hits([pattern]);
      return { seen, hits, lines: inventory.lines, unread: inventory.unread, secrets: await ahead.secrets() };
    }),
  );
  expect(expected?.seen.length).toBe(452);
  expect(given).toEqual(expected);
}, 60_000);
