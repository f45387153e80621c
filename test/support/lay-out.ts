// Repositories for one test file, laid out in a temporary folder that is gone afterwards.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';

export type Files = Readonly<Record<string, string>>;

export interface Shelf {
  /** A real path, free of links. */
  readonly home: string;
  /** Writes the files into a new folder and answers with its path. */
  layOut(files: Files): string;
}

/** A shelf for repositories; call it at the top of a test file. */
export function openShelf(name: string): Shelf {
  const home = realpathSync(mkdtempSync(join(tmpdir(), `agent-ready-${name}-`)));
  let count = 0;
  // Not rmSync: some of these trees are deeper than a path may be long.
  afterAll(() => void execFileSync('rm', ['-rf', home]));
  return {
    home,
    layOut(files) {
      const root = join(home, `r${count++}`);
      mkdirSync(root);
      for (const [file, text] of Object.entries(files)) {
        mkdirSync(join(root, dirname(file)), { recursive: true });
        writeFileSync(join(root, file), text);
      }
      return root;
    },
  };
}
