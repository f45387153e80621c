// Words about conversations, and paths of members: what is said, what only tells about it. Shared by those who follow either.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { strip } from '../syntax.ts';

/** What an expression carries, in words for a report. */
export type Content = string;

/** Options of model calls that hold what is said. */
export const SAID = new Set(
  'messages message prompt system input inputs contents content instructions history query question text body'.split(' '),
);
/** Members that tell about a text or an answer without giving it. */
export const ABOUT = new Set(
  (
    'length size count id ids role model usage totalUsage finishReason finish_reason stop_reason stopReason created createdAt timestamp ' +
    'status statusCode ok type name index object_id headers byteLength mimeType usage_metadata response_metadata providerMetadata ' +
    'providerOptions total_tokens input_tokens output_tokens prompt_tokens completion_tokens inputTokens outputTokens'
  ).split(' '),
);
/** Methods that hand on the text that they are called on. */
export const KEEPS = new Set(
  'toString trim slice substring substr toLowerCase toUpperCase replace replaceAll concat join map filter flatMap at pop shift find reverse flat split padEnd json text then catch finally'.split(
    ' ',
  ),
);
/** Functions that hand on the text that they are given. */
export const HANDS_ON = new Set(
  'stringify inspect String parse structuredClone from format encode asdict astuple vars repr jsonable_encoder'.split(' '),
);
/** Methods of Python's records that give all fields, unless they are told which. */
export const DUMPS = new Set(['model_dump', 'model_dump_json', 'dict', '_asdict']);
/** Pieces of a prompt that name something instead of saying it: logging them logs no conversation. */
const NAMING =
  'id ids uuid url uri path file filename number name names title type kind lang language locale date time model key index count mode status level category topic label email phone version size length limit'.split(
    ' ',
  );
const ALONE = new Set(NAMING);
const ENDING = new RegExp(`(?:_(?:${NAMING.join('|')})|[a-z](?:${NAMING.map(n => n[0]?.toUpperCase() + n.slice(1)).join('|')}|ID|URL))$`);

/** Does a name stand for something that names, instead of saying? */
export function onlyNames(name: string): boolean {
  return ALONE.has(name) || ENDING.test(name);
}

/** The name and the member path of `name.a.b`; undefined: the expression begins with something else. */
export function chainOf(node: ts.Expression): { readonly root: ts.Identifier; readonly path: string } | undefined {
  const names: string[] = [];
  let inner = strip(node);
  while (inner !== undefined && tsc.isPropertyAccessExpression(inner)) {
    names.unshift(inner.name.text);
    inner = strip(inner.expression);
  }
  return inner !== undefined && tsc.isIdentifier(inner) ? { root: inner, path: names.join('.') || '*' } : undefined;
}

export const head = (path: string): string => path.split('.')[0] ?? path;
export const rest = (path: string): string | undefined => (path.includes('.') ? path.slice(path.indexOf('.') + 1) : undefined);
export const joined = (path: string, more: string | undefined): string =>
  more === undefined || more === '*' ? path : path === '*' ? more : `${path}.${more}`;

/** Is a path inside what is marked already? */
export function covers(marked: ReadonlySet<string>, path: string): boolean {
  return [...marked].some(m => m === '*' || m === path || path.startsWith(`${m}.`));
}

/** Does a path hold something that is marked, or stand inside of it? */
export function touches(marked: ReadonlySet<string>, path: string): boolean {
  return covers(marked, path) || [...marked].some(m => m.startsWith(`${path}.`));
}
