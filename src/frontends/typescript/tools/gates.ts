// What decides, in the program's own code, whether a tool runs when the model asks for it: conditions before and around the places that run it.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { isPython } from '../dialect.ts';
import { foreignPath, type Value } from '../evaluator/values.ts';
import type { Reading } from '../reader.ts';
import { enclosingFunction, isFunctionNode, isSameBinding, resolve } from '../scope.ts';
import { strip } from '../syntax.ts';
import { askerOf, type Place } from './calls.ts';
import type { Definition } from './definition.ts';
import { compared, textOf } from './dispatch.ts';
import { isSchemaCall } from './output.ts';

/**
 * `held`: where the model asks for it, it never runs, and only a request of somebody else runs it. `some`: a condition may keep it from
 * running: which of the ways is taken cannot be told, but the model does not decide alone.
 */
export type Gate = 'none' | 'some' | 'held' | 'unseen';

/** Looks at the places that run a tool. */
export function gateOf(reading: Reading, definition: Definition, places: readonly Place[]): Gate {
  if (places.length === 0) return 'unseen';
  const judged = places.map(place => ({
    gate: gateAt(reading, definition, place, 0),
    asker: places.length === 1 ? 'model' : askerOf(reading, place.node),
  }));
  // What only a request of its own runs is where somebody let the call pass that was held back.
  const driven = judged.filter(({ asker }) => asker !== 'request');
  const mine = driven.length > 0 ? driven : judged;
  if (mine.every(({ gate }) => gate === 'held')) return 'held';
  const model = mine.some(({ asker }) => asker === 'model');
  return mine.some(({ gate, asker }) => gate === 'none' && (asker === 'model' || !model)) ? 'none' : 'some';
}

/** What holds a tool back at a place, or where the function around it is called. */
function gateAt(reading: Reading, definition: Definition, place: Place, depth: number): Gate {
  const own = gatedAt(reading, definition, place, depth === 0);
  const fn = own === 'none' && depth < 3 ? enclosingFunction(place.node) : undefined;
  if (fn === undefined || !isFunctionNode(fn) || reading.paths.leads.has(fn)) return own;
  const index = place.tool === undefined ? -1 : parameterOf(place.tool, fn);
  const above = reading.paths.usesOf(fn).filter(use => use.how === 'called');
  const gates = above.map(({ node }): Gate => {
    const arg = tsc.isCallExpression(node) ? node.arguments[index] : undefined;
    return gateAt(reading, definition, { node, tool: arg, args: [] }, depth + 1);
  });
  return gates.length > 0 && gates.every(gate => gate === 'held') ? 'held' : own;
}

function parameterOf(node: ts.Expression, fn: ts.SignatureDeclaration): number {
  const binding = tsc.isIdentifier(node) ? resolve(node) : undefined;
  return binding?.kind === 'parameter' && binding.element === undefined ? fn.parameters.indexOf(binding.node) : -1;
}

/** Does a condition around or before a place hold a tool back? @param all also those of which it cannot be told how they come out */
function gatedAt(reading: Reading, definition: Definition, { node: at, tool }: Place, all: boolean): Gate {
  let gated = false;
  const ask = (condition: ts.Expression): boolean | undefined => truthFor(reading, definition, tool, condition, 0);
  for (let child = at, up = at.parent; up !== undefined && !isFunctionNode(up); child = up, up = up.parent) {
    if (tsc.isBlock(up) || tsc.isCaseOrDefaultClause(up)) {
      for (const before of up.statements) {
        if (before === child) break;
        if (!tsc.isIfStatement(before) || !endsHere(before.thenStatement)) continue;
        const holds = ask(before.expression);
        if (holds === true) return 'held';
        if (holds === undefined && !isPlainCheck(reading, before.expression)) gated = true;
      }
    }
    const condition =
      tsc.isIfStatement(up) && child !== up.expression
        ? { asked: up.expression, holds: child === up.thenStatement }
        : tsc.isConditionalExpression(up) && child !== up.condition
          ? { asked: up.condition, holds: child === up.whenTrue }
          : undefined;
    if (condition === undefined) continue;
    // `else if (name === 'other')`: a chain of names.
    if (compared(condition.asked) !== undefined && tsc.isIfStatement(child)) continue;
    const holds = ask(condition.asked);
    if (holds === undefined) {
      // A check that the tool exists, or that the model asked for one, holds nothing back.
      if (!isPlainCheck(reading, condition.asked)) gated = true;
    } else if (holds !== condition.holds) return 'held';
  }
  return gated && all ? 'some' : 'none';
}

