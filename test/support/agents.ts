// Copies an agent of test/agents into a folder of its own, with an edit or without, and makes it ready to run: no installation, no network.
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ts } from 'ts-morph';
import type { Edit } from '../agents/mutant.ts';

const AGENTS = fileURLToPath(new URL('../agents/', import.meta.url));
const MODULES = fileURLToPath(new URL('../../node_modules', import.meta.url));
/** What a checkout would not have. */
const UNTRACKED = new Set(['node_modules', 'dist', 'state', '.env', 'results.json', '__pycache__']);

export const pathOfAgent = (agent: string): string => join(AGENTS, agent);

/** Copies an agent, then edits the copy. @throws Error when the text of an edit does not occur exactly once */
export async function copyAgent(agent: string, to: string, edits: readonly Edit[] = []): Promise<void> {
  await cp(pathOfAgent(agent), to, { recursive: true, filter: from => !UNTRACKED.has(basename(from)) });
  for (const { file, find, replace } of edits) {
    const path = join(to, file);
    await writeFile(path, edited(await readFile(path, 'utf8'), { file, find, replace }));
  }
}

/** A text with an edit made. @throws Error when what is to be replaced does not occur exactly once */
export function edited(text: string, { file, find, replace }: Edit): string {
  const count = text.split(find).length - 1;
  if (count !== 1) throw new Error(`${file}: the text of the edit occurs ${count} times instead of once: ${find.slice(0, 80)}`);
  return text.replace(find, () => replace);
}

/** Compiles a copied agent from src/ to dist/ without looking at types, and links the packages of this repository. One in Python needs neither. */
export async function buildAgent(folder: string): Promise<void> {
  if (!existsSync(join(folder, 'package.json'))) return;
  const compilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    verbatimModuleSyntax: true,
    rewriteRelativeImportExtensions: true,
  };
  const files = await readdir(join(folder, 'src'), { recursive: true });
  for (const file of files.filter(name => name.endsWith('.ts'))) {
    const { outputText } = ts.transpileModule(await readFile(join(folder, 'src', file), 'utf8'), { compilerOptions, fileName: file });
    const out = join(folder, 'dist', file.replace(/\.ts$/, '.js'));
    await mkdir(join(out, '..'), { recursive: true });
    await writeFile(out, outputText);
  }
  await symlink(MODULES, join(folder, 'node_modules'), 'dir');
}
