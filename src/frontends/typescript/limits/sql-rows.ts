// The values that a statement of SQL is given, by the columns that they are written to or compared with.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { propertyName, strip } from '../syntax.ts';

/** A statement with a mark in the place of each value, and the values. */
interface Statement {
  readonly text: string;
  readonly values: readonly ts.Expression[];
}

/** The values of a statement: those that rows are found by, and those that are written. */
export interface Columns {
  readonly keys: ReadonlyMap<string, ts.Expression>;
  readonly data: ReadonlyMap<string, ts.Expression>;
}

const MOST_TEXT = 6000;
const PLACE = /(?<![:\w]):([a-z_]\w*)|%\((\w+)\)s|%s|\$(\d+)|\?/gi;
const MARK = '\u00a7';

type Constant = (node: ts.Expression) => string | undefined;

/** The statement that a call or a tagged template runs. @param constant the text that an expression stands for */
export function statementOf(node: ts.Node, constant: Constant): Statement | undefined {
  if (tsc.isTaggedTemplateExpression(node)) return marked(node.template);
  if (!tsc.isCallExpression(node)) return undefined;
  const [first, ...rest] = node.arguments;
  const inner = strip(first);
  if (inner === undefined) return undefined;
  // `text("...")`, `prepare("...").run(a, b)`, sql`...`
  const callee = strip(node.expression);
  const prepared = callee !== undefined && tsc.isPropertyAccessExpression(callee) ? strip(callee.expression) : undefined;
  if (prepared !== undefined && tsc.isCallExpression(prepared) && isName(prepared.expression, 'prepare')) {
    const made = statementOf(prepared, constant);
    return made === undefined ? undefined : placed(made.text, [...node.arguments]);
  }
  if (tsc.isCallExpression(inner) || tsc.isTaggedTemplateExpression(inner)) {
    const made = statementOf(inner, constant);
    return made === undefined || made.values.length > 0 ? made : placed(made.text, rest);
  }
  if (tsc.isTemplateExpression(inner)) return marked(inner);
  const text = tsc.isStringLiteralLike(inner) ? inner.text : tsc.isIdentifier(inner) ? constant(inner) : undefined;
  return text === undefined ? undefined : placed(text, rest);
}

function isName(callee: ts.Expression, name: string): boolean {
  return tsc.isPropertyAccessExpression(callee) ? callee.name.text === name : tsc.isIdentifier(callee) && callee.text === name;
}

function marked(template: ts.TemplateLiteral): Statement {
  if (!tsc.isTemplateExpression(template)) return { text: template.text.slice(0, MOST_TEXT), values: [] };
  const values = template.templateSpans.map(span => span.expression);
  const text = template.head.text + template.templateSpans.map((span, i) => `${MARK}${i}${MARK}${span.literal.text}`).join('');
  return { text: text.slice(0, MOST_TEXT), values };
}

/** Puts marks where the values of a call stand: in order, by number or by name. */
function placed(written: string, args: readonly ts.Expression[]): Statement {
  const text = written.slice(0, MOST_TEXT);
  if (text.includes(MARK)) return { text, values: [] };
  const values: ts.Expression[] = [];
  const listed = args.flatMap(arg => {
    const list = strip(arg);
    return list !== undefined && tsc.isArrayLiteralExpression(list) ? [...list.elements] : [arg];
  });
  const named = (name: string): ts.Expression | undefined => {
    for (const arg of listed) {
      const object = strip(arg);
      if (object === undefined || !tsc.isObjectLiteralExpression(object)) continue;
      const property = object.properties.find(p => propertyName(p) === name);
      if (property !== undefined && tsc.isPropertyAssignment(property)) return property.initializer;
      if (property !== undefined && tsc.isShorthandPropertyAssignment(property)) return property.name;
    }
    return undefined;
  };
  let next = 0;
  const replaced = text.replace(PLACE, (whole: string, colon?: string, percent?: string, number?: string) => {
    const name = colon ?? percent;
    const value = name !== undefined ? named(name) : number !== undefined ? listed[Number(number) - 1] : listed[next++];
    return value === undefined ? whole : `${MARK}${values.push(value) - 1}${MARK}`;
  });
  return { text: replaced, values };
}

const INSERT = /\binto\s+["`[]?(?:\w+["`\]]?\.["`[]?)?\w+["`\]]?\s*\(([^)]*)\)\s*values\s*\(/i;

/** The columns of a statement with their values. */
export function columnsOf({ text, values }: Statement): Columns {
  const keys = new Map<string, ts.Expression>();
  const data = new Map<string, ts.Expression>();
  const put = (into: Map<string, ts.Expression>, column: string, mark: string | undefined): void => {
    const value = mark === undefined ? undefined : values[Number(mark)];
    if (value !== undefined && !into.has(column)) into.set(column, value);
  };
  const insert = INSERT.exec(text);
  if (insert?.[1] !== undefined) {
    const names = insert[1].split(',').map(name => name.replace(/\W/g, ''));
    listOf(text.slice(insert.index + insert[0].length)).forEach((item, i) => {
      const column = names[i];
      if (column !== undefined) put(data, column, new RegExp(`^\\s*${MARK}(\\d+)${MARK}`).exec(item)?.[1]);
    });
  }
  const where = /\bwhere\b/i.exec(text)?.index ?? text.length;
  for (const match of text.matchAll(new RegExp(`(\\w+)["\`\\]]?\\s*=\\s*${MARK}(\\d+)${MARK}`, 'g')))
    put(match.index > where ? keys : data, match[1] ?? '', match[2]);
  return { keys, data };
}

/** The items up to the bracket that ends a list. */
function listOf(text: string): string[] {
  const out = [''];
  let depth = 0;
  for (const char of text) {
    if (char === ')' && depth === 0) break;
    if (char === '(') depth++;
    if (char === ')') depth--;
    if (char === ',' && depth === 0) out.push('');
    else out[out.length - 1] += char;
  }
  return out;
}
