// What may be shown of a secret: enough to recognise it, too little to use it.

const STARS = '******';

/**
 * At most the first six and the last two characters, and never more than a quarter of the value.
 * The number of stars says nothing of the length.
 */
export function mask(value: string): string {
  const room = Math.min(8, Math.floor(value.length / 4));
  // A short value is chosen by a person: each letter helps to guess it.
  if (value.length < 16 || /\s/.test(value)) return STARS;
  const tail = room >= 6 ? 2 : 0;
  const head = Math.min(6, room - tail);
  return `${value.slice(0, head)}${STARS}${tail === 0 ? '' : value.slice(-tail)}`;
}