/** How a condition comes out for this tool; undefined: it cannot be told. @param tool what stands for the tool at the place */
function truthFor(
  reading: Reading,
  definition: Definition,
  tool: ts.Expression | undefined,
  condition: ts.Expression,
  depth: number,
): boolean | undefined {
  const inner = strip(condition);
  if (inner === undefined || depth > 8) return undefined;
  const next = (node: ts.Expression): boolean | undefined => truthFor(reading, definition, tool, node, depth + 1);
  if (tsc.isPrefixUnaryExpression(inner) && inner.operator === tsc.SyntaxKind.ExclamationToken) {
    const value = next(inner.operand);
    return value === undefined ? undefined : !value;
  }
  if (tsc.isBinaryExpression(inner)) {
    const kind = inner.operatorToken.kind;
    const and = kind === tsc.SyntaxKind.AmpersandAmpersandToken;
    if (and || kind === tsc.SyntaxKind.BarBarToken) {
      const [left, right] = [next(inner.left), next(inner.right)];
      if (left === !and || right === !and) return !and;
      return left === and && right === and ? and : undefined;
    }
    const same = kind === tsc.SyntaxKind.EqualsEqualsEqualsToken || kind === tsc.SyntaxKind.EqualsEqualsToken;
    if (!same && kind !== tsc.SyntaxKind.ExclamationEqualsEqualsToken && kind !== tsc.SyntaxKind.ExclamationEqualsToken) return undefined;
    const value = fieldFor(reading, definition, tool, inner.left);
    const other = reading.near.values(inner.right);
    const [only] = other;
    if (value === undefined || other.length !== 1 || only?.kind !== 'literal') return undefined;
    return (value.value === only.value) === same;
  }
  const listed = definition.name === undefined ? undefined : inList(reading, inner, definition.name);
  if (listed !== undefined) return listed;
  const value = fieldFor(reading, definition, tool, inner);
  return value === undefined ? undefined : Boolean(value.value);
}

/** `tool.needsApproval`: what is written for this tool, if it is one plain value. */
function fieldFor(
  reading: Reading,
  definition: Definition,
  tool: ts.Expression | undefined,
  node: ts.Expression,
): Extract<Value, { kind: 'literal' }> | undefined {
  const inner = strip(node);
  if (inner === undefined || tool === undefined) return undefined;
  let field: string | undefined;
  if (tsc.isPropertyAccessExpression(inner) && isSame(inner.expression, tool)) field = inner.name.text;
  // `const { needsApproval } = tool`
  const binding = tsc.isIdentifier(inner) ? resolve(inner) : undefined;
  if (binding?.kind === 'variable' && binding.element !== undefined && binding.node.initializer !== undefined) {
    const name = binding.element.propertyName ?? binding.element.name;
    if (tsc.isIdentifier(name) && binding.element.parent === binding.node.name && isSame(binding.node.initializer, tool)) field = name.text;
  }
  if (field === undefined) return undefined;
  const { found, absent, hidden } = reading.ev.inside(definition.options, field);
  if (hidden !== undefined || found.length + (absent ? 1 : 0) !== 1) return undefined;
  const [only] = found;
  if (only === undefined) return { kind: 'literal', value: undefined };
  return only.kind === 'literal' ? only : undefined;
}

/** Do two expressions stand for the same thing? */
function isSame(a: ts.Expression, b: ts.Expression): boolean {
  const [one, other] = [strip(a), strip(b)];
  if (one === undefined || other === undefined) return false;
  if (!tsc.isIdentifier(one) || !tsc.isIdentifier(other)) return one.getText() === other.getText();
  return isSameBinding(resolve(one), resolve(other));
}

/** Does a branch end the function on every way, as far as its last statement tells? */
function endsHere(statement: ts.Statement): boolean {
  const last = tsc.isBlock(statement) ? statement.statements.at(-1) : statement;
  if (last === undefined) return false;
  if (tsc.isIfStatement(last)) return last.elseStatement !== undefined && endsHere(last.thenStatement) && endsHere(last.elseStatement);
  return tsc.isReturnStatement(last) || tsc.isThrowStatement(last) || tsc.isContinueStatement(last);
}

