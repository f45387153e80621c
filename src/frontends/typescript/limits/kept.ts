// Counts that are kept as one object with everything in it, in a file or in a variable of the process: it is read, a changed copy
// is made, and the copy is written back. Where the count is raised, and where it begins anew, is seen by following what is written.
import type { ts } from 'ts-morph';
import type { Limit } from '../../../core/index.ts';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import type { FunctionNode } from '../evaluator/values.ts';
import { walk } from '../program.ts';
import { enclosingFunction, resolve } from '../scope.ts';
import { propertyName, strip } from '../syntax.ts';
import { idle, isRun } from './charged.ts';
import { chargeLacks } from './charges.ts';
import { type Counter, NOTHING_ADDED } from './counters.ts';
import { isFresh, SAME_KEY } from './fresh.ts';
import { keptIn, type Place, placeOf, type Reached, type Written, writtenTo } from './kept-places.ts';
import { type Change, changesIn, type Room, roomsAround } from './kept-scopes.ts';
import { keyOf, type Part } from './keys.ts';
import type { Whole } from './own.ts';
import { isOtherKey } from './same-key.ts';
import { type Env, type Leaf, originOf } from './trace.ts';
import { unitOf } from './units.ts';
import { clockIn, isTime, spanOf } from './windows.ts';

/** A count in a place: the members that lead to it, and the key under which each user has an own one. */
interface Spot extends Reached {
  readonly path: readonly string[];
  readonly key: ts.Expression | undefined;
  /** Everything that the count may be besides. */
  readonly leaves: readonly Leaf[];
}

/**
 * The count that a leaf of a comparison is, if it is kept as a part of one object.
 * `none`: the object is of a file, and nothing that was read raises the count there and writes it back.
 */
export function keptCount(ev: Evaluator, leaf: Leaf, side: Pick<Spot, 'leaves' | 'entered'>, whole: Whole): Counter | 'none' | undefined {
  const spot = spotOf(ev, leaf, side);
  if (spot === undefined) return undefined;
  const nothing = spot.place.kind === 'file' ? 'none' : undefined;
  const written = writtenTo(ev, spot, whole);
  const raised = written.flatMap(one => raisedBy(ev, spot, one, whole));
  const live = raised.filter(({ node }) => enclosingFunction(node) !== undefined && isRun(whole, node));
  const mine = live.filter(({ key }) => !isElsewhere(whole, spot, key));
  const own = mine.find(({ lacks }) => lacks === undefined) ?? mine[0];
  const amount = own ?? live[0] ?? raised[0];
  if (amount === undefined) return nothing;
  const fresh = spot.key !== undefined && isFresh(ev, { node: spot.key, env: spot.env });
  const missing = live[0] === undefined ? idle(amount.node) : NOTHING_ADDED;
  const needs = own === undefined ? missing : fresh ? SAME_KEY : own.lacks;
  return {
    key: keyOf(ev, spot.key === undefined ? [] : [{ node: spot.key, env: spot.env }]),
    unit: amount.unit,
    window: windowOf(ev, spot, written),
    ...keptIn(ev, spot, whole),
    ...(needs === undefined ? {} : { needs }),
  };
}

/** Is it raised for somebody else than it is read for? */
function isElsewhere({ ev }: Whole, spot: Spot, key: Part | undefined): boolean {
  return spot.key !== undefined && key !== undefined && isOtherKey(ev, { node: spot.key, env: spot.env }, key);
}

function spotOf(ev: Evaluator, leaf: Leaf, side: Pick<Spot, 'leaves' | 'entered'>): Spot | undefined {
  const { node, path, env } = leaf;
  if (tsc.isElementAccessExpression(node)) {
    if (path.length > 0) return undefined;
    const { leaves, entered } = originOf(ev, node.expression, env, 'here');
    for (const root of leaves) {
      const place = placeOf(ev, root);
      if (place !== undefined) return { place, path: root.path, key: node.argumentExpression, env, leaves, entered };
    }
    return undefined;
  }
  const place = path.length === 0 ? undefined : placeOf(ev, leaf);
  return place === undefined ? undefined : { ...side, place, path, key: undefined, env };
}

