// Limits of loops that whoever asks sends himself: `for (let i = 0; i < req.body.maxTurns; i++)`. Such a loop ends, and when is not ours to say.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { decoratorsOf } from '../decorators.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { givenTo } from '../evaluator/keywords.ts';
import { typeValue } from '../evaluator/types.ts';
import type { Value } from '../evaluator/values.ts';
import { isFilledByClient, isSentToPython } from '../limits/client-values.ts';
import { schemaOf } from '../limits/parsers.ts';
import { throwsIn } from '../paths/exits.ts';
import { walk } from '../program.ts';
import { enclosingFunction, isFunctionNode, resolve } from '../scope.ts';
import { contains, elementPath, strip, valueAt } from '../syntax.ts';

const DEEPEST = 6;
const MOST_CALLERS = 12;
/** Functions that give back the number they are given. */
const NUMBER = /^(?:Number|parseInt|parseFloat|int|float|Number\.parseInt|Number\.parseFloat)$/;

/** Does a limit come from the request, with nothing that keeps it small? @param loop what it ends */
export function isSentLimit(ev: Evaluator, bound: ts.Expression, loop: ts.Node): boolean {
  return ev.budget.ask(
    () => isSent(ev, bound, loop, 0),
    () => false,
  );
}

function isSent(ev: Evaluator, given: ts.Expression | undefined, loop: ts.Node, depth: number): boolean {
  const node = strip(given);
  if (node === undefined || depth > DEEPEST || tsc.isLiteralExpression(node)) return false;
  ev.budget.step();
  const on = (next: ts.Expression | undefined): boolean => isSent(ev, next, loop, depth + 1);
  if (tsc.isConditionalExpression(node)) return on(node.whenTrue) || on(node.whenFalse);
  if (tsc.isBinaryExpression(node)) return on(node.left) || on(node.right);
  if (tsc.isCallExpression(node)) {
    const name = node.expression.getText().slice(0, 60);
    if (NUMBER.test(name)) return on(node.arguments[0]);
    // The smallest of several is as small as ours, the largest as large as what is sent.
    if (name === 'Math.min') return node.arguments.length > 0 && node.arguments.every(on);
    if (name === 'Math.max') return node.arguments.some(on);
    if (isSentToPython(ev, node, [])) return true;
    return tsc.isPropertyAccessExpression(node.expression) && node.expression.name.text === 'get' && on(node.expression.expression);
  }
  if (isCompared(node, loop) || isCappedBySchema(ev, node)) return false;
  const binding = tsc.isIdentifier(node) ? resolve(node) : undefined;
  const isOpen = binding?.kind === 'parameter' && binding.element === undefined;
  if (!isOpen && ev.values(node).some(value => value.kind === 'request')) return true;
  if (tsc.isPropertyAccessExpression(node) || tsc.isElementAccessExpression(node)) {
    const name = tsc.isPropertyAccessExpression(node) ? node.name.text : (node.argumentExpression.getText().slice(1, -1) ?? '');
    if (isCappedField(ev, node.expression, name)) return false;
    return isSentToPython(ev, node.expression, [name]) || on(node.expression);
  }
  if (binding?.kind === 'variable') return binding.element === undefined && on(binding.node.initializer);
  if (binding?.kind !== 'parameter' || binding.element !== undefined) return false;
  if (isFilledByClient(ev, binding.node)) return !isChecked(binding.node);
  const fn = binding.node.parent;
  const index = fn.parameters.indexOf(binding.node);
  const callers = isFunctionNode(fn) ? ev.callers(fn) : [];
  return callers.slice(0, MOST_CALLERS).some(call => {
    const args = call.arguments ?? [];
    return !args.slice(0, index + 1).some(tsc.isSpreadElement) && on(givenTo(binding.node, index, args));
  });
}

