// What the parts of the reader of Python's tools share: makers by their name, and the names of tools, functions and arguments.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Values } from '../evaluator/evaluate.ts';
import { isKeywords } from '../evaluator/keywords.ts';
import type { Foreign, FunctionNode } from '../evaluator/values.ts';
import type { Reading } from '../reader.ts';
import { named } from './definition.ts';
import { isPackageOf, memberOf } from './python-known.ts';
import type { ToolMaker } from './shapes.ts';
import { NAME_KEYWORDS, PYTHON_MAKERS } from './shapes-python.ts';

export type Call = ts.CallExpression | ts.NewExpression;
export type Makers = ReadonlyMap<string, readonly ToolMaker[]>;

/** The ways of declaring a tool by the name that the code writes. */
export function makersBy(by: ToolMaker['by']): Makers {
  const out = new Map<string, ToolMaker[]>();
  for (const maker of PYTHON_MAKERS)
    if (maker.by === by || (by === 'call' && maker.by === 'new')) out.set(maker.member, [...(out.get(maker.member) ?? []), maker]);
  return out;
}

/** The way of declaring a tool that a value is. */
export function makerOf(value: Foreign, makers: Makers): ToolMaker | undefined {
  const member = memberOf(value);
  const before = value.steps.at(-2);
  return makers
    .get(member ?? '')
    ?.find(
      maker => isPackageOf(maker.packages, value) && (maker.of === undefined || (before?.kind === 'member' && before.name === maker.of)),
    );
}

/** The name that a declaration gives: its first argument, or a keyword. */
export function nameIn(reading: Reading, args: readonly ts.Expression[], options: Values): string | undefined {
  const [first] = args;
  if (first !== undefined && !tsc.isSpreadElement(first) && !isKeywords(first)) {
    const [text] = reading.ev.values(first).flatMap(v => named(v));
    if (text !== undefined) return text.text;
  }
  for (const keyword of NAME_KEYWORDS) {
    const [text] = reading.ev.inside(options, keyword).found.flatMap(v => named(v));
    if (text !== undefined) return text.text;
  }
  return undefined;
}

/** The name of a function, as the program writes it. */
export function nameOf(fn: FunctionNode): string | undefined {
  const { parent, name } = fn;
  const own =
    name !== undefined ? name : tsc.isVariableDeclaration(parent) ? parent.name : tsc.isBinaryExpression(parent) ? parent.left : undefined;
  return own !== undefined && tsc.isIdentifier(own) ? own.text.replace(STROKE, '$1') : undefined;
}

/** Names that mean something else in the common tree were given a stroke at their end. */
const STROKE =
  /^(arguments|case|catch|const|constructor|debugger|default|delete|do|enum|eval|export|extends|false|function|interface|let|new|null|package|private|protected|public|static|super|switch|this|throw|typeof|undefined|var|void|process|console|module|exports|require|fetch|window)_$/;

/** A body that only says that there is none: `raise NotImplementedError`, `...`, `pass`. */
export function isStub(fn: FunctionNode): boolean {
  const body = fn.body;
  if (body === undefined || !tsc.isBlock(body)) return false;
  const real = body.statements.filter(
    s =>
      !(tsc.isExpressionStatement(s) && (tsc.isStringLiteralLike(s.expression) || s.expression.kind === tsc.SyntaxKind.NullKeyword)) &&
      !tsc.isEmptyStatement(s),
  );
  const [only] = real;
  return (
    real.length === 0 || (real.length === 1 && only !== undefined && tsc.isThrowStatement(only) && /NotImplemented/.test(only.getText()))
  );
}
