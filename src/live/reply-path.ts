// Where in an answer the words for the reader are: a small subset of JSONPath, and a search for the string that holds the nonce.

/** Names and indexes; an empty list is the whole value. */
export type Path = readonly (string | number)[];

/**
 * Reads `$.a.b[0]["c d"]`.
 * @throws Error when the text is no such path
 */
export function parsePath(text: string): Path {
  const steps: (string | number)[] = [];
  const rest = text.trim().replace(/^\$/, '');
  const pattern = /^(?:\.([^.[\]]+)|\[(\d+)\]|\[\s*(?:"([^"]*)"|'([^']*)')\s*\])/;
  let left = rest === '' || rest.startsWith('.') || rest.startsWith('[') ? rest : `.${rest}`;
  while (left !== '') {
    const match = pattern.exec(left);
    if (match === null) throw new Error(`${JSON.stringify(text)} is no path like $.reply or $.choices[0].message.content`);
    const [whole, name, index, double, single] = match;
    steps.push(index === undefined ? (name ?? double ?? single ?? '') : Number(index));
    left = left.slice(whole.length);
  }
  return steps;
}

/** The text at a path; undefined when there is nothing. Anything but a string is shown as JSON. */
export function textAt(value: unknown, path: Path): string | undefined {
  let here: unknown = value;
  for (const step of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, step)) return undefined;
    here = (here as Record<string | number, unknown>)[step];
  }
  return here === undefined || here === null ? undefined : typeof here === 'string' ? here : JSON.stringify(here);
}

/** All strings of a JSON value with their paths; at most 20,000 and 40 levels deep. */
export function strings(value: unknown): { path: Path; text: string }[] {
  const found: { path: Path; text: string }[] = [];
  const walk = (here: unknown, path: Path): void => {
    if (found.length >= 20_000 || path.length > 40) return;
    if (typeof here === 'string') found.push({ path, text: here });
    else if (Array.isArray(here)) for (const [i, item] of here.entries()) walk(item, [...path, i]);
    else if (typeof here === 'object' && here !== null) for (const [key, item] of Object.entries(here)) walk(item, [...path, key]);
  };
  walk(value, []);
  return found;
}

/**
 * The path whose strings, put together over all parts of an answer, hold the nonce: a stream may break it in two.
 * Of several the shortest text wins, because a record of the whole conversation holds it as well.
 * @param parts one value for a plain answer, one for each event of a stream
 */
export function findPath(parts: readonly unknown[], nonce: string): Path | undefined {
  const together = new Map<string, { path: Path; text: string }>();
  for (const part of parts.slice(0, 5000)) {
    for (const { path, text } of strings(part)) {
      const key = JSON.stringify(path);
      const known = together.get(key);
      if (known === undefined) together.set(key, { path, text });
      else if (known.text.length < 1_000_000) known.text += text;
    }
  }
  const holding = [...together.values()].filter(({ text }) => text.includes(nonce));
  holding.sort((a, b) => a.text.length - b.text.length);
  return holding[0]?.path;
}
