// How a piece of code is left.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { walk } from '../program.ts';
import { isFunctionNode } from '../scope.ts';

/** Does a piece of code throw on some way? What the functions inside it do is their own. */
export function throwsIn(root: ts.Node): boolean {
  let found = false;
  walk(root, node => {
    if (isFunctionNode(node)) return 'skip';
    if (tsc.isThrowStatement(node)) found = true;
    return undefined;
  });
  return found;
}
