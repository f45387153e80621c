// Does a detector look at what the model gets? One that is given another field of the request, the first of many messages, or the
// beginning of a text says nothing about the rest.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { carriedBy } from '../limits/prompts.ts';
import { type Paths, scopeOf } from '../paths/paths.ts';
import { isFunctionNode } from '../scope.ts';
import { type Given, givenIn, type Part } from './given.ts';
import type { Stand } from './stands.ts';

const DEEPEST = 4;

/**
 * What of the way past a detector was seen; undefined: it looks at all of it, or that could not be followed.
 * @param stand where it stands on the way in
 * @param others all its stands in the same function: together they may look at everything
 * @param models the calls that talk to a model
 */
export function pastWay(
  ev: Evaluator,
  paths: Paths,
  stand: Stand,
  others: readonly Stand[],
  models: ReadonlySet<ts.Node>,
): string | undefined {
  const { scope } = stand;
  const leads = [...(paths.leads.get(scope) ?? [])].filter(lead => !stand.chain.includes(lead) && scopeOf(lead) === scope);
  if (leads.length === 0) return undefined;
  const seen = others.map(other => seenBy(ev, other.chain));
  const parts = seen.flatMap(one => one.parts);
  for (const lead of leads) {
    const sent = sentBy(ev, paths, lead, models, 0);
    const cut = sent.parts.find(
      part => !part.loose && !parts.some(one => covers(one, part)) && parts.some(one => !one.loose && isPieceOf(one, part)),
    );
    if (cut !== undefined) return `it looks at a part of ${named(cut)}, and the model gets all of it`;
    if (seen.some(one => one.open) || sent.parts.length === 0) continue;
    const met = sent.parts.some(part => parts.some(one => covers(one, part) || covers(part, one)));
    if (!met && !sent.open)
      return `it looks at ${parts[0] === undefined ? 'what stands in the code' : named(parts[0])}, and the model gets ${named(sent.parts[0])}`;
    const beside = models.has(lead) ? sent.parts.find(part => isBeside(paths, scope, part, parts)) : undefined;
    if (beside !== undefined) return `${named(beside)} goes to the model past it`;
  }
  return undefined;
}

/** What goes to the model from a call, in terms of the function that it stands in. */
function sentBy(ev: Evaluator, paths: Paths, lead: ts.Node, models: ReadonlySet<ts.Node>, depth: number): Given {
  if (!tsc.isCallExpression(lead)) return { parts: [], open: true };
  if (models.has(lead)) return givenIn(ev, carriedBy(ev, lead));
  const functions = depth > DEEPEST ? [] : ev.values(lead.expression).flatMap(value => (value.kind === 'function' ? [value.node] : []));
  const [fn] = functions;
  const inner = fn === undefined || functions.length > 1 ? [] : [...(paths.leads.get(fn) ?? [])].filter(one => scopeOf(one) === fn);
  if (fn === undefined || inner.length === 0) return givenIn(ev, lead.arguments);
  const all = inner.map(one => outside(ev, sentBy(ev, paths, one, models, depth + 1), fn, lead));
  return { parts: all.flatMap(one => one.parts), open: all.some(one => one.open) };
}

/** What a detector is given, in terms of the function that the last call of a chain stands in. */
function seenBy(ev: Evaluator, chain: readonly ts.Node[]): Given {
  const [guard, ...calls] = chain;
  if (guard === undefined) return { parts: [], open: true };
  let given = givenIn(ev, subjectsOf(guard));
  let inner: ts.Node = guard;
  for (const call of calls) {
    given = outside(ev, given, scopeOf(inner), call);
    inner = call;
  }
  return given;
}

/** The same, in terms of the function around a call: what the call gives stands in the place of the parameters. */
function outside(ev: Evaluator, given: Given, fn: ts.Node, call: ts.Node): Given {
  const parts: Part[] = [];
  let { open } = given;
  for (const part of given.parts) {
    if (part.root.parent !== fn) {
      parts.push(part);
      continue;
    }
    const arg = tsc.isCallExpression(call) && isFunctionNode(fn) ? call.arguments[fn.parameters.indexOf(part.root)] : undefined;
    if (arg === undefined || isFunctionNode(arg) || tsc.isSpreadElement(arg)) {
      open = true;
      continue;
    }
    const outer = givenIn(ev, [arg], part.path);
    parts.push(...outer.parts.map(one => (part.loose ? { ...one, loose: true } : one)));
    open ||= outer.open;
  }
  return { parts, open };
}

function subjectsOf(node: ts.Node): readonly ts.Expression[] {
  if (!tsc.isCallExpression(node)) return [];
  const { expression } = node;
  const text = tsc.isPropertyAccessExpression(expression) && /^(?:match|matchAll|search|includes|replace)$/.test(expression.name.text);
  return [...(text ? [expression.expression] : []), ...node.arguments];
}

/** Does one part hold all of another? */
function covers(part: Part, other: Part): boolean {
  return (
    part.root === other.root &&
    part.path.length <= other.path.length &&
    part.path.every((step, i) => step === other.path[i] || isLonger(step, other.path[i]))
  );
}

/** `text.slice(0, 8000)` holds `text.slice(0, 2000)`. */
function isLonger(step: string, other: string | undefined): boolean {
  const [one, two] = [/^#cut 0,(\d+)$/.exec(step), /^#cut 0,(\d+)$/.exec(other ?? '')];
  return one !== null && two !== null && Number(one[1]) >= Number(two[1]);
}

/** Is one part a piece of the other: its first message, its beginning? */
function isPieceOf(part: Part, other: Part): boolean {
  if (part.root !== other.root) return false;
  const at = part.path.findIndex((step, i) => step !== other.path[i]);
  return at >= 0 && part.path[at]?.startsWith('#') === true && (at === other.path.length || other.path[at]?.startsWith('#') === true);
}

/** Is a part that nobody looks at another field of the same request? */
function isBeside(paths: Paths, scope: ts.Node, part: Part, seen: readonly Part[]): boolean {
  if (part.loose || seen.some(one => covers(one, part) || covers(part, one))) return false;
  const same = seen.filter(one => one.root === part.root && one.path.length > 0 && part.path.length > 0);
  if (same.some(one => one.path.length > 1 && part.path.length > 1 && one.path[0] === part.path[0])) return true;
  const registered = isFunctionNode(scope) && paths.usesOf(scope).some(use => use.how === 'registered');
  return registered && same.some(one => one.path.length === 1 && part.path.length === 1);
}

/** The words for a part, as the code has them. */
function named(part: Part | undefined): string {
  if (part === undefined) return 'something else';
  const members = part.path.map(step => (step.startsWith('#') ? '' : step.endsWith('()') ? '' : `.${step}`)).join('');
  const { name } = part.root;
  return tsc.isIdentifier(name) ? `"${name.text}${members}"` : `"${members.slice(1) || 'the parameters'}"`;
}
