// Nested .gitignore files, as git reads them: the deepest file that says something about a path decides.
import ignore, { type Ignore } from 'ignore';

/** One .gitignore file; `dir` is its directory relative to the root, '' for the root. */
export interface IgnoreLevel {
  readonly dir: string;
  readonly rules: Ignore;
  /** The rules without `**`, for deep paths. */
  readonly plain: Ignore;
}

// A pattern with many `/**/` takes the matcher ages on a deep path, and no honest .gitignore has one.
const MAX_PATTERN = 1000;
const MAX_GLOBSTARS = 2;
const MAX_DEPTH = 64;
const MAX_STARS = 4;
const MAX_PATTERNS = 2000;

/** Reads a .gitignore; `dropped` counts the patterns that were too costly to apply. */
export function parseIgnore(dir: string, text: string): { level: IgnoreLevel; dropped: number } {
  const lines = text.split(/\r?\n/).filter(line => line !== '' && !line.startsWith('#'));
  const kept = lines.slice(0, MAX_PATTERNS).filter(isCheap);
  // Git on Linux, where pipelines run, minds the case.
  const rules = ignore({ ignorecase: false }).add(kept);
  const plain = ignore({ ignorecase: false }).add(kept.filter(line => !line.includes('**')));
  return { level: { dir, rules, plain }, dropped: lines.length - kept.length };
}

function isCheap(pattern: string): boolean {
  // Each star may match anywhere, and no honest pattern has many.
  if ((pattern.match(/\*+/g) ?? []).length > MAX_STARS) return false;
  return pattern.length <= MAX_PATTERN && (pattern.match(/(?<=\/)\*\*+(?=\/)/g) ?? []).length <= MAX_GLOBSTARS;
}

/**
 * Judges a path whose parents are not ignored. `levels` holds the .gitignore files above it, the root's first.
 * Answers with the levels that still count below a directory: one that a deeper file takes back from an upper file
 * must not be tested by the upper file again, which would reject everything in it for its parent's sake.
 */
export function judgePath(levels: readonly IgnoreLevel[], path: string, isDirectory: boolean): readonly IgnoreLevel[] | 'ignored' {
  for (let i = levels.length - 1; i >= 0; i--) {
    const verdict = testLevel(levels[i], path, isDirectory);
    if (verdict === 'ignored') return 'ignored';
    if (verdict === 'silent') continue;
    if (!isDirectory) return levels;
    const overruled = levels.slice(0, i).some(level => testLevel(level, path, true) === 'ignored');
    return overruled ? levels.slice(i) : levels;
  }
  return levels;
}

function testLevel(level: IgnoreLevel | undefined, path: string, isDirectory: boolean): 'ignored' | 'unignored' | 'silent' {
  if (level === undefined) return 'silent';
  const relative = level.dir === '' ? path : path.slice(level.dir.length + 1);
  const rules = isDeep(relative) ? level.plain : level.rules;
  const { ignored, unignored } = rules.test(isDirectory ? `${relative}/` : relative);
  return ignored ? 'ignored' : unignored ? 'unignored' : 'silent';
}

function isDeep(path: string): boolean {
  let depth = 0;
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) depth++;
  return depth > MAX_DEPTH;
}
