// Where an object is kept that is read and written as a whole: a file, or a variable of the process. What is written to it, who
// else has one of the same kind, and whether all instances share it.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import type { FunctionNode } from '../evaluator/values.ts';
import { isWithin } from '../paths/call-sites.ts';
import { sharingOf } from '../paths/volumes.ts';
import { walk } from '../program.ts';
import { enclosingClass, enclosingFunction, resolve } from '../scope.ts';
import { isAssignment, strip } from '../syntax.ts';
import type { Counter } from './counters.ts';
import { givenToField } from './fields.ts';
import { isSameFile, readBy, writtenBy } from './file-calls.ts';
import { importedVariable } from './imported.ts';
import type { Whole } from './own.ts';
import { settingsIn } from './settings.ts';
import { bindCall, type Entered, type Env, type Leaf, NO_ENV } from './trace.ts';

/** Where an object is kept between two requests. */
export type Place =
  | { readonly kind: 'file'; readonly read: ts.CallExpression; readonly path: ts.Expression }
  | { readonly kind: 'variable'; readonly declaration: ts.VariableDeclaration };

/** How a place was come upon. */
export interface Reached {
  readonly place: Place;
  readonly env: Env;
  readonly entered: readonly Entered[];
}

/** What is written back, and what the parameters on the way stand for. */
export interface Written {
  readonly value: ts.Expression;
  readonly env: Env;
  /** The call that leads to the writing, or the writing itself. */
  readonly from: ts.Node;
}

/** Ways to one writing that are followed. */
const MOST = 24;

/** Do all instances count together? A file is for one instance, unless its folder is a volume that they share. */
export function keptIn(ev: Evaluator, { place, env, entered }: Reached, whole: Whole): Pick<Counter, 'state' | 'what'> {
  if (place.kind === 'variable') return { state: 'process', what: 'a count in the memory of the process' };
  const { path } = place;
  const holder = holderOf(ev, place.read, env, entered);
  const given = givenToField(whole.ev, path).filter(({ made }) => holder === undefined || madeFor(made) === holder);
  const settings = (given.length > 0 ? given.map(({ arg }) => arg) : [path]).flatMap(arg => settingsIn(whole.ev, arg, NO_ENV));
  const sharing = sharingOf(ev.program.inventory, settings);
  if (sharing === 'shared') return { state: 'shared', what: 'a count in a file on a volume that all instances share' };
  return sharing === 'own'
    ? { state: 'process', what: 'a count in a file of each instance' }
    : { state: 'unknown', what: 'a count in a file' };
}

/** The name of the object that is made here, as `nameOf` gives it. */
function madeFor(made: ts.Node): string | undefined {
  const { parent } = made;
  return tsc.isVariableDeclaration(parent) ? `${parent.getSourceFile().fileName}:${parent.pos}` : undefined;
}

/** The place that a leaf reads, if it reads one. */
export function placeOf(ev: Evaluator, { node }: Leaf): Place | undefined {
  if (tsc.isCallExpression(node)) {
    const path = readBy(ev, node);
    return path === undefined ? undefined : { kind: 'file', read: node, path };
  }
  const binding = tsc.isIdentifier(node) ? resolve(node) : undefined;
  if (binding?.kind !== 'variable' || binding.element !== undefined || enclosingFunction(binding.node) !== undefined) return undefined;
  return (binding.node.parent.flags & tsc.NodeFlags.Const) === 0 ? { kind: 'variable', declaration: binding.node } : undefined;
}

