// The patterns of workspace lists (`packages/*`, `apps/**`, `!**/test/**`), matched in time that a hostile pattern cannot stretch.

// No workspace is listed by more, or longer, patterns than these.
const MAX_PATTERNS = 500;
const MAX_PATTERN = 500;
const MAX_CHOICES = 200;

/** Does a list of patterns, of which those with `!` take away, choose this directory? */
export function matchesAny(patterns: readonly string[], dir: string): boolean {
  let chosen = false;
  for (const pattern of patterns.slice(0, MAX_PATTERNS)) {
    const negative = pattern.startsWith('!');
    if (chosen === !negative) continue;
    if (matches(negative ? pattern.slice(1) : pattern, dir)) chosen = !negative;
  }
  return chosen;
}

/** Matches a path with a pattern in which `*` stays inside a segment, `**` stands for any number of them, `{a,b}` for either. */
export function matches(pattern: string, path: string): boolean {
  if (pattern.length > MAX_PATTERN) return false;
  return braces(pattern).some(simple => matchSegments(segments(simple), segments(path)));
}

function segments(path: string): string[] {
  return path.split('/').filter(part => part !== '' && part !== '.');
}

/** Expands the first few `{a,b}`; more than that is no workspace list. */
function braces(pattern: string): string[] {
  let patterns = [pattern];
  for (let round = 0; round < 3; round++) patterns = patterns.flatMap(expand).slice(0, MAX_CHOICES);
  return patterns;
}

function expand(pattern: string): string[] {
  const found = /\{([^{}]*)\}/.exec(pattern);
  if (found === null) return [pattern];
  const [whole, inner = ''] = found;
  return inner.split(',').map(choice => pattern.slice(0, found.index) + choice + pattern.slice(found.index + whole.length));
}

/** One row per segment of the pattern: which prefixes of the path it can end at. */
function matchSegments(pattern: readonly string[], path: readonly string[]): boolean {
  let reachable = path.map(() => false);
  reachable = [true, ...reachable];
  for (const part of pattern) {
    const next = reachable.map(() => false);
    for (let at = 0; at <= path.length; at++) {
      if (part === '**') next[at] = reachable[at] === true || (at > 0 && next[at - 1] === true);
      else next[at] = at > 0 && reachable[at - 1] === true && wildcard(part, path[at - 1] ?? '');
    }
    reachable = next;
  }
  return reachable[path.length] === true;
}

/** `*` inside one segment: each literal piece is sought from the left, the last one at the end. */
function wildcard(pattern: string, name: string): boolean {
  const pieces = pattern.split('*');
  const first = pieces[0] ?? '';
  if (pieces.length === 1) return first === name;
  const last = pieces.at(-1) ?? '';
  if (!name.startsWith(first) || name.length < first.length + last.length || !name.endsWith(last)) return false;
  let at = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = name.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return at <= name.length - last.length;
}
