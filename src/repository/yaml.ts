// YAML of an untrusted repository. The parser is a general one and can be made to hang or to exhaust the stack by a file of a
// few kilobytes (500 nested `? ` take it 25 seconds, 100,000 nested `- ` end the process), so such files are turned away first.
import { parse } from 'yaml';

const MAX_LENGTH = 256 * 1024;
const MAX_INDENT = 200;
const MAX_BRACKETS = 1000;
const MAX_DASHES = 100;
const MAX_EXPLICIT_KEYS = 4;

export type YamlResult = { readonly kind: 'value'; readonly value: unknown } | { readonly kind: 'unread'; readonly reason: string };

/** Parses one document of a size and a depth that people write. What comes back may hold keys such as `__proto__`. */
export function parseYaml(text: string): YamlResult {
  if (text.length > MAX_LENGTH) return { kind: 'unread', reason: 'too long for YAML that is written by hand' };
  if (!isTame(text)) return { kind: 'unread', reason: 'nested deeper than YAML that is written by hand' };
  try {
    // The check for keys given twice compares each with each; pretty errors count lines from the top for each error.
    return { kind: 'value', value: parse(text, { logLevel: 'error', uniqueKeys: false, prettyErrors: false }) };
  } catch {
    return { kind: 'unread', reason: 'not valid YAML' };
  }
}

const KNOWN = new WeakMap<object, Map<string, YamlResult>>();

/** The same of a whole file of an inventory, parsed once for everybody who asks; undefined: it cannot be read. */
export function yamlOf(inventory: { readonly read: (file: string) => string | undefined }, file: string): YamlResult | undefined {
  const files = KNOWN.get(inventory) ?? new Map<string, YamlResult>();
  KNOWN.set(inventory, files);
  const known = files.get(file);
  if (known !== undefined) return known;
  const text = inventory.read(file);
  const result = text === undefined ? undefined : parseYaml(text);
  if (result !== undefined) files.set(file, result);
  return result;
}

function isBlank(sign = '\n'): boolean {
  return /\s/.test(sign);
}

/** Is a text of a size and a depth that people write by hand? */
export function isTame(text: string): boolean {
  let brackets = 0;
  let explicitKeys = 0;
  let indent = 0;
  let dashes = 0;
  let atStart = true;
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
    if (sign === '\n') {
      indent = 0;
      dashes = 0;
      atStart = true;
    } else if (sign === ' ' || sign === '\t') {
      if (atStart && ++indent > MAX_INDENT) return false;
    } else {
      atStart = false;
      if (sign === '[' || sign === '{') brackets++;
      else if (sign === '?' && isBlank(text[at + 1])) explicitKeys++;
      else if (sign === '-' && isBlank(text[at + 1])) dashes++;
      else continue;
      if (brackets > MAX_BRACKETS || explicitKeys > MAX_EXPLICIT_KEYS || dashes > MAX_DASHES) return false;
    }
  }
  return true;
}