/** `if (max > 10) return ...`, outside of the loop that it ends. */
function isCompared(node: ts.Expression, loop: ts.Node): boolean {
  const text = node.getText();
  const scope = enclosingFunction(node);
  if (scope?.body === undefined || text.length > 200) return false;
  let found = false;
  walk(scope.body, one => {
    if (found || !tsc.isBinaryExpression(one) || !/^[<>]=?$/.test(one.operatorToken.getText())) return found ? 'skip' : undefined;
    const { left, right } = one;
    const other = left.getText() === text ? right : right.getText() === text ? left : undefined;
    // `if (max < 1)` asks for the least, and lets any number above it in.
    found = other !== undefined && !/^-?[01]$/.test(other.getText()) && !contains(loop, one);
    return undefined;
  });
  return found;
}

/** Members that say how large a number may be, or which there are at all. */
const CAPS = new Set(['max', 'lte', 'lt', 'enum', 'nativeEnum', 'literal', 'picklist', 'valid']);

/** `const { max } = Body.parse(req.body)`, where the schema says how large it may be. */
function isCappedBySchema(ev: Evaluator, node: ts.Expression): boolean {
  const path: string[] = [];
  let at: ts.Expression | undefined = node;
  for (let hops = 0; at !== undefined && hops < DEEPEST; hops++) {
    if (tsc.isAwaitExpression(at)) at = strip(at.expression);
    else if (tsc.isPropertyAccessExpression(at)) {
      path.unshift(at.name.text);
      at = strip(at.expression);
    } else if (tsc.isIdentifier(at)) {
      const binding = resolve(at);
      if (binding?.kind !== 'variable') return false;
      if (binding.element !== undefined) path.unshift(...elementPath(binding.element));
      at = strip(binding.node.initializer);
    } else break;
  }
  if (at === undefined || !tsc.isCallExpression(at)) return false;
  const name = path.find(one => one !== 'data' && one !== 'value' && one !== 'output');
  return name !== undefined && schemaOf(ev, at).some(schema => isCappedKey(ev, schema, name));
}

function isCappedKey(ev: Evaluator, schema: Value, name: string): boolean {
  const steps = schema.kind === 'foreign' ? schema.steps : [];
  return steps.some(step => {
    const shape = step.kind === 'call' ? strip(step.args?.[0]) : undefined;
    const field = shape !== undefined && tsc.isObjectLiteralExpression(shape) ? valueAt(shape, name) : undefined;
    if (field === undefined) return false;
    const values = ev.values(field);
    return values.some(value => value.kind === 'foreign' && value.steps.some(one => one.kind === 'member' && CAPS.has(one.name)));
  });
}

/** `max_turns: int = Field(8, le=10)` in the model of a body */
function isCappedField(ev: Evaluator, body: ts.Expression, name: string): boolean {
  const bare = strip(body);
  const binding = bare !== undefined && tsc.isIdentifier(bare) ? resolve(bare) : undefined;
  const type = binding?.kind === 'parameter' ? binding.node.type : undefined;
  const model = type === undefined ? undefined : typeValue(ev, ev.program.unitOf(type), type);
  if (model?.kind !== 'instance' || !/^\w{1,60}$/.test(name)) return false;
  const schema = model.of.members.find(one => tsc.isPropertyDeclaration(one) && one.name.getText() === '__schema');
  const own = new RegExp(`\\b${name}: [\\w.()]{1,80}\\.(?:max|literal)\\(`);
  return own.test(schema?.getText().slice(0, 20_000) ?? '') || model.of.members.some(one => checksField(one, name));
}

/** `@field_validator("max_turns")`: a method that looks at the field may refuse it. */
function checksField(member: ts.ClassElement, name: string): boolean {
  if (!tsc.isMethodDeclaration(member) || member.body === undefined || !throwsIn(member.body)) return false;
  return decoratorsOf(member).some(
    one => tsc.isCallExpression(one) && one.arguments.some(arg => tsc.isStringLiteralLike(arg) && arg.text === name),
  );
}

/** `max_turns: int = Query(8, le=10)`, as the lowered function checks it */
function isChecked(parameter: ts.ParameterDeclaration): boolean {
  const fn = parameter.parent;
  const name = parameter.name.getText();
  const text = isFunctionNode(fn) ? (fn.body?.getText().slice(0, 4000) ?? '') : '';
  return /^\w{1,60}$/.test(name) && new RegExp(`\\.max\\([^;]{1,80}\\.check\\(${name}\\)`).test(text);
}
