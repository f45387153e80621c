// Where the failure of a command comes up: commander runs the function of `.action()` inside `parseAsync`, which rejects with it.
import type { ts } from 'ts-morph';
import { lastName } from '../calls/find.ts';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { walk } from '../program.ts';
import { resolve } from '../scope.ts';
import type { ImportIndex } from '../specifiers.ts';
import { chainRoot } from '../syntax.ts';

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
      if (tsc.isCallExpression(node) && /^parse(?:Async)?$/.test(lastName(node.expression) ?? '') && isCommander(ev, node)) out.push(node);
    });
  }
  // Where the program of the command itself is run, another one that is run nearby says nothing.
  const own = declarationOf(registration);
  const mine = out.filter(run => own !== undefined && declarationOf(run) === own);
  return (mine.length > 0 ? mine : out).filter(run => lastName(run.expression) === 'parseAsync');
}

/** The variable in which a file keeps the command that a call begins with. */
function declarationOf(call: ts.CallExpression): ts.Node | undefined {
  const root = chainRoot(call.expression);
  const binding = tsc.isIdentifier(root) ? resolve(root) : undefined;
  return binding?.kind === 'variable' ? binding.node : undefined;
}

/** Is the receiver a command: `program`, `new Command()`, or what their methods give back? */
function isCommander(ev: Evaluator, call: ts.CallExpression): boolean {
  return ev.values(chainRoot(call.expression)).some(value => value.kind === 'foreign' && PACKAGE.test(value.package));
}
