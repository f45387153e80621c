// A number that a function gives back together with other things: `return answer, tokens`, `return { text, tokens }`, `Reply(text, tokens)`.
// Says where its callers hold that part.
import type { ts } from 'ts-morph';
import { inRange, type Site } from '../calls/options.ts';
import { switchAround } from '../calls/settle.ts';
import { tsc } from '../compiler.ts';
import { constructorOf } from '../evaluator/classes.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import type { FunctionNode } from '../evaluator/values.ts';
import type { Paths } from '../paths/paths.ts';
import { enclosingFunction, isFunctionNode } from '../scope.ts';
import { contains, propertyName, strip } from '../syntax.ts';

/** Which part of a value: an item of a list, or a member. */
export type Part = { readonly index: number } | { readonly key: string };

/** Asked of the reader of usages: the uses of a name. */
export interface Asked {
  readonly ev: Evaluator;
  readonly paths: Paths;
  readonly uses: (name: ts.Identifier) => readonly ts.Identifier[];
}

const DEEPEST = 5;
const MOST_USES = 12;

/** The part of a returned expression that a node in it is; undefined: it is the whole, or something else. */
export function partOf(ev: Evaluator, returned: ts.Expression | undefined, node: ts.Node): Part | undefined {
  const whole = strip(returned);
  if (whole === undefined) return undefined;
  const holds = (one: ts.Node): boolean => node.pos >= one.pos && node.end <= one.end;
  if (tsc.isArrayLiteralExpression(whole)) {
    const index = whole.elements.findIndex(holds);
    return index < 0 ? undefined : { index };
  }
  if (tsc.isObjectLiteralExpression(whole)) return keyIn(whole, holds);
  if (!tsc.isNewExpression(whole)) return undefined;
  const args = whole.arguments ?? [];
  const index = args.findIndex(holds);
  const arg = args[index];
  if (arg !== undefined && tsc.isObjectLiteralExpression(arg)) return keyIn(arg, holds);
  for (const value of ev.values(whole.expression)) {
    const name = value.kind === 'class' ? constructorOf(value.node)?.parameters[index]?.name : undefined;
    if (name !== undefined && tsc.isIdentifier(name)) return { key: name.text };
  }
  return undefined;
}

function keyIn(object: ts.ObjectLiteralExpression, holds: (one: ts.Node) => boolean): Part | undefined {
  const property = object.properties.find(holds);
  const key = property === undefined ? undefined : propertyName(property);
  return key === undefined ? undefined : { key };
}

/** Where the callers of a function hold a part of what it gives. */
export function holdersOf(asked: Asked, fn: FunctionNode, part: Part, depth = 0): ts.Node[] {
  if (depth > DEEPEST) return [];
  return asked.paths
    .usesOf(fn)
    .slice(0, MOST_USES)
    .flatMap(use => (use.how === 'called' ? held(asked, use.node, part, depth) : []));
}

function held(asked: Asked, start: ts.Node, part: Part, depth: number): ts.Node[] {
  if (depth > DEEPEST) return [];
  asked.ev.budget.step();
  let at = start;
  for (let up = at.parent; up !== undefined; at = up, up = at.parent) {
    if (tsc.isPropertyAccessExpression(up) && up.expression === at) return 'key' in part && up.name.text === part.key ? [up] : [];
    if (tsc.isElementAccessExpression(up) && up.expression === at) return isItem(up.argumentExpression, part) ? [up] : [];
    if (tsc.isVariableDeclaration(up) && up.initializer === at) return ofName(asked, up.name, part, depth);
    if (tsc.isForOfStatement(up) && up.expression === at) {
      const declared = tsc.isVariableDeclarationList(up.initializer) ? up.initializer.declarations[0]?.name : undefined;
      return declared === undefined ? [] : ofName(asked, declared, part, depth);
    }
    if (tsc.isBinaryExpression(up) && up.right === at && up.operatorToken.kind === tsc.SyntaxKind.EqualsToken) {
      const left = strip(up.left);
      if (left !== undefined && tsc.isIdentifier(left)) return asked.uses(left).flatMap(use => held(asked, use, part, depth + 1));
      const target =
        left !== undefined && tsc.isArrayLiteralExpression(left) && 'index' in part ? strip(left.elements[part.index]) : undefined;
      return target !== undefined && tsc.isIdentifier(target) ? [...asked.uses(target)] : [];
    }
    if (tsc.isReturnStatement(up)) {
      const fn = enclosingFunction(up);
      return fn === undefined || !asked.paths.leads.has(fn) ? [] : holdersOf(asked, fn, part, depth + 1);
    }
    if (tsc.isCallExpression(up) && up.expression !== at) {
      const index = up.arguments.indexOf(at as ts.Expression);
      return asked.ev.values(up.expression).flatMap(value => {
        const name = value.kind === 'function' ? value.node.parameters[index]?.name : undefined;
        return name === undefined ? [] : ofName(asked, name, part, depth + 1);
      });
    }
    if (tsc.isStatement(up)) return [];
  }
  return [];
}

