// What the language that a file was written in means by its words, where that is something else than in JavaScript.
import type { ts } from 'ts-morph';
import { isPythonFile } from '../../core/index.ts';

/** Was the code of this node written in Python? */
export function isPython(node: ts.Node): boolean {
  return isPythonFile(node.getSourceFile().fileName);
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