/** Everything that is written to a place, once for each way that leads there. */
export function writtenTo(ev: Evaluator, { place, env, entered }: Reached, whole: Whole): Written[] {
  const out: Written[] = [];
  const add = (value: ts.Expression, at: ts.Node, holder: string | undefined): void => {
    const fn = enclosingFunction(at);
    const ways = fn === undefined ? [] : waysTo(whole, fn, holder, 0);
    if (ways.length === 0) out.push({ value, env: NO_ENV, from: at });
    for (const way of ways) out.push({ value, env: way.env, from: way.call });
  };
  if (place.kind === 'variable') {
    if (!tsc.isIdentifier(place.declaration.name)) return out;
    for (const use of ev.program.identifiers(ev.program.unitOf(place.declaration), place.declaration.name.text)) {
      const { parent } = use;
      if (!tsc.isBinaryExpression(parent) || parent.left !== use || !isAssignment(parent.operatorToken.kind)) continue;
      const binding = resolve(use);
      if (binding?.kind === 'variable' && binding.node === place.declaration) add(parent.right, parent, undefined);
    }
    return out.slice(0, MOST);
  }
  const holder = holderOf(ev, place.read, env, entered);
  walk(place.read.getSourceFile(), node => {
    const write = tsc.isCallExpression(node) ? writtenBy(ev, node) : undefined;
    if (tsc.isCallExpression(node) && write !== undefined && isSameFile(node, write.path, place.read, place.path))
      add(textOf(write.value), node, holder);
    return undefined;
  });
  return out.slice(0, MOST);
}

/** `JSON.stringify(value)`: the value. */
function textOf(value: ts.Expression): ts.Expression {
  const node = strip(value);
  if (node === undefined || !tsc.isCallExpression(node) || node.expression.getText() !== 'JSON.stringify') return value;
  return node.arguments[0] ?? value;
}

/** The ways from outside a class, or from another function, to one that writes. */
function waysTo(whole: Whole, fn: FunctionNode, holder: string | undefined, depth: number): { env: Env; call: ts.Node }[] {
  if (depth > 3) return [];
  return whole.ev
    .callers(fn)
    .slice(0, MOST)
    .flatMap((call): { env: Env; call: ts.Node }[] => {
      if (!tsc.isCallExpression(call)) return [];
      const receiver = receiverOf(call);
      if (receiver?.kind === tsc.SyntaxKind.ThisKeyword) {
        const outer = enclosingFunction(call);
        return outer === undefined
          ? []
          : waysTo(whole, outer, holder, depth + 1).map(way => ({ ...way, env: bindCall(fn, call, way.env) }));
      }
      // Another object of the same class is another file.
      if (holder !== undefined && receiver !== undefined && nameOf(whole.ev, receiver) !== holder) return [];
      return [{ env: bindCall(fn, call, NO_ENV), call }];
    });
}

function receiverOf(call: ts.CallExpression): ts.Expression | undefined {
  return tsc.isPropertyAccessExpression(call.expression) ? call.expression.expression : undefined;
}

/** The object through which a file is read: `store` of `store.update(...)`. */
function holderOf(ev: Evaluator, read: ts.Node, env: Env, entered: readonly Entered[]): string | undefined {
  const owner = enclosingClass(read);
  if (owner === undefined) return undefined;
  const calls: ts.Node[] = entered.filter(step => isWithin(step.fn, owner)).map(step => step.call);
  const seen = new Set<Env>();
  const queue = [env, ...entered.map(step => step.env)];
  for (let next = queue.pop(); next !== undefined && seen.size < 60; next = queue.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    for (const [parameter, given] of next) {
      if (isWithin(parameter, owner)) calls.push(given.node.parent);
      queue.push(given.env);
    }
  }
  for (const call of calls) {
    const receiver = tsc.isCallExpression(call) ? receiverOf(call) : undefined;
    if (receiver !== undefined && receiver.kind !== tsc.SyntaxKind.ThisKeyword) return nameOf(ev, receiver);
  }
  return undefined;
}

/** A name for the object that an expression stands for, the same wherever it is imported. */
function nameOf(ev: Evaluator, receiver: ts.Expression): string {
  const binding = tsc.isIdentifier(receiver) ? resolve(receiver) : undefined;
  const declaration =
    binding?.kind === 'variable'
      ? binding.node
      : tsc.isIdentifier(receiver) && binding?.kind === 'import'
        ? importedVariable(ev, receiver)
        : undefined;
  if (declaration !== undefined) return `${declaration.getSourceFile().fileName}:${declaration.pos}`;
  return `${receiver.getSourceFile().fileName}:${receiver.getText().slice(0, 80)}`;
}
