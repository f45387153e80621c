// Placeholders of the configuration: `{{port}}`, `{{message}}`, `{{user}}`, `{{session}}`, `{{nonce}}`; filled so that any text arrives unharmed.

export interface Values {
  readonly message: unknown;
  readonly user: string;
  readonly session: string;
}

/** `{{port}}` filled; other placeholders stay. */
export const withPort = (text: string, port: number): string => text.replaceAll('{{port}}', String(port));

/** Every string inside of a JSON value, changed. */
export function mapStrings(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map(item => mapStrings(item, change));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapStrings(item, change)]));
  return value;
}

/** The message as text: a string as it is, anything else as JSON. */
export const asText = (message: unknown): string => (typeof message === 'string' ? message : (JSON.stringify(message) ?? ''));

/**
 * A body with its placeholders filled. A string that is nothing but `{{message}}` becomes the message itself, whatever its type;
 * JSON is written afterwards, so quotes, NUL and lone surrogates need no care.
 */
export function fillBody(body: unknown, values: Values): unknown {
  if (body === '{{message}}') return values.message;
  if (typeof body === 'string') return fill(body, values, text => text);
  if (Array.isArray(body)) return body.map(item => fillBody(item, values));
  if (typeof body === 'object' && body !== null)
    return Object.fromEntries(Object.entries(body).map(([key, item]) => [key, fillBody(item, values)]));
  return body;
}

/** @param encode what a value must go through to stand in this place */
export function fill(text: string, values: Values, encode: (value: string) => string): string {
  return text.replace(/\{\{(message|user|session)\}\}/g, (_, name: keyof Values) => encode(asText(values[name])));
}

/** Values in a URL. A lone surrogate has no encoding there and becomes U+FFFD. */
export const inUrl = (value: string): string => encodeURIComponent(Buffer.from(value, 'utf8').toString('utf8'));

/** Values in a header: what a header may hold. */
export const inHeader = (value: string): string => value.replace(/[^\t\x20-\x7e\x80-\xff]/g, ' ');
