// A function that is handed to another of the repository, which runs it: `retry(() => ask(question))`. What it throws comes up inside.
import type { ts } from 'ts-morph';
import { lastName } from '../calls/find.ts';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import type { FunctionNode } from '../evaluator/values.ts';
import { walk } from '../program.ts';
import { resolve } from '../scope.ts';
import { rootName, strip } from '../syntax.ts';

/** A function that is handed another one, and what it does with it. */
export interface Helper {
  readonly fn: FunctionNode;
  /** Where it calls what it was handed. */
  readonly calls: readonly ts.CallExpression[];
  /** Where it hands it on. */
  readonly passes: readonly { readonly call: ts.CallExpression; readonly at: number }[];
}

/** The position at which a call is handed a function; -1: as a part of something else. */
export function positionOf(ev: Evaluator, call: ts.CallExpression, fn: FunctionNode): number {
  return call.arguments.findIndex(arg => {
    const given = strip(arg);
    return (
      given === fn || (given !== undefined && tsc.isIdentifier(given) && ev.values(given).some(v => v.kind === 'function' && v.node === fn))
    );
  });
}

/** Does a call only put away what it is given, for somebody else to run: `queue.push(task)`? */
export function keeps(call: ts.CallExpression): boolean {
  const callee = call.expression;
  return tsc.isPropertyAccessExpression(callee) && /^(?:push|unshift|set|add|append|enqueue|put|put_nowait)$/.test(callee.name.text);
}

/** The functions of the repository that a call hands its argument to; undefined: one of them cannot be seen, or keeps it for later. */
export function helpersOf(ev: Evaluator, call: ts.CallExpression, at: number): readonly Helper[] | undefined {
  // What a parameter stands for is known to the callers only, and asking them all is dear.
  const root = rootName(call.expression);
  if (root !== undefined && isParameter(root)) return undefined;
  const callees = ev.values(call.expression);
  const out: Helper[] = [];
  for (const value of callees) {
    const helper = value.kind === 'function' ? helperOf(ev, value.node, at) : undefined;
    if (helper === undefined) return undefined;
    out.push(helper);
  }
  return out.length === 0 ? undefined : out;
}

function isParameter(name: ts.Identifier): boolean {
  return resolve(name)?.kind === 'parameter';
}

const known = new WeakMap<FunctionNode, Map<number, Helper | undefined>>();

function helperOf(ev: Evaluator, fn: FunctionNode, at: number): Helper | undefined {
  ev.budget.step(20);
  const here = known.get(fn) ?? new Map<number, Helper | undefined>();
  known.set(fn, here);
  if (!here.has(at)) here.set(at, readHelper(ev, fn, at));
  return here.get(at);
}

function readHelper(ev: Evaluator, fn: FunctionNode, at: number): Helper | undefined {
  const parameter = fn.parameters[at];
  if (parameter === undefined || parameter.dotDotDotToken !== undefined || !tsc.isIdentifier(parameter.name)) return undefined;
  const calls: ts.CallExpression[] = [];
  const passes: { call: ts.CallExpression; at: number }[] = [];
  for (const use of ev.program.identifiers(ev.program.unitOf(fn), parameter.name.text)) {
    const binding = resolve(use);
    if (use.parent === parameter || binding?.kind !== 'parameter' || binding.node !== parameter) continue;
    const { parent } = use;
    if (!tsc.isCallExpression(parent)) return undefined;
    if (parent.expression === use) calls.push(parent);
    else passes.push({ call: parent, at: parent.arguments.indexOf(use) });
  }
  return calls.length + passes.length === 0 || carriesOver(fn) ? undefined : { fn, calls, passes };
}

/** Does a function keep a failure as a value, which comes up where somebody asks for the result: `future.set_exception(error)`, `.catch(reject)`? */
function carriesOver(fn: FunctionNode): boolean {
  let found = false;
  walk(fn, node => {
    if (found) return 'skip';
    if (!tsc.isIdentifier(node)) return undefined;
    const { parent } = node;
    const given = tsc.isCallExpression(parent) && parent.arguments.includes(node) ? parent : undefined;
    if (given !== undefined && node.text === 'reject' && /^(?:then|catch)$/.test(lastName(given.expression) ?? '')) found = true;
    if (!isCaught(node)) return undefined;
    const stored = tsc.isBinaryExpression(parent) && parent.right === node && parent.operatorToken.kind === tsc.SyntaxKind.EqualsToken;
    if (stored || (given !== undefined && (keeps(given) || lastName(given.expression) === 'set_exception'))) found = true;
    return undefined;
  });
  return found;
}

function isCaught(name: ts.Identifier): boolean {
  for (let up: ts.Node = name.parent; up !== undefined && !tsc.isSourceFile(up); up = up.parent) {
    if (tsc.isCatchClause(up) && up.variableDeclaration?.name.getText() === name.text) return true;
  }
  return false;
}
