// Has a tool a time limit of its own where the program runs it, or only the one of the whole request?
import type { ts } from 'ts-morph';
import { deadlineIn } from '../calls/timeouts.ts';
import { tsc } from '../compiler.ts';
import { givenTo, keywordsIn } from '../evaluator/keywords.ts';
import { walk } from '../program.ts';
import type { Reading } from '../reader.ts';
import { enclosingFunction, isFunctionNode, resolve } from '../scope.ts';
import { propertyName, propertyValue, strip } from '../syntax.ts';
import { askerOf, type Place } from './calls.ts';
import type { Definition } from './definition.ts';

const DEEPEST = 8;

/** Where a function is given something: as which parameter, and as which member of it. */
interface Given {
  readonly parameter: ts.ParameterDeclaration;
  readonly index: number;
  readonly field: string | undefined;
}

/** Is the option of a request what the tool's function is given as a parameter? */
export function givenSignal({ runs }: Definition, options: ts.Expression, name: string): Given | undefined {
  const object = strip(options);
  if (object === undefined || !tsc.isObjectLiteralExpression(object)) return undefined;
  const written = object.properties.find(p => propertyName(p) === name);
  let at = strip(propertyValue(written));
  let field: string | undefined;
  while (at !== undefined && tsc.isPropertyAccessExpression(at)) {
    field = at.name.text;
    at = strip(at.expression);
  }
  const binding = at !== undefined && tsc.isIdentifier(at) ? resolve(at) : undefined;
  if (binding?.kind !== 'parameter' || !runs.some(run => run.node === binding.node.parent)) return undefined;
  const key = binding.element === undefined ? undefined : (binding.element.propertyName ?? binding.element.name);
  return {
    parameter: binding.node,
    index: binding.node.parent.parameters.indexOf(binding.node),
    field: key !== undefined && tsc.isIdentifier(key) ? key.text : field,
  };
}

/** `timeout=deadline.left()` in Python: the time that is left of what the tool's function is given, an object with a limit of its own. */
export function givenDeadline(reading: Reading, { runs }: Definition, call: ts.Node): Given | undefined {
  const keywords = tsc.isCallExpression(call) ? keywordsIn(call.arguments) : undefined;
  const written = keywords?.properties.find(p => propertyName(p) === 'timeout');
  const left = strip(propertyValue(written));
  // What a dictionary or a model of arguments holds is asked of the model, and is no object that counts down.
  if (left === undefined || !tsc.isCallExpression(left) || !tsc.isPropertyAccessExpression(left.expression)) return undefined;
  const holder = strip(left.expression.expression);
  const binding = holder !== undefined && tsc.isIdentifier(holder) ? resolve(holder) : undefined;
  if (binding?.kind !== 'parameter' || !runs.some(run => run.node === binding.node.parent)) return undefined;
  if (!reading.ev.values(left.expression).some(value => value.kind === 'function')) return undefined;
  return { parameter: binding.node, index: binding.node.parent.parameters.indexOf(binding.node), field: undefined };
}

/** Is a limit made at each place that runs the tool when the model asks for it? */
export function limitedAt(reading: Reading, places: readonly Place[], { parameter, index, field }: Given): boolean {
  const asked = places.length < 2 ? places : places.filter(place => askerOf(reading, place.node) !== 'request');
  return (asked.length > 0 ? asked : places).every(({ args }) => {
    const arg = givenTo(parameter, index, args);
    if (arg === undefined || !isOwn(reading, arg, field, 0)) return false;
    const values = reading.ev.values(arg);
    const look = field === undefined ? { found: [...values], absent: false, hidden: undefined } : reading.ev.inside(values, field);
    return deadlineIn(reading.ev, { found: look.found, absent: look.absent, hidden: look.hidden }, 1).kind === 'time';
  });
}

/** Is a value, or a member of it, made below the function that asks the model? */
function isOwn(reading: Reading, node: ts.Expression, field: string | undefined, depth: number): boolean {
  const inner = strip(node);
  if (inner === undefined || depth > DEEPEST) return false;
  if (tsc.isObjectLiteralExpression(inner))
    return inner.properties.some(p => {
      const value = propertyName(p) === field ? propertyValue(p) : undefined;
      return value !== undefined && isOwn(reading, value, undefined, depth + 1);
    });
  if (tsc.isPropertyAccessExpression(inner)) return isOwn(reading, inner.expression, inner.name.text, depth + 1);
  if (tsc.isNewExpression(inner)) return true;
  if (tsc.isCallExpression(inner)) return !handsBack(reading, inner);
  const binding = tsc.isIdentifier(inner) ? resolve(inner) : undefined;
  if (binding?.kind === 'variable') {
    const { initializer } = binding.node;
    if (initializer === undefined || isOfRequest(reading, binding.node)) return false;
    return isOwn(reading, initializer, field, depth + 1);
  }
  if (binding?.kind !== 'parameter' || binding.element !== undefined) return false;
  const parameter = binding.node;
  const fn = parameter.parent;
  if (!isFunctionNode(fn) || reading.paths.leads.has(fn)) return false;
  const index = fn.parameters.indexOf(parameter);
  const calls = reading.paths.usesOf(fn).filter(use => use.how === 'called');
  return (
    calls.length > 0 &&
    calls.every(({ node: call }) => {
      const arg = tsc.isCallExpression(call) ? givenTo(parameter, index, call.arguments) : undefined;
      return arg !== undefined && isOwn(reading, arg, field, depth + 1);
    })
  );
}

/** `deadline.within(5)` of a method that returns its own object, or one with no regard to what it is given: nothing is made smaller. */
function handsBack(reading: Reading, call: ts.CallExpression): boolean {
  const functions = reading.ev.values(call.expression).flatMap(value => (value.kind === 'function' ? [value.node] : []));
  return functions.some(fn =>
    reading.ev.returnsOf(fn).some(returned => {
      const inner = strip(returned) ?? returned;
      const binding = tsc.isIdentifier(inner) ? resolve(inner) : undefined;
      if (inner.kind === tsc.SyntaxKind.ThisKeyword || binding?.kind === 'parameter') return true;
      return call.arguments.length > 0 && fn.body !== undefined && !uses(fn.body, fn.parameters);
    }),
  );
}

function uses(body: ts.Node, parameters: readonly ts.ParameterDeclaration[]): boolean {
  let hit = false;
  walk(body, node => {
    if (hit || !tsc.isIdentifier(node)) return;
    const binding = resolve(node);
    hit = binding?.kind === 'parameter' && parameters.includes(binding.node);
  });
  return hit;
}

/** Is a variable one of the module, or made before the model is asked in the function that asks it? It then lasts for the whole request. */
function isOfRequest(reading: Reading, declaration: ts.VariableDeclaration): boolean {
  const fn = enclosingFunction(declaration);
  if (fn === undefined) return true;
  const asks = [...(reading.paths.leads.get(fn) ?? [])];
  return asks.length > 0 && asks.every(ask => ask.pos > declaration.end);
}