interface Raise {
  readonly node: ts.Node;
  readonly unit: Limit['unit'];
  /** Whose count is raised. */
  readonly key: Part | undefined;
  /** Why it may not be raised, or by nothing. */
  readonly lacks: string | undefined;
}

/** Where the count becomes larger in what is written. */
function raisedBy(ev: Evaluator, spot: Spot, written: Written, whole: Whole): Raise[] {
  const out: Raise[] = [];
  const add = (node: ts.Node, amount: ts.Expression | undefined, env: Env, key: ts.Expression | undefined, outer: Env): void => {
    const unit = amount === undefined ? 'requests' : unitOf(whole.ev, amount, env);
    if (unit === 'unknown') return;
    out.push({ node, unit, key: key === undefined ? undefined : { node: key, env: outer }, lacks: chargeLacks(whole, node, amount, env) });
  };
  // A copy with another member: `{ ...counts, spent: counts.spent + usd }`, `{ ...requests, [userId]: count + 1 }`.
  const around = spot.key === undefined ? spot.path.slice(0, -1) : spot.path;
  const name = spot.path.at(-1);
  for (const { node, path, env } of originOf(ev, written.value, written.env, 'here', around).leaves) {
    if (!tsc.isObjectLiteralExpression(node) || path.length > 0) continue;
    for (const property of node.properties) {
      const meant = spot.key === undefined ? propertyName(property) === name : isComputed(property);
      if (!meant || !tsc.isPropertyAssignment(property)) continue;
      const sum = sumOf(property.initializer, env);
      const amount = sum === undefined ? undefined : addedTo(ev, spot, sum.node, sum.env);
      const { name: of } = property;
      if (sum !== undefined && amount !== undefined)
        add(sum.node, amount, sum.env, tsc.isComputedPropertyName(of) ? of.expression : undefined, env);
    }
  }
  // The object itself is changed before it is written: `counts.requests[userId] += 1`.
  for (const { node, target, value, how, env } of changesAround(ev, spot, [written.from, written.value])) {
    if (how === 'empty' || !isSpot(ev, spot, target, env)) continue;
    const key = keyIn(target);
    if (how === 'add') {
      add(node, value, env, key, env);
      continue;
    }
    const sum = value === undefined ? undefined : sumOf(value, env);
    const amount = sum === undefined ? undefined : addedTo(ev, spot, sum.node, sum.env);
    if (amount !== undefined) add(node, amount, env, key, env);
  }
  return out;
}

/** `counts.requests[userId]`: the user. */
function keyIn(target: ts.Expression): ts.Expression | undefined {
  const node = strip(target);
  return node !== undefined && tsc.isElementAccessExpression(node) ? node.argumentExpression : undefined;
}

/** What the functions around some nodes, and those that they hand the object to, change. */
function changesAround(ev: Evaluator, spot: Spot, nodes: readonly ts.Node[]): Change[] {
  return roomsOf(ev, spot, nodes).flatMap(changesIn);
}

function roomsOf(ev: Evaluator, spot: Spot, nodes: readonly ts.Node[]): Room[] {
  return roomsAround(ev, nodes, (node, env) => pathsOf(ev, spot, node, env).length > 0);
}

function isComputed(property: ts.ObjectLiteralElementLike): boolean {
  return property.name !== undefined && tsc.isComputedPropertyName(property.name);
}

/** The addition that an expression is, through constants and parameters. */
function sumOf(expression: ts.Expression, env: Env): { readonly node: ts.BinaryExpression; readonly env: Env } | undefined {
  let node = strip(expression);
  let known = env;
  for (let hops = 0; hops < 6 && node !== undefined && tsc.isIdentifier(node); hops++) {
    const binding = resolve(node);
    if (binding?.kind === 'variable' && binding.element === undefined) node = strip(binding.node.initializer);
    else if (binding?.kind === 'parameter' && binding.element === undefined) {
      const given = known.get(binding.node);
      node = given === undefined ? undefined : strip(given.node);
      known = given?.env ?? known;
    } else return undefined;
  }
  return node !== undefined && tsc.isBinaryExpression(node) && node.operatorToken.kind === tsc.SyntaxKind.PlusToken
    ? { node, env: known }
    : undefined;
}

