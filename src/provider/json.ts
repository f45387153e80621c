// Reading JSON that came from the agent: nothing about its shape may be taken for granted.

export type Json = Readonly<Record<string, unknown>>;

export const isRecord = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
export const record = (value: unknown): Json => (isRecord(value) ? value : {});
export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
export const string = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The first of the values that is a finite number, else null. */
export const firstNumber = (...values: readonly unknown[]): number | null =>
  values.find((value): value is number => typeof value === 'number' && Number.isFinite(value)) ?? null;

/** `value` as JSON text; never undefined. */
export const jsonText = (value: unknown): string => JSON.stringify(value) ?? 'null';

/** The parsed text, or undefined when it is no JSON. */
export function parseJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** Text of a string, of a block with `text` (or nested `content`), or of a list of them, one below the other. */
export function textOf(content: unknown, depth = 0): string {
  if (typeof content === 'string') return content;
  // No API nests text deeper; a body that does must not cost us the stack.
  if (depth > 8) return '';
  if (Array.isArray(content))
    return content
      .map(item => textOf(item, depth + 1))
      .filter(text => text !== '')
      .join('\n');
  if (!isRecord(content)) return '';
  return typeof content.text === 'string' ? content.text : textOf(content.content, depth + 1);
}

/** `value` with every string inside it changed by `change`, names of fields included. */
export function mapStrings(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map(item => mapStrings(item, change));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [change(name), mapStrings(item, change)]));
}
