// Counts in the fields of a record that code changes and saves: `user.tokensToday += used; await user.save();`.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { stepsOf } from '../evaluator/writes.ts';
import { walk } from '../program.ts';
import { enclosingFunction, isFunctionNode } from '../scope.ts';
import { strip } from '../syntax.ts';
import { idle, isRun } from './charged.ts';
import type { Counter } from './counters.ts';
import { isOneRow, rowFilters } from './database.ts';
import { type Key, keyOf } from './keys.ts';
import type { Whole } from './own.ts';
import { type Env, originOf } from './trace.ts';
import { unitOf, unitOfName } from './units.ts';
import { clockIn, spanOf } from './windows.ts';

/** Methods that write a record that was changed. */
const SAVES = new Set(['save', 'asave', 'persist', 'persistAndFlush', 'put']);
/** Methods that write all records that were changed. */
const WRITES_ALL = new Set(['commit', 'flush', 'persistAndFlush']);

/** The count that a member of a record is, if some code of the file raises it and saves the record. */
export function savedField(ev: Evaluator, side: ts.Expression, env: Env, whole: Whole): Counter | undefined {
  const node = strip(side);
  if (node === undefined || !tsc.isPropertyAccessExpression(node)) return undefined;
  const record = node.expression;
  if (record.kind === tsc.SyntaxKind.ThisKeyword) return undefined;
  const text = node.getText();
  const { up, resets } = stepsOf(node.getSourceFile(), text);
  // Django: `profile.tokens = F("tokens") + used`.
  const added = resets.filter(
    step => tsc.isBinaryExpression(step) && new RegExp(`^F\\(["']${node.name.text}["']\\)\\s*\\+`).test(step.right.getText()),
  );
  // What every request sets back before it looks is never high.
  const here = enclosingFunction(node);
  if (resets.some(step => !added.includes(step) && step.pos < node.pos && enclosingFunction(step) === here && !isInBranch(step)))
    return undefined;
  const saved = [...up, ...added].filter(step => isSaved(step, record));
  const live = saved.find(step => isRun(whole, step));
  const raised = live ?? saved[0];
  if (raised === undefined) return undefined;
  const key = ownerOf(ev, record, env);
  if (key === undefined) return undefined;
  const amount = tsc.isBinaryExpression(raised) ? raised.right : undefined;
  const named = unitOfName(node.name.text);
  const counted = amount === undefined ? 'requests' : unitOf(ev, amount, env);
  return {
    key,
    unit: named === 'unknown' ? counted : named,
    window: windowOf(
      ev,
      resets.filter(step => !added.includes(step)),
      env,
    ),
    state: 'shared',
    what: `the field ${node.name.text} of a record`,
    ...(live === undefined ? { needs: idle(raised) } : {}),
  };
}

function isInBranch(node: ts.Node): boolean {
  for (let up = node.parent; up !== undefined && !isFunctionNode(up); up = up.parent) if (tsc.isIfStatement(up)) return true;
  return false;
}

/** Whose record is it? undefined: nothing tells that it is one. */
function ownerOf(ev: Evaluator, record: ts.Expression, env: Env): Key | undefined {
  for (const leaf of originOf(ev, record, env, 'here').leaves) {
    if (tsc.isCallExpression(leaf.node) && isOneRow(ev, leaf.node)) return keyOf(ev, rowFilters(ev, leaf.node, leaf.env));
  }
  const key = keyOf(ev, [{ node: record, env }]);
  return key.scope === 'user' ? key : undefined;
}

/** Is a record, which a step changes, written afterwards? */
function isSaved(step: ts.Node, record: ts.Expression): boolean {
  const text = record.getText();
  let found = false;
  walk(enclosingFunction(step) ?? step.getSourceFile(), node => {
    if (found || !tsc.isCallExpression(node) || node.pos < step.pos || !tsc.isPropertyAccessExpression(node.expression)) return undefined;
    const { name, expression } = node.expression;
    found =
      WRITES_ALL.has(name.text) ||
      (SAVES.has(name.text) && (expression.getText() === text || node.arguments.some(arg => arg.getText() === text)));
    return undefined;
  });
  return found;
}

/** After how long the count is set back: `if (user.day !== today) user.tokens = 0;` */
function windowOf(ev: Evaluator, resets: readonly ts.Node[], env: Env): number | null {
  let window: number | null | undefined;
  for (const reset of resets) {
    if (!tsc.isBinaryExpression(reset) || !tsc.isNumericLiteral(reset.right)) continue;
    window ??= null;
    for (let up: ts.Node | undefined = reset.parent; up !== undefined && !tsc.isSourceFile(up); up = up.parent) {
      if (!tsc.isIfStatement(up)) continue;
      const asked = up.expression;
      const sides = tsc.isBinaryExpression(asked) ? [asked.left, asked.right] : [];
      const span = clockIn(ev, asked) ?? sides.flatMap(one => spanOf(ev, one, env) ?? [])[0];
      window = span ?? window;
    }
  }
  return window === undefined ? Number.POSITIVE_INFINITY : window;
}