/** What a sum adds to the count of a spot. */
function addedTo(ev: Evaluator, spot: Spot, sum: ts.BinaryExpression, env: Env): ts.Expression | undefined {
  if (isSpot(ev, spot, sum.left, env)) return sum.right;
  return isSpot(ev, spot, sum.right, env) ? sum.left : undefined;
}

/** The members that lead from a place to what an expression is a part of. */
function pathsOf(ev: Evaluator, spot: Spot, expression: ts.Expression, env: Env): (readonly string[])[] {
  return originOf(ev, expression, env, 'here').leaves.flatMap(leaf => (isPlace(spot, placeOf(ev, leaf)) ? [leaf.path] : []));
}

function isPlace(spot: Spot, place: Place | undefined): boolean {
  if (place?.kind === 'file') return spot.place.kind === 'file' && isSameRead(place, spot.place);
  return place !== undefined && spot.place.kind === 'variable' && place.declaration === spot.place.declaration;
}

/** One read, or two of one path: each function may read the file for itself. */
function isSameRead(a: Place & { readonly kind: 'file' }, b: Place & { readonly kind: 'file' }): boolean {
  if (a.read === b.read) return true;
  const root = strip(a.path);
  const fixed = root !== undefined && tsc.isIdentifier(root) && resolve(root)?.kind !== 'parameter';
  return fixed && a.path.getText() === b.path.getText() && a.read.getSourceFile() === b.read.getSourceFile();
}

const samePath = (a: readonly string[], b: readonly string[]): boolean => a.join('.') === b.join('.');

/** Is an expression the count of a spot, as it was read? */
function isSpot(ev: Evaluator, spot: Spot, expression: ts.Expression, env: Env): boolean {
  const same = (leaf: Leaf): boolean => samePath(leaf.path, spot.path) && isPlace(spot, placeOf(ev, leaf));
  return originOf(ev, expression, env, 'here').leaves.some(leaf => {
    if (spot.key === undefined) return same(leaf);
    return tsc.isElementAccessExpression(leaf.node) && originOf(ev, leaf.node.expression, leaf.env, 'here').leaves.some(same);
  });
}

/** After how long the count begins anew: the time in its key, or the time that decides between the count and nothing. */
function windowOf(ev: Evaluator, spot: Spot, written: readonly Written[]): number | null {
  const inKey = spot.key === undefined ? undefined : spanOf(ev, spot.key, spot.env);
  if (inKey !== undefined) return inKey;
  let timed = false;
  const decides = (node: ts.Node, env: Env, changes: readonly Change[]): number | undefined => {
    for (const { condition, holds } of conditionsAround(node)) {
      const span = spanIn(ev, condition, holds, env, kept => isWritten(ev, spot, kept, env, written, changes));
      if (typeof span === 'number') return span;
      timed ||= span === null;
    }
    return undefined;
  };
  for (const leaf of spot.leaves) {
    const span = isNothing(leaf.node) ? decides(leaf.node, leaf.env, []) : undefined;
    if (span !== undefined) return span;
  }
  // `if (counts.day !== today) counts.spent = 0;` before the count is compared, in code that is written back.
  const read = spot.place.kind === 'file' ? [spot.place.read] : [];
  const rooms = roomsOf(ev, spot, [...spot.entered.map(step => step.call), ...read]);
  const back = new Set(written.flatMap(one => [enclosingFunction(one.from), enclosingFunction(one.value)]));
  const changes = rooms.some(room => back.has(room.fn as FunctionNode)) ? rooms.flatMap(changesIn) : [];
  for (const change of changes) {
    const span = isReset(ev, spot, change) ? decides(change.node, change.env, changes) : undefined;
    if (span !== undefined) return span;
  }
  return timed ? null : Number.POSITIVE_INFINITY;
}

