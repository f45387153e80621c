// Where a value comes from and where it goes, inside one function: read from the text of the function, without types.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { isWithin } from '../paths/call-sites.ts';
import { type Program, walk } from '../program.ts';
import { isFunctionNode, resolve } from '../scope.ts';
import { isAnyAssignment, propertyName } from '../syntax.ts';

const DEEPEST = 6;
const MOST_USES = 60;
const ASKS = new Set(['match', 'matchAll', 'search', 'indexOf', 'includes', 'startsWith', 'endsWith', 'length', 'localeCompare']);

/** What a name was given: initialiser, assignments, the list that a loop goes through, the call that runs a callback. */
export function sourcesOf(program: Program, id: ts.Identifier): readonly ts.Node[] {
  const binding = resolve(id);
  if (binding === undefined || !('node' in binding)) return [];
  const out: ts.Node[] = [];
  if (binding.kind === 'variable') {
    if (binding.node.initializer !== undefined) out.push(binding.node.initializer);
    const loop = binding.node.parent.parent;
    if (tsc.isForOfStatement(loop) && loop.initializer === binding.node.parent) out.push(loop.expression);
    for (const use of program.identifiers(program.unitOf(id), id.text).slice(0, MOST_USES)) {
      const at = use.parent;
      const assigned = tsc.isBinaryExpression(at) && at.left === use && isAnyAssignment(at.operatorToken.kind);
      if (assigned && same(use, binding.node)) out.push(at.right);
      // `[ready, held] = [held.slice(0, end), held.slice(end)]`
      const pair = tsc.isArrayLiteralExpression(at) ? at.parent : undefined;
      if (
        pair !== undefined &&
        tsc.isBinaryExpression(pair) &&
        pair.left === at &&
        tsc.isArrayLiteralExpression(pair.left) &&
        same(use, binding.node)
      )
        out.push(
          (tsc.isArrayLiteralExpression(pair.right) ? pair.right.elements[pair.left.elements.indexOf(use)] : undefined) ?? pair.right,
        );
      // `parts.push(chunk)`
      const call = tsc.isPropertyAccessExpression(at) && at.expression === use ? at.parent : undefined;
      if (
        call !== undefined &&
        tsc.isCallExpression(call) &&
        tsc.isPropertyAccessExpression(call.expression) &&
        call.expression.name.text === 'push' &&
        same(use, binding.node)
      )
        out.push(...call.arguments);
    }
  } else if (binding.kind === 'parameter') {
    // A callback gets what the call around it is about: `.then(answer => ...)`, `onFinish: ({ text }) => ...`.
    const fn: ts.Node = binding.node.parent;
    for (let up: ts.Node | undefined = fn.parent; up !== undefined && !isFunctionNode(up) && !tsc.isStatement(up); up = up.parent) {
      if (!tsc.isCallExpression(up)) continue;
      out.push(up);
      break;
    }
  }
  return out;
}

function same(id: ts.Identifier, node: ts.Node): boolean {
  const binding = resolve(id);
  return binding !== undefined && 'node' in binding && binding.node === node;
}

/** Does an expression hold, or come from, one of the nodes? */
export function comesFrom(
  program: Program,
  node: ts.Node,
  origins: ReadonlySet<ts.Node>,
  depth = 0,
  seen: Set<ts.Node> = new Set(),
): boolean {
  if (depth > DEEPEST) return false;
  let found = false;
  walk(node, inner => {
    if (found) return 'skip';
    if (origins.has(inner)) {
      found = true;
      return 'skip';
    }
    if (!tsc.isIdentifier(inner) || isPropertyName(inner)) return undefined;
    const binding = resolve(inner);
    if (binding === undefined || !('node' in binding) || seen.has(binding.node)) return undefined;
    seen.add(binding.node);
    for (const source of sourcesOf(program, inner)) {
      if (isWithin(node, source) && !origins.has(source)) continue;
      if (comesFrom(program, source, origins, depth + 1, seen)) found = true;
    }
    return undefined;
  });
  return found;
}

function isPropertyName(id: ts.Identifier): boolean {
  const { parent } = id;
  return (tsc.isPropertyAccessExpression(parent) && parent.name === id) || (tsc.isPropertyAssignment(parent) && parent.name === id);
}

