// Agents with one protection in a form that real repositories use, each beside twins that lack it.
import { describe, expect, test } from 'vitest';
import { audit } from '../../src/audit.ts';
import { openShelf } from './lay-out.ts';

export type Files = Readonly<Record<string, string>>;

/** Versions that the snippets mean when they say nothing. */
const MANIFESTS: Files = {
  'requirements.txt': 'openai==1.99.0\nanthropic==0.68.0\nfastapi==0.115.0\nlangchain-openai==0.3.30\n',
  'package.json': JSON.stringify({
    dependencies: {
      openai: '6.49.0',
      '@anthropic-ai/sdk': '0.137.0',
      '@langchain/core': '1.4.0',
      '@langchain/openai': '1.5.8',
      ioredis: '5.4.0',
      winston: '3.17.0',
      pino: '9.5.0',
    },
  }),
};

/** Lays out agents under a name of their own and asks for their items. */
export function forms(shelfName: string) {
  const shelf = openShelf(shelfName);

  async function statusOf(code: string, files: Files): Promise<string | undefined> {
    const { items } = await audit(shelf.layOut({ ...MANIFESTS, ...files }));
    return items.find(item => item.code === code)?.status;
  }

  /** @param lost the text that the twin lacks, or has another one for */
  function form(what: string, code: string, files: Files, ...lost: readonly (readonly [text: string, other: string])[]): void {
    describe(`${code}: ${what}`, () => {
      test('passes', async () => expect(await statusOf(code, files)).toBe('pass'));
      test.each(lost)('without %j', async (text, other) => {
        expect(Object.values(files).some(file => file.includes(text))).toBe(true);
        const twin = Object.fromEntries(Object.entries(files).map(([path, file]) => [path, file.replace(text, other)]));
        expect(await statusOf(code, twin)).not.toBe('pass');
      });
    });
  }

  return { form, statusOf };
}
