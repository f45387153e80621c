// What the language that a file was written in means by its words, where that is something else than in JavaScript.
import type { ts } from 'ts-morph';
import { isPythonFile } from '../../core/index.ts';
import { tsc } from './compiler.ts';

/** Was the code of this node written in Python? */
export function isPython(node: ts.Node): boolean {
  return isPythonFile(node.getSourceFile().fileName);
}

/** `int(x)` of Python, which is `Number(x,)` when it is read here: `float(x)` is `Number(x)`, and keeps its fraction. */
export function isWholeNumber(call: ts.CallExpression): boolean {
  return call.arguments.hasTrailingComma === true && isPython(call);
}

/** `assert x` of Python, which `python -O` leaves out: is a node in its condition, or the statement itself? */
export function isAsserted(node: ts.Node): boolean {
  if (!isPython(node)) return false;
  for (let up: ts.Node | undefined = node; up !== undefined && !tsc.isBlock(up) && !tsc.isFunctionLike(up); up = up.parent) {
    if (!tsc.isIfStatement(up)) continue;
    const [first] = tsc.isBlock(up.thenStatement) ? up.thenStatement.statements : [];
    return first?.getText().startsWith('throw /*assert*/') === true;
  }
  return false;
}

const AT_ONCE = new WeakSet<ts.Node>();

/** Notes that calls of a file fail where they stand, as in Python: only a coroutine fails when somebody waits for it. */
export function markFailsAtOnce(file: ts.SourceFile): void {
  AT_ONCE.add(file);
}

/** Does a call fail where it stands, whether it is awaited or not? */
export function failsAtOnce(node: ts.Node): boolean {
  return AT_ONCE.has(node.getSourceFile());
}
