// Does a catch by class, `if (error instanceof Timeout) {...} else throw error`, catch what a refusal throws?
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { heritage } from '../evaluator/classes.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { walk } from '../program.ts';
import { isFunctionNode } from '../scope.ts';
import { strip } from '../syntax.ts';
import { throws } from './branches.ts';

/** Classes that every error is of. */
const ROOTS = new Set(['Exception', 'BaseException', 'Error']);
const DEEPEST = 3;

/** Errors of what does not exist yet: nothing was counted before. */
const MISSING = new Set(['FileNotFoundError', 'KeyError']);

/** `except FileNotFoundError: return {}`: does a catch hold back only what tells that there is no count yet? */
export function isOfMissing(block: ts.Block): boolean {
  const only = block.statements.length === 1 ? block.statements[0] : undefined;
  if (only === undefined || !tsc.isIfStatement(only) || only.elseStatement === undefined || !throws(only.elseStatement)) return false;
  return classesIn(only.expression)?.every(name => MISSING.has(name)) === true;
}

/** May a refusal, which a node throws or a function that it calls, end in a catch? Where that cannot be told, it may. */
export function mayCatch(ev: Evaluator, block: ts.Block, refusal: ts.Node): boolean {
  const caught = new Set<string>();
  let last = block.statements.length === 1 ? block.statements[0] : undefined;
  while (last !== undefined && tsc.isIfStatement(last)) {
    const names = classesIn(last.expression);
    if (names === undefined) return true;
    // A branch that throws again lets the refusal out.
    if (!throws(last.thenStatement)) for (const name of names) caught.add(name);
    const otherwise: ts.Statement | undefined = last.elseStatement;
    if (otherwise !== undefined && throws(otherwise) && !tsc.isIfStatement(otherwise)) {
      const thrown = classesThrown(ev, refusal, 0);
      return thrown.size === 0 || [...caught].some(name => ROOTS.has(name) || thrown.has(name));
    }
    last = otherwise;
  }
  return true;
}

/** `error instanceof A || error instanceof B`: the names of the classes; undefined: it asks something else. */
function classesIn(condition: ts.Expression): string[] | undefined {
  const node = strip(condition);
  if (node === undefined || !tsc.isBinaryExpression(node)) return undefined;
  if (node.operatorToken.kind === tsc.SyntaxKind.InstanceOfKeyword) return [lastName(node.right)];
  if (node.operatorToken.kind !== tsc.SyntaxKind.BarBarToken) return undefined;
  const [left, right] = [classesIn(node.left), classesIn(node.right)];
  return left === undefined || right === undefined ? undefined : [...left, ...right];
}

function lastName(node: ts.Expression): string {
  return tsc.isPropertyAccessExpression(node) ? node.name.text : node.getText().slice(0, 80);
}

/** The classes of the errors that a node throws, with those that they extend. */
function classesThrown(ev: Evaluator, node: ts.Node, depth: number): Set<string> {
  const out = new Set<string>();
  if (tsc.isCallExpression(node)) {
    for (const value of depth < DEEPEST ? ev.values(node.expression).slice(0, 4) : [])
      if (value.kind === 'function' && value.node.body !== undefined)
        for (const name of classesThrown(ev, value.node.body, depth + 1)) out.add(name);
    return out;
  }
  walk(node, inner => {
    if (isFunctionNode(inner) && inner !== node) return 'skip';
    if (tsc.isCallExpression(inner)) for (const name of classesThrown(ev, inner, depth)) out.add(name);
    const made = tsc.isThrowStatement(inner) ? strip(inner.expression) : undefined;
    if (made !== undefined && tsc.isNewExpression(made)) for (const name of lineOf(ev, made.expression)) out.add(name);
    return undefined;
  });
  return out;
}

/** The name of a class, and the names of those that it extends. */
function lineOf(ev: Evaluator, expression: ts.Expression): string[] {
  const out: string[] = [];
  let next: ts.Expression | undefined = expression;
  for (let hops = 0; next !== undefined && hops < 6; hops++) {
    out.push(lastName(next));
    const known: ts.ClassLikeDeclaration | undefined = ev.values(next).flatMap(v => (v.kind === 'class' ? [v.node] : []))[0];
    next = known === undefined ? undefined : heritage(known);
  }
  return out;
}