/** The places that a value reaches inside its function: itself, and every use of the names it is given. */
export function reaches(program: Program, node: ts.Node, depth = 0, seen: Set<ts.Node> = new Set()): readonly ts.Node[] {
  const out: ts.Node[] = [node];
  if (depth > DEEPEST) return out;
  for (let at = node, up = node.parent; up !== undefined; at = up, up = up.parent) {
    if (tsc.isVariableDeclaration(up) && up.initializer === at) {
      for (const id of namesIn(up.name)) out.push(...usesOf(program, id, up, depth, seen));
      break;
    }
    if (tsc.isBinaryExpression(up) && up.right === at && isAnyAssignment(up.operatorToken.kind)) {
      const target = root(up.left);
      const binding = target === undefined ? undefined : resolve(target);
      if (target !== undefined && binding !== undefined && 'node' in binding)
        out.push(...usesOf(program, target, binding.node, depth, seen));
      break;
    }
    const call = up;
    if (
      tsc.isCallExpression(call) &&
      tsc.isPropertyAccessExpression(call.expression) &&
      call.expression.name.text === 'push' &&
      call.arguments.some(a => a === at)
    ) {
      const target = root(call.expression.expression);
      const binding = target === undefined ? undefined : resolve(target);
      if (target !== undefined && binding !== undefined && 'node' in binding)
        out.push(...usesOf(program, target, binding.node, depth, seen));
    }
    if (isFunctionNode(up) || (tsc.isStatement(up) && !tsc.isExpressionStatement(up))) break;
  }
  return out;
}

function usesOf(program: Program, name: ts.Identifier, declared: ts.Node, depth: number, seen: Set<ts.Node>): readonly ts.Node[] {
  // `clean, valid = scan(text)`: each name of a pattern goes its own way.
  const binding = resolve(name);
  const key = (binding !== undefined && 'element' in binding ? binding.element : undefined) ?? declared;
  if (seen.has(key)) return [];
  seen.add(key);
  return program
    .identifiers(program.unitOf(name), name.text)
    .slice(0, MOST_USES)
    .filter(id => id !== name && !isPropertyName(id) && !isWithin(id, declared) && same(id, declared))
    .flatMap(id => reaches(program, id, depth + 1, seen));
}

function namesIn(name: ts.BindingName): readonly ts.Identifier[] {
  if (tsc.isIdentifier(name)) return [name];
  return name.elements.flatMap(element => (tsc.isOmittedExpression(element) ? [] : namesIn(element.name)));
}

function root(node: ts.Expression): ts.Identifier | undefined {
  let at = node;
  while (tsc.isPropertyAccessExpression(at) || tsc.isElementAccessExpression(at)) at = at.expression;
  return tsc.isIdentifier(at) ? at : undefined;
}

/** Is the node a part of a message that gives the result of a tool to the model? */
export function isToolMessage(node: ts.Node): boolean {
  for (let up: ts.Node | undefined = node.parent; up !== undefined && !isFunctionNode(up) && !tsc.isStatement(up); up = up.parent) {
    if (tsc.isNewExpression(up) && tsc.isIdentifier(up.expression) && up.expression.text === 'ToolMessage') return true;
    if (!tsc.isObjectLiteralExpression(up)) continue;
    for (const property of up.properties) {
      if (!tsc.isPropertyAssignment(property) || !tsc.isStringLiteralLike(property.initializer)) continue;
      const name = propertyName(property);
      const text = property.initializer.text;
      if (name === 'role' && (text === 'tool' || text === 'function')) return true;
      if (name === 'type' && (text === 'tool_result' || text === 'tool-result' || text === 'function_call_output')) return true;
    }
  }
  return false;
}

/** Does a text leave the function in which it was cleaned, or go into something that is kept or called? */
export function goesOn(program: Program, node: ts.Node): boolean {
  return reaches(program, node).some(place => {
    for (let at = place, up = place.parent; up !== undefined; at = up, up = up.parent) {
      if (
        tsc.isReturnStatement(up) ||
        tsc.isYieldExpression(up) ||
        tsc.isPropertyAssignment(up) ||
        tsc.isShorthandPropertyAssignment(up) ||
        tsc.isJsxExpression(up)
      )
        return true;
      if (tsc.isPropertyAccessExpression(up) && up.expression === at && ASKS.has(up.name.text)) return false;
      if (tsc.isCallExpression(up) && up.arguments.some(a => a === at)) {
        const callee = up.expression;
        if (!(tsc.isPropertyAccessExpression(callee) && (callee.name.text === 'test' || callee.name.text === 'exec'))) return true;
      }
      if (tsc.isBinaryExpression(up) && up.right === at && tsc.isPropertyAccessExpression(up.left)) return true;
      if (isFunctionNode(up)) return tsc.isArrowFunction(up) && up.body === at && !tsc.isBlock(at);
      if (tsc.isStatement(up) && !tsc.isExpressionStatement(up)) return false;
    }
    return false;
  });
}
