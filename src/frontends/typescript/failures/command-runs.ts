// Where the failure of a command comes up: commander runs the function of `.action()` inside `parseAsync`, which rejects with it.
import type { ts } from 'ts-morph';
import { lastName } from '../calls/find.ts';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { walk } from '../program.ts';
import type { ImportIndex } from '../specifiers.ts';

const PACKAGE = /^(?:commander|@commander-js\/extra-typings)$/;
/** Files around the one of a command that may start the program. */
const MOST_FILES = 40;

/**
 * The calls that run a command and hand on what it throws; empty: none was found, or it is `parse`, which waits for nothing
 * (commander 14: `parse` leaves the promise of an action to nobody).
 */
export function runsOfCommand(ev: Evaluator, index: ImportIndex, registration: ts.CallExpression): readonly ts.CallExpression[] {
  if (lastName(registration.expression) !== 'action' || !isCommander(ev, registration)) return [];
  const { fileName } = registration.getSourceFile();
  const near = [fileName, ...index.importersOf(fileName)];
  const files = new Set([...near, ...near.slice(0, MOST_FILES).flatMap(file => index.importersOf(file))]);
  const out: ts.CallExpression[] = [];
  for (const file of [...files].slice(0, MOST_FILES)) {
    const unit = ev.program.unit(file);
    if (unit === undefined || ev.program.inventory.roleOf(file) !== 'production') continue;
    walk(unit.ast, node => {
      if (tsc.isCallExpression(node) && lastName(node.expression) === 'parseAsync' && isCommander(ev, node)) out.push(node);
    });
  }
  return out;
}

/** Is the receiver a command: `program`, `new Command()`, or what their methods give back? */
function isCommander(ev: Evaluator, call: ts.CallExpression): boolean {
  let root: ts.Expression = call.expression;
  while (tsc.isPropertyAccessExpression(root) || tsc.isCallExpression(root)) root = root.expression;
  return ev.values(root).some(value => value.kind === 'foreign' && PACKAGE.test(value.package));
}
