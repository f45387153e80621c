// "Did you mean": the known word that is nearest to a mistyped one.

/** ` (did you mean x?)`, or an empty string when nothing is near. */
export function nearest(word: string, known: readonly string[]): string {
  const scored = known
    .map(candidate => ({ candidate, distance: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const best = scored[0];
  return best !== undefined && best.distance <= Math.max(2, Math.floor(best.candidate.length / 3))
    ? ` (did you mean ${best.candidate}?)`
    : '';
}

/** Levenshtein distance, two rows at a time. */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 12) return 99;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 99;
}