/** Does a change take the count, or everything that is counted beside it, back to nothing? */
function isReset(ev: Evaluator, spot: Spot, { target, value, how, env }: Change): boolean {
  const nothing = how === 'empty' || (how === 'set' && value !== undefined && isNothing(value));
  if (!nothing) return false;
  return (
    isSpot(ev, spot, target, env) || (spot.key !== undefined && pathsOf(ev, spot, target, env).some(path => samePath(path, spot.path)))
  );
}

function isNothing(node: ts.Node): boolean {
  return (
    (tsc.isNumericLiteral(node) && Number(node.text) === 0) ||
    (tsc.isObjectLiteralExpression(node) && node.properties.length === 0) ||
    (tsc.isArrayLiteralExpression(node) && node.elements.length === 0)
  );
}

interface Branching {
  readonly condition: ts.Expression;
  /** Does the node stand where the condition holds? */
  readonly holds: boolean;
}

/** The conditions of the branches that a node stands in. */
function conditionsAround(node: ts.Node): Branching[] {
  const out: Branching[] = [];
  const fn = enclosingFunction(node);
  for (let child = node, up = node.parent; up !== undefined && child !== fn; child = up, up = up.parent) {
    if (tsc.isConditionalExpression(up) && child !== up.condition) out.push({ condition: up.condition, holds: child === up.whenTrue });
    if (tsc.isIfStatement(up) && child !== up.expression) out.push({ condition: up.expression, holds: child === up.thenStatement });
  }
  return out;
}

/** The span of the time that a condition compares with what is kept; null: a time, of which the span could not be read. */
function spanIn(
  ev: Evaluator,
  condition: ts.Expression,
  holds: boolean,
  env: Env,
  isKept: (node: ts.Expression) => boolean,
): number | null | undefined {
  let best: number | null | undefined;
  walk(condition, node => {
    if (!tsc.isBinaryExpression(node)) return undefined;
    if (!/^(?:[!=]==?|[<>]=?)$/.test(node.operatorToken.getText())) return undefined;
    for (const [time, kept] of [[node.left, node.right] as const, [node.right, node.left] as const]) {
      const span = isTime(time) ? clockIn(ev, node) : spanOf(ev, time, env);
      if (span === undefined) continue;
      // A date that is never written down stays the old one for ever; where it is still the same date, nothing is over.
      best = isKept(kept) && !isSameTime(node, condition, holds) ? span : (best ?? null);
      if (best !== null) return 'skip';
    }
    return undefined;
  });
  return best;
}

/** Does a comparison that is a part of a condition say, where the condition holds or not, that two times are equal? */
function isSameTime(comparison: ts.BinaryExpression, condition: ts.Expression, holds: boolean): boolean {
  const operator = comparison.operatorToken.getText();
  if (!/^[!=]==?$/.test(operator)) return false;
  let equal = operator.startsWith('=') === holds;
  for (let up: ts.Node = comparison; up !== condition && up.parent !== undefined; up = up.parent)
    if (tsc.isPrefixUnaryExpression(up.parent) && up.parent.operator === tsc.SyntaxKind.ExclamationToken) equal = !equal;
  return equal;
}

/** Is the member that a time is compared with written anew, with a time? */
function isWritten(
  ev: Evaluator,
  spot: Spot,
  kept: ts.Expression,
  env: Env,
  written: readonly Written[],
  changes: readonly Change[],
): boolean {
  const paths = originOf(ev, kept, env, 'here').leaves.flatMap(leaf => (placeOf(ev, leaf) === undefined ? [] : [leaf.path]));
  return paths.some(
    path =>
      written.some(one => isTimely(ev, one.value, one.env, path)) ||
      changes.some(
        ({ how, target, value, env: inner }) =>
          how === 'set' &&
          value !== undefined &&
          pathsOf(ev, spot, target, inner).some(other => samePath(other, path)) &&
          isTimely(ev, value, inner, []),
      ),
  );
}

/** Is a member of a value a time? */
function isTimely(ev: Evaluator, value: ts.Expression, env: Env, path: readonly string[]): boolean {
  return originOf(ev, value, env, 'here', path).leaves.some(
    leaf => leaf.path.length === 0 && /\bDate\b|toISOString|\bnow\b|Temporal|dayjs/.test(leaf.node.getText().slice(0, 400)),
  );
}