function ofName(asked: Asked, name: ts.BindingName, part: Part, depth: number): ts.Node[] {
  if (tsc.isIdentifier(name)) return asked.uses(name).flatMap(use => held(asked, use, part, depth + 1));
  const elements: readonly ts.ArrayBindingElement[] = name.elements;
  const element = elements.find((one, i) => {
    if (tsc.isOmittedExpression(one)) return false;
    return 'index' in part ? tsc.isArrayBindingPattern(name) && i === part.index : (one.propertyName ?? one.name).getText() === part.key;
  });
  if (element === undefined || tsc.isOmittedExpression(element) || !tsc.isIdentifier(element.name)) return [];
  return [...asked.uses(element.name)];
}

function isItem(index: ts.Expression, part: Part): boolean {
  if ('index' in part) return tsc.isNumericLiteral(index) && Number(index.text) === part.index;
  return tsc.isStringLiteralLike(index) && index.text === part.key;
}

/** Why the numbers under a member are not those of the whole request, by the SDK and its version. */
export function caveatOf(site: Site): (member: string) => string | undefined {
  const { sdk } = site.classified;
  // Read in the types of ai 5 and 6: the result's `usage` is that of the last step.
  if (sdk.id === 'ai-sdk' && site.shape.loops === true && inRange(site.version, '>=5 <7'))
    return member => (member === 'usage' ? 'usage is that of the last step; totalUsage is the sum of all steps' : undefined);
  return () => undefined;
}

/** Does a condition that never holds, for example `if (DEBUG)` of a constant that is false, stand before a node in its function? */
export function isDead(ev: Evaluator, node: ts.Node): boolean {
  let child = node;
  for (let up = node.parent; up !== undefined && !isFunctionNode(up); child = up, up = up.parent) {
    if (!tsc.isIfStatement(up) || child === up.expression) continue;
    const values = ev.values(up.expression);
    const never = child === up.thenStatement ? [false, null, 0] : [true];
    if (values.length > 0 && values.every(v => v.kind === 'literal' && never.includes(v.value as boolean))) return true;
  }
  return false;
}

/** Chance, by which one request in many is taken. */
const CHANCE = /\bMath\.random\(|\brandom\.(?:random|uniform|randint)\(/;

/** How often does a node come to run, when the call before it did: never, or only where a setting or chance wants it? */
export function comesTo(ev: Evaluator, node: ts.Node, call: ts.Node | undefined): 'always' | 'never' | 'sometimes' {
  let often: 'always' | 'sometimes' = switchAround(ev, node, () => false, call) === undefined ? 'always' : 'sometimes';
  for (let child = node, up = node.parent; up !== undefined && !isFunctionNode(up); child = up, up = up.parent) {
    if (tsc.isBlock(up))
      for (const before of up.statements) {
        if (before === child) break;
        if (tsc.isReturnStatement(before) || tsc.isThrowStatement(before)) return 'never';
      }
    if (tsc.isIfStatement(up) && child === up.thenStatement && CHANCE.test(up.expression.getText().slice(0, 500))) often = 'sometimes';
  }
  return often;
}

/** The member that an expression takes of what stands in front: `answer.usage`, `answer["usage"]`. */
export function memberOf(access: ts.Node, of: ts.Node): string | undefined {
  if (tsc.isPropertyAccessExpression(access)) return access.expression === of ? access.name.text : undefined;
  if (!tsc.isElementAccessExpression(access) || access.expression !== of) return undefined;
  return tsc.isStringLiteralLike(access.argumentExpression) ? access.argumentExpression.text : undefined;
}

/** The names that take a number in `[input, output] = [usage.input, usage.output]`: that of its place, or all where the right side is no list. */
export function namesGiven(assignment: ts.BinaryExpression, from: ts.Node): readonly ts.Identifier[] {
  if (!tsc.isArrayLiteralExpression(assignment.left)) return [];
  const { elements } = assignment.left;
  const right = strip(assignment.right);
  const at = right !== undefined && tsc.isArrayLiteralExpression(right) ? right.elements.findIndex(one => contains(one, from)) : -1;
  const taken = at < 0 ? [...elements] : elements.slice(at, at + 1);
  return taken.filter(one => tsc.isIdentifier(one));
}

/** `file.write(...)` of a file that the code opened itself. */
export function isFile(ev: Evaluator, call: ts.CallExpression): boolean {
  const callee = call.expression;
  if (!tsc.isPropertyAccessExpression(callee)) return false;
  return ev
    .values(callee.expression)
    .some(value => value.kind === 'foreign' && /^(?:node:)?fs(?:\/promises)?$|^py:aiofiles$/.test(value.package));
}
