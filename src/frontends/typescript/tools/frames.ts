// Small questions about calls on the way that a tool's code is followed: what their parameters are, and what may be a function.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Frame, FunctionNode, Lazy, Value } from '../evaluator/values.ts';
import { isWithin } from '../paths/call-sites.ts';
import type { Reading } from '../reader.ts';
import { enclosingFunction, isFunctionNode, resolve } from '../scope.ts';
import { propertyName, propertyValue, strip } from '../syntax.ts';
import type { Run } from './definition.ts';

const MOST_LIKELY = 6;
/** A name of two words is rarely shared by chance. */
const DISTINCT = /^[a-z]+[A-Z]\w*[a-z]{2}|^\w{12,}$/;

/** Functions by the name that holds them, for receivers that cannot be followed. */
export class LikelyFunctions {
  readonly #reading: Reading;
  #methods: Map<string, FunctionNode[]> | undefined;

  constructor(reading: Reading) {
    this.#reading = reading;
  }

  /** The few functions held under that name in the files that were read, for a receiver that cannot be followed. */
  named(name: string): readonly FunctionNode[] {
    if (!DISTINCT.test(name)) return [];
    this.#methods ??= this.#indexed();
    const found = this.#methods.get(name) ?? [];
    return found.length <= MOST_LIKELY ? found : [];
  }

  #indexed(): Map<string, FunctionNode[]> {
    const out = new Map<string, FunctionNode[]>();
    const { program, files, inventory } = this.#reading;
    for (const file of files) {
      const unit = inventory.roleOf(file) === 'production' ? program.unit(file) : undefined;
      if (unit === undefined) continue;
      for (const [name, ids] of unit.names) {
        if (!DISTINCT.test(name)) continue;
        for (const { parent } of ids) for (const fn of heldBy(parent, name)) out.set(name, [...(out.get(name) ?? []), fn]);
      }
    }
    return out;
  }
}

/** The address inside a request object: `new Request(url)`, `{ url }`. */
export function addressOf(node: ts.Expression): ts.Expression {
  const inner = strip(node);
  if (inner !== undefined && tsc.isNewExpression(inner) && inner.expression.getText() === 'Request') return inner.arguments?.[0] ?? node;
  return node;
}

/** What a dispatcher is handed besides the call: its type says so. */
export function isContext(parameter: ts.ParameterDeclaration): boolean {
  const type = parameter.type;
  if (type === undefined || !tsc.isTypeReferenceNode(type)) return false;
  return /(?:Context|Config|Runtime|Session|Client|Service|Env|Repository)$/.test(type.typeName.getText());
}

/** A parameter of a Python tool that its framework fills in, and not the model. */
export function isGivenByFramework(parameter: ts.ParameterDeclaration): boolean {
  const parts = parameter.type === undefined ? [] : tsc.isParenthesizedTypeNode(parameter.type) ? [parameter.type.type] : [parameter.type];
  const [type] = parts.flatMap(part => (tsc.isIntersectionTypeNode(part) ? part.types.slice(-1) : [part]));
  if (type !== undefined && tsc.isTypeReferenceNode(type)) {
    const name = type.typeName.getText();
    return /(?:Context|ContextWrapper|Config|Runtime|Session|Client|Request|Store|Manager\w*|Deps)$/.test(
      name.slice(name.lastIndexOf('.') + 1),
    );
  }
  if (type !== undefined && (type.kind === tsc.SyntaxKind.StringKeyword || type.kind === tsc.SyntaxKind.NumberKeyword)) return false;
  return (
    tsc.isIdentifier(parameter.name) &&
    /^(?:ctx|run_context|tool_context|run_manager|runtime|callbacks|tool_call_id)$/.test(parameter.name.text)
  );
}

/** A method, or a function that is a property of an object or class. */
function heldBy(parent: ts.Node, name: string): readonly FunctionNode[] {
  if (tsc.isMethodDeclaration(parent)) return parent.body !== undefined && propertyName(parent) === name ? [parent] : [];
  if (!tsc.isPropertyAssignment(parent) && !tsc.isPropertyDeclaration(parent)) return [];
  const { initializer } = parent;
  if (propertyName(parent) !== name || initializer === undefined) return [];
  return tsc.isArrowFunction(initializer) || tsc.isFunctionExpression(initializer) ? [initializer] : [];
}

/** The frame in which a tool's own function runs: what the model gives is in nobody's code. */
export function startOf(run: Run): Frame {
  const params = new Map<ts.ParameterDeclaration, readonly Lazy[]>();
  if (isFunctionNode(run.node)) for (const p of run.node.parameters.slice(0, 1)) params.set(p, []);
  return { params, self: run.self, depth: 0 };
}

/** The frame of a function that is called with these arguments. */
export function frameOf(
  fn: FunctionNode,
  args: readonly ts.Expression[],
  caller: Frame,
  self: Value | undefined,
  outer: Frame | undefined,
): Frame {
  const params = new Map<ts.ParameterDeclaration, readonly Lazy[]>(outer?.params);
  const spread = args.findIndex(arg => tsc.isSpreadElement(arg));
  fn.parameters.forEach((parameter, i) => {
    if (parameter.dotDotDotToken !== undefined || (spread !== -1 && i >= spread)) return;
    const arg = args[i];
    params.set(parameter, arg === undefined ? [] : [{ node: arg, frame: caller }]);
  });
  return { params, self, depth: Math.min(caller.depth + 1, 5) };
}