const ANSWERS = /^(?:tool_use|tool_calls?|tool-call|function|function_call|functionCall|custom|ai)$/;
const PARTS =
  /^(?:tool_calls|toolCalls|function_call|functionCalls?|function_calls|length|stop_reason|finish_reason|finishReason|name|type)$/;

/** `block.type === 'tool_use'`, `message.tool_calls?.length`, `handlers[name]`, `name === 'other_tool'` */
function isPlainCheck(reading: Reading, condition: ts.Expression): boolean {
  const inner = strip(condition);
  if (inner === undefined || tsc.isElementAccessExpression(inner)) return true;
  if (tsc.isIdentifier(inner)) return isLookedUp(inner);
  if (tsc.isPropertyAccessExpression(inner)) return PARTS.test(inner.name.text) || isParsed(reading, inner.expression);
  if (tsc.isPrefixUnaryExpression(inner)) return isPlainCheck(reading, inner.operand);
  if (!tsc.isBinaryExpression(inner)) return false;
  const kind = inner.operatorToken.kind;
  if (kind === tsc.SyntaxKind.AmpersandAmpersandToken || kind === tsc.SyntaxKind.BarBarToken)
    return isPlainCheck(reading, inner.left) && isPlainCheck(reading, inner.right);
  const text = compared(inner);
  if (text !== undefined && ANSWERS.test(text)) return true;
  const left = strip(inner.left);
  // `tool === undefined`
  if (left !== undefined && tsc.isIdentifier(left) && isNothing(inner.right)) return isLookedUp(left);
  return left !== undefined && tsc.isPropertyAccessExpression(left) && PARTS.test(left.name.text);
}

/** `const tool = table[name]`: asked whether there is one. */
function isLookedUp(name: ts.Identifier): boolean {
  const binding = resolve(name);
  const made = binding?.kind === 'variable' ? strip(binding.node.initializer) : undefined;
  if (made === undefined) return false;
  if (tsc.isElementAccessExpression(made) || tsc.isPropertyAccessExpression(made)) return true;
  if (!tsc.isCallExpression(made)) return false;
  // `findTool(call.name)`, a function of the program that looks it up.
  const key = isPython(name) ? /(?:^|[._])name$/ : /(?:^|\.)(?:name|toolName)$/;
  if (tsc.isIdentifier(made.expression)) return made.arguments.some(arg => key.test(arg.getText()));
  return (
    tsc.isPropertyAccessExpression(made.expression) &&
    (/^(?:get|find|filter|at)$/.test(made.expression.name.text) || (isPython(name) && made.arguments.some(arg => key.test(arg.getText()))))
  );
}

function isNothing(node: ts.Expression): boolean {
  return node.kind === tsc.SyntaxKind.NullKeyword || (tsc.isIdentifier(node) && node.text === 'undefined');
}

/** `const input = schema.safeParse(call.input)`: what a schema says of the arguments. */
function isParsed(reading: Reading, node: ts.Expression): boolean {
  const binding = tsc.isIdentifier(node) ? resolve(node) : undefined;
  const made = binding?.kind === 'variable' ? strip(binding.node.initializer) : undefined;
  return made !== undefined && tsc.isCallExpression(made) && isSchemaCall(reading, made);
}

/** Is the name in the list that a condition asks? undefined: the condition asks none that can be read. */
function inList(reading: Reading, condition: ts.Expression, name: string): boolean | undefined {
  const call = strip(condition);
  if (call === undefined || !tsc.isCallExpression(call) || !tsc.isPropertyAccessExpression(call.expression)) return undefined;
  if (call.expression.name.text !== 'includes' && call.expression.name.text !== 'has') return undefined;
  for (const value of reading.ev.values(call.expression.expression)) {
    const made = value.kind === 'foreign' && value.package === '' && foreignPath(value) === 'Set' ? value.steps[1] : undefined;
    const first = made?.kind === 'new' && value.kind === 'foreign' && value.steps.length === 2 ? strip(made.args?.[0]) : undefined;
    const list = value.kind === 'array' ? value.node : first;
    if (list === undefined || !tsc.isArrayLiteralExpression(list) || list.elements.some(tsc.isSpreadElement)) continue;
    return list.elements.some(e => textOf(e) === name);
  }
  return undefined;
}
