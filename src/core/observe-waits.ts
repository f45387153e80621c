// Do the waits between tries grow? A few numbers must tell, and jitter makes them random on purpose: where chance explains what was seen,
// the answer is that it cannot be told.

/** The second wait is at least so many times the first, and longer by more than the noise of the machine in milliseconds. */
const GROWTH = 1.15;
const NOISE = 30;
/** Waits that differ by less than this part of themselves are the same wait. */
const SAME = 0.1;
/** Full jitter takes any part of a wait away. Of three later waits the longest is more than so many times the first two by growth, not by chance. */
const BEYOND = 3;
/** So many waits after the first two, none of them longer, are no growth: with full jitter of doubled waits that happens once in 60 times. */
const LATER = 3;

/**
 * `grow`; `steady`: they do not, and jitter does not explain it; `unclear`: jitter may explain what was seen, or there are too few.
 * @param series the waits of several trials of the same agent, in milliseconds; those with one wait say nothing
 */
export function growthOf(series: readonly (readonly number[])[]): 'grow' | 'steady' | 'unclear' {
  const long = series.filter(waits => waits.length > 1);
  const [first, second] = [0, 1].map(at => long.map(waits => waits[at] ?? 0)) as [number[], number[]];
  if (long.length === 0) return 'unclear';
  if (same(long.flat())) return 'steady';
  // Little jitter: whatever was taken away, every second wait is longer than every first.
  const most = Math.max(...first);
  if (Math.min(...second) >= Math.max(most * GROWTH, most + NOISE)) return 'grow';
  // No jitter: each trial waited the same, and the second wait was not the longer one.
  if (long.length > 1 && same(first) && same(second)) return 'steady';
  const rising = long.some(waits => waits.length >= 4 && waits.every((wait, i) => i === 0 || wait > (waits[i - 1] ?? 0) + NOISE));
  if (rising) return 'grow';
  const tails = long.filter(waits => waits.length >= 2 + LATER);
  const ratios = tails.map(([one = 0, two = 0, ...later]) => Math.max(...later) / Math.max(one, two, 1));
  if (ratios.some(ratio => ratio > BEYOND)) return 'grow';
  return ratios.length > 0 && ratios.every(ratio => ratio <= 1 + SAME) ? 'steady' : 'unclear';
}

function same(waits: readonly number[]): boolean {
  const [least, most] = [Math.min(...waits), Math.max(...waits)];
  return most - least <= Math.max(2 * NOISE, most * SAME);
}