/** What an expression begins with: `a` of `(await a.b(c)).d`. */
function rootsOf(node: ts.Expression): readonly ts.Expression[] {
  const out: ts.Expression[] = [];
  const open: ts.Expression[] = [node];
  for (let root = open.pop(); root !== undefined && out.length < 8; root = open.pop()) {
    if (tsc.isBinaryExpression(root)) open.push(root.left, root.right);
    else if (tsc.isConditionalExpression(root)) open.push(root.whenTrue, root.whenFalse);
    else if (
      tsc.isPropertyAccessExpression(root) ||
      tsc.isElementAccessExpression(root) ||
      tsc.isCallExpression(root) ||
      tsc.isParenthesizedExpression(root) ||
      tsc.isAwaitExpression(root) ||
      tsc.isNonNullExpression(root) ||
      tsc.isAsExpression(root)
    )
      open.push(root.expression);
    else out.push(root);
  }
  return out;
}

/** Does what is called depend on who called the function? Everything else is the same in every frame, and known already. */
export function needsFrame(callee: ts.Expression, frame: Frame): boolean {
  return rootsOf(callee).some(root => {
    if (root.kind === tsc.SyntaxKind.ThisKeyword || root.kind === tsc.SyntaxKind.SuperKeyword) return frame.self !== undefined;
    if (!tsc.isIdentifier(root)) return false;
    const binding = resolve(root);
    if (binding?.kind === 'parameter') return true;
    // A variable of the function itself may hold what a parameter brought; one that is made of an import does not.
    return binding?.kind === 'variable' && enclosingFunction(binding.node) !== undefined;
  });
}

/**
 * Does an expression come from a parameter that no frame tells of, and whose callers are worth looking for: one of a function around the
 * tool, or of a named function inside its code? Who calls a method of an object inside it is asked of half a program, and tells little.
 * @param around the functions that the tool stands in
 */
export function isGivenOutside(node: ts.Expression, frame: Frame | undefined, body: ts.Node, around: ReadonlySet<ts.Node>): boolean {
  return comesFrom(node, frame, new Set(), parameter => {
    const owner = parameter.parent;
    return around.has(owner) || isWithin(body, owner) || tsc.isFunctionDeclaration(owner) || tsc.isVariableDeclaration(owner.parent);
  });
}

/** Does an expression begin with such a parameter, handed on by one call to the next? */
function comesFrom(
  node: ts.Expression,
  frame: Frame | undefined,
  seen: Set<ts.Node>,
  asked: (parameter: ts.ParameterDeclaration) => boolean,
): boolean {
  if (seen.has(node)) return false;
  seen.add(node);
  return rootsOf(node).some(root => {
    const binding = tsc.isIdentifier(root) ? resolve(root) : undefined;
    // `const schedules = options.scheduleManager`
    if (binding?.kind === 'variable' && isConstant(binding.node) && binding.node.initializer !== undefined)
      return comesFrom(binding.node.initializer, frame, seen, asked);
    if (binding?.kind !== 'parameter') return false;
    const given = frame?.params.get(binding.node);
    if (given === undefined) return asked(binding.node);
    return given.some(lazy => partsOf(lazy.node, binding.element).some(part => comesFrom(part, lazy.frame, seen, asked)));
  });
}

function isConstant(declaration: ts.VariableDeclaration): boolean {
  return (declaration.parent.flags & tsc.NodeFlags.Const) !== 0;
}

/** What a parameter, or the part of it that a pattern takes out, is given by an argument. */
function partsOf(arg: ts.Expression, element: ts.BindingElement | undefined): readonly ts.Expression[] {
  const object = strip(arg);
  if (element === undefined || object === undefined || !tsc.isObjectLiteralExpression(object)) return [arg];
  const key = element.propertyName ?? element.name;
  const value = propertyValue(object.properties.find(p => tsc.isIdentifier(key) && propertyName(p) === key.text));
  return value === undefined ? [] : [value];
}

/** Does a call go to something that another module hands out? */
export function isImported(callee: ts.Expression): boolean {
  let root: ts.Expression = callee;
  while (tsc.isPropertyAccessExpression(root) || tsc.isCallExpression(root) || tsc.isNonNullExpression(root)) root = root.expression;
  return tsc.isIdentifier(root) && resolve(root)?.kind === 'import';
}

/** May a name stand for a function? Asked before anything is evaluated: most arguments are texts. */
export function mayBeFunction(name: ts.Identifier, frame: Frame): boolean {
  const binding = resolve(name);
  if (binding?.kind === 'function' || binding?.kind === 'import') return true;
  if (binding?.kind === 'parameter')
    return frame.params.has(binding.node) && (binding.node.type === undefined || !tsc.isToken(binding.node.type));
  if (binding?.kind !== 'variable' || binding.element !== undefined) return false;
  const made = strip(binding.node.initializer);
  return (
    made !== undefined &&
    (tsc.isArrowFunction(made) || tsc.isFunctionExpression(made) || (tsc.isIdentifier(made) && resolve(made)?.kind !== 'variable'))
  );
}

/** `resolve(result)` inside `new Promise((resolve, reject) => ...)`. */
export function isSettling(callee: ts.Expression): boolean {
  const binding = tsc.isIdentifier(callee) ? resolve(callee) : undefined;
  if (binding?.kind !== 'parameter') return false;
  const made = binding.node.parent.parent;
  return tsc.isNewExpression(made) && tsc.isIdentifier(made.expression) && made.expression.text === 'Promise';
}
