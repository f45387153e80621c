// Telemetry that is shut down before it saw anything: `sdk.start(); sdk.shutdown()` at the start of the program, or with the first request.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { isPython } from '../dialect.ts';
import { usesOfVariable } from '../evaluator/variable-uses.ts';
import { answersHttp, isHttpRegistration } from '../failures/entries.ts';
import { scopeOf } from '../paths/paths.ts';
import { walk } from '../program.ts';
import type { Reading } from '../reader.ts';
import { enclosingFunction, isFunctionNode } from '../scope.ts';
import { dotted } from '../short-text.ts';

const DEEPEST = 3;
const TRACING = /opentelemetry|openinference|traceloop|langfuse|logfire/;

/** Why an SDK object that is kept in a variable is over before the requests; undefined: nobody was seen to end it. */
export function endedEarly(reading: Reading, made: ts.Node): string | undefined {
  const holder = made.parent;
  if (!tsc.isVariableDeclaration(holder)) return undefined;
  for (const { parent } of usesOfVariable(reading, holder)) {
    const call = parent.parent;
    if (!tsc.isPropertyAccessExpression(parent) || parent.name.text !== 'shutdown' || !tsc.isCallExpression(call)) continue;
    const why = call.expression === parent ? endsAt(reading, call, made, 0) : undefined;
    if (why !== undefined) return why;
  }
  return undefined;
}

/** @param end the call that shuts it down, or one of a function that does */
function endsAt(reading: Reading, end: ts.Node, made: ts.Node, depth: number): string | undefined {
  reading.ev.budget.step();
  if (depth > DEEPEST || isConditional(end)) return undefined;
  const scope = scopeOf(end);
  const fn = enclosingFunction(end);
  const uses = fn === undefined ? [] : reading.paths.usesOf(fn);
  const leads = [...(reading.paths.leads.get(scope) ?? [])];
  if (leads.length > 0) {
    if (leads.every(lead => lead.pos > end.end)) return 'it is shut down before the model is asked';
    // What a program does once is done when it ends.
    const serves =
      fn !== undefined &&
      (answersHttp(fn) || uses.some(use => use.how === 'registered' && tsc.isCallExpression(use.node) && isHttpRegistration(use.node)));
    return serves ? 'it is shut down with the first request' : undefined;
  }
  if (fn === undefined || enclosingFunction(made) === fn)
    return isQuiet(reading, scope, made, end) ? 'it is shut down as soon as it was started' : undefined;
  for (const use of uses) {
    const why = use.how === 'called' ? endsAt(reading, use.node, made, depth + 1) : undefined;
    if (why !== undefined) return why;
  }
  return undefined;
}

function isConditional(node: ts.Node): boolean {
  for (let up = node.parent; up !== undefined && !isFunctionNode(up); up = up.parent)
    if (tsc.isIfStatement(up) || tsc.isCatchClause(up) || tsc.isConditionalExpression(up) || tsc.isCaseClause(up) || isShortCut(up))
      return true;
  return false;
}

function isShortCut(node: ts.Node): boolean {
  return tsc.isBinaryExpression(node) && node.operatorToken.kind === tsc.SyntaxKind.AmpersandAmpersandToken;
}

/** Does nothing that takes its time stand between the start of an SDK and its end: nothing is waited for, and in Python nothing is called? */
function isQuiet(reading: Reading, scope: ts.Node, made: ts.Node, end: ts.Node): boolean {
  const from = made.getSourceFile() === end.getSourceFile() ? made.end : scope.pos;
  let quiet = true;
  walk(scope, node => {
    if (!quiet || node.end <= from || node.pos >= end.pos || (node !== scope && isFunctionNode(node))) return 'skip';
    const waits = tsc.isAwaitExpression(node) && node.end <= end.pos;
    const loads = tsc.isCallExpression(node) && node.expression.kind === tsc.SyntaxKind.ImportKeyword;
    if (loads || (waits && !isOwn(made, node.expression))) quiet = false;
    if (isPython(scope) && tsc.isCallExpression(node) && node.end <= end.pos && !isOwn(made, node) && !traces(reading, node)) quiet = false;
    return undefined;
  });
  return quiet;
}

/** `await sdk.start()` */
function isOwn({ parent }: ts.Node, node: ts.Expression): boolean {
  if (!tsc.isCallExpression(node) || !tsc.isVariableDeclaration(parent)) return false;
  return dotted(node.expression).startsWith(`${parent.name.getText()}.`);
}

function traces(reading: Reading, call: ts.CallExpression): boolean {
  return reading.near.values(call.expression).some(value => value.kind === 'foreign' && TRACING.test(value.package));
}
