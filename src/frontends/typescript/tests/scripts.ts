// Scripts for a model in a form of the tests' own: `script({ tool: 'find_order', input: {...} })`, where a helper beside the tests keeps
// the steps, and a stand-in for the model answers with one of them in the shape in which a model asks for a tool.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { decoratorsOf } from '../decorators.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import type { FunctionNode } from '../evaluator/values.ts';
import { NO_ENV, originOf } from '../limits/trace.ts';
import { type Unit, walk } from '../program.ts';
import type { Reading } from '../reader.ts';
import { enclosingFunction, isFunctionNode, resolve } from '../scope.ts';
import { isAssignment, propertyName, strip } from '../syntax.ts';
import { askedFor, isAnswer } from './answers.ts';
import { isOff } from './cases-python.ts';

/** A step of a script that makes the model ask for a tool. */
export interface ScriptedStep {
  readonly at: ts.Node;
  readonly name: ts.Expression;
}

/** How a helper is given a script: the function, its parameter, and the member of a step that names the tool. */
interface Entrance {
  readonly fn: FunctionNode;
  readonly index: number;
  readonly rest: boolean;
  readonly member: string;
}

const SHAPES = /tool_use|tool_call|toolName|function_call|functionCall/;
const SKIPPED = /\.(?:skip|todo|fails)\b|^x(?:it|test|describe)\b/;
const MOST = 200;
const entrances = new WeakMap<Unit, readonly Entrance[]>();

/** The steps that a file of tests gives to helpers beside it, in which the model asks for a tool. */
export function scriptedIn(reading: Reading, unit: Unit): ScriptedStep[] {
  const { ev, near, inventory, program } = reading;
  const helpers = new Set<Unit>();
  for (const { specifier } of unit.imports.values()) {
    const file = inventory.resolveImport(unit.file, specifier);
    if (file === undefined || inventory.roleOf(file) !== 'test' || !SHAPES.test(inventory.read(file) ?? '')) continue;
    const helper = program.unit(file);
    if (helper !== undefined) helpers.add(helper);
  }
  const ways = [...helpers].flatMap(helper => {
    const known =
      entrances.get(helper) ??
      ev.budget.ask(
        () => entrancesOf(reading, helper),
        () => [],
      );
    entrances.set(helper, known);
    return known;
  });
  if (ways.length === 0) return [];
  const out: ScriptedStep[] = [];
  for (const call of unit.calls) {
    if (out.length >= MOST) break;
    if (!tsc.isCallExpression(call) || isSkipped(call)) continue;
    const callee = call.expression;
    if (!tsc.isIdentifier(callee) || resolve(callee)?.kind !== 'import') continue;
    const fns = near.values(callee).flatMap(value => (value.kind === 'function' ? [value.node] : []));
    for (const way of ways) {
      if (!fns.includes(way.fn)) continue;
      for (const step of stepsOf(call, way)) {
        const named = step.properties.find(p => propertyName(p) === way.member);
        if (named !== undefined && tsc.isPropertyAssignment(named)) out.push({ at: step, name: named.initializer });
      }
    }
  }
  return out;
}

/** What is skipped drives nothing. */
function isSkipped(call: ts.Node): boolean {
  for (let up = call.parent; up !== undefined; up = up.parent)
    if (tsc.isCallExpression(up) ? SKIPPED.test(up.expression.getText().slice(0, 60)) : decoratorsOf(up).some(isOff)) return true;
  return false;
}

function stepsOf(call: ts.CallExpression, { index, rest }: Entrance): ts.ObjectLiteralExpression[] {
  const given = rest ? call.arguments.slice(index) : call.arguments.slice(index, index + 1);
  return given.flatMap((arg): ts.ObjectLiteralExpression[] => {
    const node = strip(arg);
    if (node === undefined) return [];
    if (tsc.isObjectLiteralExpression(node)) return [node];
    if (!tsc.isArrayLiteralExpression(node)) return [];
    return node.elements.flatMap(element => {
      const inner = strip(element);
      return inner !== undefined && tsc.isObjectLiteralExpression(inner) ? [inner] : [];
    });
  });
}

/** The functions of a helper that take a script whose steps become answers of the model. */
function entrancesOf(reading: Reading, helper: Unit): Entrance[] {
  const { ev } = reading;
  const out: Entrance[] = [];
  for (const { node, name } of askedFor(helper)) {
    if (!isAnswer(reading, helper, node)) continue;
    for (const leaf of originOf(ev, name, NO_ENV, 'callers').leaves) {
      const member = leaf.path.at(-1);
      const kept = keptIn(leaf.node, helper);
      if (member !== undefined && kept !== undefined) out.push(...givenTo(ev, kept).map(way => ({ ...way, member })));
    }
  }
  return out;
}

/** The variable of the file that steps are taken from: `steps[0]`, `steps.shift()`. */
function keptIn(node: ts.Expression, helper: Unit): ts.VariableDeclaration | undefined {
  let root: ts.Expression | undefined = strip(node);
  for (let hops = 0; hops < 6 && root !== undefined && !tsc.isIdentifier(root); hops++) {
    if (tsc.isElementAccessExpression(root) || tsc.isPropertyAccessExpression(root) || tsc.isCallExpression(root))
      root = strip(root.expression);
    else return undefined;
  }
  const binding = root !== undefined && tsc.isIdentifier(root) ? resolve(root) : undefined;
  if (binding?.kind !== 'variable' || binding.node.getSourceFile() !== helper.ast || enclosingFunction(binding.node) !== undefined)
    return undefined;
  return binding.node;
}

/** The functions that put what they are given into a variable: `steps = next`, `steps = [...next]`, `steps.push(...next)`. */
function givenTo(ev: Evaluator, kept: ts.VariableDeclaration): Omit<Entrance, 'member'>[] {
  const out: Omit<Entrance, 'member'>[] = [];
  if (!tsc.isIdentifier(kept.name)) return out;
  for (const use of ev.program.identifiers(ev.program.unitOf(kept), kept.name.text)) {
    const binding = resolve(use);
    if (binding?.kind !== 'variable' || binding.node !== kept) continue;
    const { parent } = use;
    const values =
      tsc.isBinaryExpression(parent) && parent.left === use && isAssignment(parent.operatorToken.kind)
        ? [parent.right]
        : tsc.isPropertyAccessExpression(parent) &&
            /^(?:push|unshift|extend|append|extendleft|put)$/.test(parent.name.text) &&
            tsc.isCallExpression(parent.parent)
          ? [...parent.parent.arguments]
          : [];
    for (const value of values) {
      walk(value, node => {
        if (isFunctionNode(node)) return 'skip';
        const given = tsc.isIdentifier(node) ? resolve(node) : undefined;
        const fn = given?.kind === 'parameter' && given.element === undefined ? given.node.parent : undefined;
        if (given?.kind !== 'parameter' || fn === undefined || !isFunctionNode(fn)) return undefined;
        out.push({ fn, index: fn.parameters.indexOf(given.node), rest: given.node.dotDotDotToken !== undefined });
        return undefined;
      });
    }
  }
  return out;
}
