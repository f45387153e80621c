// A cheaper model that takes over when what may be used runs short: `used >= 0.8 ? CHEAPER : MODEL`, where `used` is a count of use.
import type { ts } from 'ts-morph';
import type { HttpSite } from '../calls/http.ts';
import type { Site } from '../calls/options.ts';
import { tsc } from '../compiler.ts';
import type { Values } from '../evaluator/evaluate.ts';
import { textOf, type Value } from '../evaluator/values.ts';
import { walk } from '../program.ts';
import type { Reading } from '../reader.ts';
import { enclosingFunction, isFunctionNode, resolve } from '../scope.ts';
import { isAssignment, strip } from '../syntax.ts';
import { whenHigh } from './direction.ts';
import type { Read } from './own.ts';
import { settingsIn } from './settings.ts';
import { type Env, isComparison, NO_ENV, originOf } from './trace.ts';
import { wayOf } from './way.ts';

/** A condition that decides which model is asked. */
interface Choice {
  readonly condition: ts.Expression;
  readonly env: Env;
  /** What is taken on one side only. */
  readonly branch: ts.Expression;
  /** Is it taken when the condition holds? */
  readonly holds: boolean;
}

export interface QuotaChoice {
  readonly node: ts.Node;
  /** The count of use that decides. */
  readonly read: Read;
  /** A setting that must be there as well. */
  readonly offUnless: string | undefined;
  /** The models that are asked when much was used, and when little was; undefined: that cannot be told. */
  readonly sides?: { readonly short: readonly string[]; readonly ample: readonly string[] };
}

const MOST = 20;

/** The choice of the model of a call that a count of use decides; undefined: there is none. */
export function choiceByUse(reading: Reading, site: Site): QuotaChoice | undefined {
  const [given] = site.node.arguments;
  if (given === undefined || tsc.isSpreadElement(given)) return undefined;
  return amongModels(reading, given, idsOf(reading.options.look(site, 'body.model').found));
}

/** The same for a raw request, whose body names the model. */
export function choiceOfRequest(reading: Reading, site: HttpSite): QuotaChoice | undefined {
  const names = idsOf(reading.http.models(site).found);
  for (const body of names.size < 2 ? [] : reading.http.bodiesOf(site)) {
    const choice = amongModels(reading, body, names);
    if (choice !== undefined) return choice;
  }
  return undefined;
}

/** The choice between models that a count of use decides. @param given the object that names the model */
function amongModels(reading: Reading, given: ts.Expression, names: ReadonlySet<string>): QuotaChoice | undefined {
  if (names.size < 2) return undefined;
  for (const choice of choicesOf(reading, given)) {
    // The same model on both sides is no choice, and neither is something that is no model.
    const own = idsOf(reading.ev.values(choice.branch));
    if (own.size === 0 || own.size === names.size) continue;
    const decided = decidedBy(reading, choice);
    if (decided !== undefined) return { ...decided, ...sidesOf(reading, choice, decided, own, names) };
  }
  return undefined;
}

/** Which of the models are asked when much was used? */
function sidesOf(
  { near }: Reading,
  { condition, env, holds }: Choice,
  { node, read }: QuotaChoice,
  own: ReadonlySet<string>,
  all: ReadonlySet<string>,
): Pick<QuotaChoice, 'sides'> {
  if (read.whenHigh === undefined) return {};
  const truths = whenHigh(near, condition, { node, whenHigh: read.whenHigh }, env);
  if (truths.size !== 1) return {};
  const [taken, left] = [[...own], [...all].filter(name => !own.has(name))];
  return { sides: truths.has(holds) ? { short: taken, ample: left } : { short: left, ample: taken } };
}

/** What tells two models apart: their ids, or where they are made. */
function idsOf(values: Values): ReadonlySet<string> {
  const id = (value: Value): string | undefined => {
    const text = textOf(value);
    if (text !== undefined || value.kind !== 'foreign') return text;
    const made = value.steps.findLast(step => step.kind !== 'member');
    return made === undefined ? undefined : `${made.node.getSourceFile().fileName}:${made.node.pos}`;
  };
  return new Set(values.flatMap(value => id(value) ?? []));
}

function choicesOf({ ev }: Reading, given: ts.Expression): Choice[] {
  const { choices, passed, entered } = originOf(ev, given, NO_ENV, 'callers', ['model']);
  const out: Choice[] = choices.map(({ node, env }) => ({ condition: node.condition, env, branch: node.whenTrue, holds: true }));
  // `let model = MODEL; if (used >= 0.8) model = CHEAPER;`
  for (const declaration of passed) {
    if (!tsc.isIdentifier(declaration.name) || (declaration.parent.flags & tsc.NodeFlags.Const) !== 0) continue;
    for (const use of ev.program.identifiers(ev.program.unitOf(declaration), declaration.name.text)) {
      const { parent } = use;
      if (!tsc.isBinaryExpression(parent) || parent.left !== use || !isAssignment(parent.operatorToken.kind)) continue;
      const binding = resolve(use);
      const around = binding?.kind === 'variable' && binding.node === declaration ? conditionAround(parent) : undefined;
      if (around !== undefined) out.push({ ...around, env: NO_ENV, branch: parent.right });
    }
  }
  // `if (used >= 0.8) return CHEAPER; return MODEL;`
  for (const { fn, env } of entered) {
    if (fn.body === undefined) continue;
    walk(fn.body, node => {
      if (isFunctionNode(node)) return 'skip';
      if (!tsc.isReturnStatement(node) || node.expression === undefined) return undefined;
      const around = conditionAround(node);
      if (around !== undefined) out.push({ ...around, env, branch: node.expression });
      return undefined;
    });
  }
  return out.slice(0, MOST);
}

/** The condition of the branch that a node stands in, in its function. */
function conditionAround(node: ts.Node): Pick<Choice, 'condition' | 'holds'> | undefined {
  const fn = enclosingFunction(node);
  for (let child = node, up = node.parent; up !== undefined && child !== fn; child = up, up = up.parent)
    if (tsc.isIfStatement(up) && child !== up.expression) return { condition: up.expression, holds: child === up.thenStatement };
  return undefined;
}

/** The count of use that a condition compares, alone or together with other things. */
function decidedBy(reading: Reading, { condition, env }: Choice): QuotaChoice | undefined {
  const way = wayOf(reading);
  const others: ts.Expression[] = [];
  const stack = [condition];
  let found: QuotaChoice | undefined;
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const node = strip(next) ?? next;
    if (tsc.isPrefixUnaryExpression(node) && node.operator === tsc.SyntaxKind.ExclamationToken) stack.push(node.operand);
    else if (tsc.isBinaryExpression(node) && /^(?:&&|\|\|)$/.test(node.operatorToken.getText())) stack.push(node.right, node.left);
    else if (isComparison(node) && found === undefined) {
      const read = way.count(node, env);
      // What one request has used says nothing of what is left for the others.
      if (read === undefined || read.perRequest === true || read.scope === 'request') others.push(node);
      else found = { node, read, offUnless: undefined };
    } else others.push(node);
  }
  if (found === undefined) return undefined;
  const settings = [...new Set(others.flatMap(other => settingsIn(reading.near, other, env)))];
  return settings.length === 0 ? found : { ...found, offUnless: `${settings.slice(0, 3).join(' and ')} say so` };
}
