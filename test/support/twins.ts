// Agents beside their twins: the one passes an item, and the other, which differs in one respect, must not.
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { audit } from '../../src/audit.ts';
import { openShelf } from './lay-out.ts';

export type Files = Readonly<Record<string, string>>;

/**
 * Lays out agents under a name of their own and asks for their items.
 * @param code of an item, asked once beforehand: the compiler and the grammar are loaded then, which takes its time
 * @param manifests files that stand beside every agent
 * @param worse the verdict of a twin; without it any but `pass`
 */
export function openTwins(shelfName: string, code: string, manifests: Files, worse?: string) {
  // How long it takes is measured elsewhere.
  vi.setConfig({ testTimeout: 30_000, hookTimeout: 60_000 });
  const shelf = openShelf(shelfName);

  async function statusOf(asked: string, files: Files): Promise<string | undefined> {
    const { items } = await audit(shelf.layOut({ ...manifests, ...files }));
    return items.find(item => item.code === asked)?.status;
  }

  function twins(what: string, item: string, good: Readonly<Record<string, Files>>, bad: Readonly<Record<string, Files>>): void {
    describe(`${item}: ${what}`, () => {
      test.each(Object.entries(good))('%s', async (_, files) => expect(await statusOf(item, files)).toBe('pass'));
      test.each(Object.entries(bad))('%s does not pass', async (_, files) => {
        const status = await statusOf(item, files);
        if (worse === undefined) expect(status).not.toBe('pass');
        else expect(status).toBe(worse);
      });
    });
  }

  beforeAll(async () => void (await statusOf(code, { 'agent.py': 'import openai\n' })));
  return { statusOf, twins };
}
