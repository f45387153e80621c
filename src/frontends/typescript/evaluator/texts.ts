// Methods of a text that leave of an address or an id what it is: `base.trim()`, `url.toString()`, `base.replace(/\/+$/, '')`.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Evaluator, Values } from './evaluate.ts';
import { type Frame, textOf } from './values.ts';

const KEEPS = new Set(['trim', 'trimEnd', 'trimStart', 'toString', 'toJSON', 'valueOf']);
/** A pattern of slashes at the end of a text. */
const LAST_SLASHES = /^\/\\?\/[+*]?\$\/[a-z]*$/;

/** The text that a call of a method makes of a text; undefined for every other call. */
export function textValues(ev: Evaluator, node: ts.CallExpression, frame: Frame | undefined): Values | undefined {
  const callee = node.expression;
  if (!tsc.isPropertyAccessExpression(callee)) return undefined;
  const [pattern, by] = node.arguments;
  const cuts =
    callee.name.text === 'replace' &&
    pattern?.kind === tsc.SyntaxKind.RegularExpressionLiteral &&
    LAST_SLASHES.test(pattern.getText()) &&
    by !== undefined &&
    tsc.isStringLiteralLike(by) &&
    by.text === '';
  if (!cuts && !KEEPS.has(callee.name.text)) return undefined;
  const values = ev.values(callee.expression, frame);
  if (!values.some(value => textOf(value) !== undefined)) return undefined;
  return values.map(value => {
    const text = textOf(value);
    return text === undefined
      ? value
      : { kind: 'text', text: cuts || callee.name.text === 'trimEnd' ? text.replace(/\/+$/, '') : text, node };
  });
}
