// Where the value that a test asserts something of comes from: from a call, from something that the code under test can reach, from a
// constant of the agent, or from nothing but the test's own literals, of which any assertion is true forever.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { decoratorsOf } from '../decorators.ts';
import { isPython } from '../dialect.ts';
import type { FunctionNode, Value } from '../evaluator/values.ts';
import { type Unit, walk } from '../program.ts';
import type { Reading } from '../reader.ts';
import { enclosingFunction, isFunctionNode, resolve } from '../scope.ts';
import { isAsync, isMemberName, rootName } from '../syntax.ts';
import { declarationOf } from './heard.ts';
import { isReplaced, isStandIn } from './stand-ins.ts';
import { bound, conditionsAround, isAsserted, isHandedOn, isPlainValue, isUsedInside, settingOf, stripped } from './uses.ts';

/**
 * `call`: what a call gave back. `state`: something that other code may have changed. `static`: a constant or a name of the agent's code.
 * `param`: what a helper was given.
 */
export type Root =
  | { readonly kind: 'call'; readonly node: ts.CallExpression | ts.NewExpression }
  | { readonly kind: 'state' | 'static' | 'param' };

/** Whose parameters are rows of a table, and which. */
export interface Tabled {
  readonly fn: FunctionNode;
  readonly rows: 'all' | ReadonlySet<string>;
}

const MOST = 400;
const MOST_USES = 60;
/** Globals that only compute. */
const PURE =
  /^(?:Math|JSON|Object|Array|String|Number|Boolean|Date|RegExp|Symbol|BigInt|Map|Set|parseInt|parseFloat|isNaN|Promise|structuredClone|Buffer|TextEncoder|TextDecoder|URL|Error|TypeError|encodeURIComponent|decodeURIComponent|range|len|str|int|float|repr|type|sorted|dict|list|tuple|set|bool|min|max|sum|abs|round)$/;
/** What libraries of tests export to describe a value that is expected, and what says nothing about one. */
const DESCRIBES =
  /^(?:any|anything|objectContaining|arrayContaining|stringContaining|stringMatching|closeTo|not|approx|ANY|match|sentinel)$/;
const NOTHING = /^(?:undefined|NaN|Infinity|console|expect|assert|should|pytest|unittest|this|chai|isinstance|AssertionError)$/;
const LISTS = /^(?:forEach|map|flatMap|filter|some|every|find|reduce|each)$/;
const LITERAL = new Set<Value['kind']>(['literal', 'text']);

export class Roots {
  readonly #reading: Reading;
  readonly #unit: Unit;
  readonly #tabled: Tabled | undefined;
  readonly #self: FunctionNode | undefined;

  /** @param self the case, or the helper, whose parameters are meant by `param` */
  constructor(reading: Reading, unit: Unit, self: FunctionNode | undefined, tabled: Tabled | undefined) {
    this.#reading = reading;
    this.#unit = unit;
    this.#self = self;
    this.#tabled = tabled;
  }

  /** What stands behind some expressions. */
  of(subjects: readonly ts.Node[]): readonly Root[] {
    const out: Root[] = [];
    const seen = new Set<ts.Node>();
    const queue: { node: ts.Node; inCall: boolean }[] = subjects.map(node => ({ node, inCall: false }));
    for (let next = queue.pop(); next !== undefined && seen.size < MOST; next = queue.pop()) {
      const { node: top, inCall } = next;
      if (seen.has(top)) continue;
      seen.add(top);
      const more = (node: ts.Node | undefined, within = inCall): void => {
        if (node !== undefined) queue.push({ node, inCall: within });
      };
      // Inside the arguments of a call only other calls are of interest.
      const add = (root: Root): void => {
        if (!inCall || root.kind === 'call') out.push(root);
      };
      walk(top, node => {
        if (tsc.isCallExpression(node) || tsc.isNewExpression(node)) {
          this.#call(node, add, more);
          return 'skip';
        }
        if (node.kind === tsc.SyntaxKind.ThisKeyword) add({ kind: 'state' });
        if (tsc.isIdentifier(node) && !isMemberName(node) && !isDeclared(node)) this.#name(node, add, more);
        return tsc.isTypeNode(node) ? 'skip' : undefined;
      });
    }
    return out;
  }

  #call(
    call: ts.CallExpression | ts.NewExpression,
    add: (root: Root) => unknown,
    more: (node: ts.Node | undefined, inCall?: boolean) => unknown,
  ): unknown {
    const callee = call.expression;
    const root = rootOf(callee);
    const args = call.arguments ?? [];
    const rest = (inCall?: boolean): unknown => args.map(arg => more(arg, inCall));
    // `[...].join()`, `'a'.repeat(3)`: what it is made of.
    if (root === undefined) {
      if (tsc.isPropertyAccessExpression(callee)) more(callee.expression);
      if (isFunctionNode(callee) || tsc.isParenthesizedExpression(callee)) more(callee);
      return rest();
    }
    const binding = resolve(root);
    const plain = tsc.isIdentifier(callee);
    const before = tsc.isPropertyAccessExpression(callee) && !tsc.isIdentifier(callee.expression) ? callee.expression : undefined;
    if (binding === undefined && PURE.test(root.text)) {
      // `String(said).includes('a')`
      more(before);
      return rest();
    }
    const member = tsc.isPropertyAccessExpression(callee) ? callee.name.text : '';
    if (NOTHING.test(root.text) || (binding?.kind === 'import' && DESCRIBES.test(plain ? root.text : member))) return rest();
    if (isStandIn(this.#unit, call)) return undefined;
    if (plain && this.#isStandInItself(root)) return undefined;
    if (
      this.#reading.near.budget.ask(
        () => isReplaced(this.#reading, this.#unit, callee),
        () => false,
      )
    )
      return undefined;
    // A function of the tests themselves: what it gives back may be as constant as a literal.
    const own = this.#ownFunctions(callee);
    if (own.length > 0 && own.every(fn => this.#isHollow(fn))) return rest();
    if (own.length === 0 && isPromiseItself(this.#reading, this.#unit, call)) return undefined;
    if (tsc.isPropertyAccessExpression(callee)) {
      // `said.includes('a')`, `response.json()`
      const holder = declarationOf(root);
      if (holder !== undefined && this.#isLocal(holder)) more(root);
      else if (binding?.kind === 'parameter' || tsc.isCallExpression(callee.expression)) more(callee.expression);
      if (holder !== undefined && isPlainValue(holder) && own.length === 0) return rest();
    }
    if (tsc.isNewExpression(call)) add({ kind: 'state' });
    add({ kind: 'call', node: call });
    return rest(true);
  }

  #isLocal(variable: ts.VariableDeclaration): boolean {
    return enclosingFunction(variable) !== undefined;
  }

  #name(id: ts.Identifier, add: (root: Root) => unknown, more: (node: ts.Node | undefined, inCall?: boolean) => unknown): unknown {
    const binding = resolve(id);
    if (binding === undefined) {
      return NOTHING.test(id.text) || PURE.test(id.text) || add({ kind: 'state' });
    }
    if (binding.kind === 'parameter') return this.#parameter(binding.node, add, more);
    if (binding.kind === 'catch') return more(tryOf(id));
    if (binding.kind === 'import') {
      const values = this.#valuesOf(id);
      const literal =
        values.length > 0 && values.every(value => LITERAL.has(value.kind) || value.kind === 'function' || value.kind === 'class');
      return add({ kind: literal && !isRead(id) ? 'static' : 'state' });
    }
    // What a decorator of the agent's code makes of a function, or a class that one of its classes is above.
    if (binding.kind === 'function') return decoratorsOf(binding.node).length > 0 && add({ kind: 'state' });
    if (binding.kind === 'class') return (binding.node.heritageClauses ?? []).length > 0 && add({ kind: 'state' });
    if (binding.kind !== 'variable') return undefined;
    const { node } = binding;
    const loop = node.parent?.parent;
    if (loop !== undefined && tsc.isForOfStatement(loop)) more(loop.expression);
    else more(node.initializer);
    const { set, changed } = this.#uses(node);
    for (const value of set) more(value);
    return changed && add({ kind: 'state' });
  }

  #parameter(node: ts.ParameterDeclaration, add: (root: Root) => unknown, more: (node: ts.Node | undefined) => unknown): unknown {
    const fn = node.parent;
    const tabled = this.#tabled;
    if (tabled?.fn === fn) {
      const isRow = tabled.rows === 'all' || (tsc.isIdentifier(node.name) && tabled.rows.has(node.name.text));
      return isRow || add({ kind: 'state' });
    }
    if (fn === this.#self) return add({ kind: 'param' });
    // `.then(said => ...)`, `['a'].forEach(text => ...)`: what stands before.
    const call = isFunctionNode(fn) && tsc.isCallExpression(fn.parent) ? fn.parent.expression : undefined;
    if (call !== undefined && tsc.isPropertyAccessExpression(call) && /^(?:then|catch|finally)$/.test(call.name.text))
      more(call.expression);
    else if (call !== undefined && tsc.isPropertyAccessExpression(call) && LISTS.test(call.name.text)) return more(call.expression);
    return add({ kind: 'state' });
  }

  /** What a variable is given besides its first value, and whether other code can change what it holds. */
  #uses(variable: ts.VariableDeclaration): { readonly set: readonly ts.Node[]; readonly changed: boolean } {
    const set: ts.Node[] = [];
    let changed = false;
    const plain = isPlainValue(variable);
    const names = tsc.isIdentifier(variable.name) ? [variable.name] : bound(variable.name);
    const home = enclosingFunction(variable);
    const around = home ?? variable.getSourceFile();
    const uses = names
      .flatMap(name => this.#unit.names.get(name.text) ?? [])
      .filter(id => around.pos <= id.pos && id.end <= around.end && !names.includes(id) && declarationOf(id) === variable);
    for (const id of uses.slice(0, MOST_USES)) {
      const { parent } = id;
      const inner = enclosingFunction(id) !== home;
      const given = settingOf(id);
      if (given !== undefined) {
        set.push(given.right, ...conditionsAround(id));
        changed ||= given.operatorToken.kind !== tsc.SyntaxKind.EqualsToken && inner;
      } else if (
        tsc.isPostfixUnaryExpression(parent) ||
        (tsc.isPrefixUnaryExpression(parent) && parent.operator !== tsc.SyntaxKind.ExclamationToken)
      ) {
        changed ||= inner;
        set.push(...conditionsAround(id));
      } else if (!plain && !changed) changed = !isAsserted(id) && (isHandedOn(id) || (inner && isUsedInside(id, home)));
    }
    return { set, changed };
  }

  #isStandInItself(root: ts.Identifier): boolean {
    const binding = resolve(root);
    if (binding?.kind === 'variable') {
      const made = stripped(binding.node.initializer);
      return made !== undefined && (tsc.isCallExpression(made) || tsc.isNewExpression(made)) && isStandIn(this.#unit, made);
    }
    // `@patch("agent.reply") def test_a(mock): assert mock("") == "x"`
    if (binding?.kind !== 'parameter' || !isPython(root)) return false;
    const fn = binding.node.parent;
    const patches = decoratorsOf(fn).filter(one => /^(?:\w+\.){0,3}patch(?:\.object)?\(/.test(one.getText().slice(0, 80)));
    return fn.parameters.indexOf(binding.node) < patches.length;
  }

  /** The functions of test files that a callee means. */
  #ownFunctions(callee: ts.Expression): readonly FunctionNode[] {
    const { inventory } = this.#reading;
    const found = this.#valuesOf(callee).flatMap(value => (value.kind === 'function' ? [value.node] : []));
    return found.filter(fn => inventory.roleOf(fn.getSourceFile().fileName) === 'test');
  }

  #isHollow(fn: FunctionNode): boolean {
    if (fn.body === undefined || hollows.get(fn) === 'asked') return false;
    const known = hollows.get(fn);
    if (known !== undefined) return known === 'hollow';
    hollows.set(fn, 'asked');
    const unit = this.#reading.ev.program.unitOf(fn);
    const roots = new Roots(this.#reading, unit, fn, undefined).of(returned(fn));
    const hollow = roots.every(root => root.kind === 'param');
    hollows.set(fn, hollow ? 'hollow' : 'full');
    return hollow;
  }

  #valuesOf(node: ts.Expression): readonly Value[] {
    const { near } = this.#reading;
    return near.budget.ask<readonly Value[]>(
      () => near.values(node),
      () => [],
    );
  }
}

const hollows = new WeakMap<FunctionNode, 'asked' | 'hollow' | 'full'>();

/** What a function gives back, and for want of that everything in it. */
function returned(fn: FunctionNode): readonly ts.Node[] {
  if (fn.body === undefined) return [];
  if (!tsc.isBlock(fn.body)) return [fn.body];
  const out: ts.Node[] = [];
  walk(fn.body, node => {
    if (node !== fn && isFunctionNode(node)) return 'skip';
    if (tsc.isReturnStatement(node) && node.expression !== undefined) out.push(node.expression);
    if (tsc.isYieldExpression(node) && node.expression !== undefined) out.push(node.expression);
    return undefined;
  });
  return out.length > 0 ? out : [fn.body];
}

/** The name that a callee of a test begins with; a chain longer than any that a person writes has none. */
export function rootOf(callee: ts.Expression): ts.Identifier | undefined {
  return rootName(callee, 20);
}

function isDeclared(id: ts.Identifier): boolean {
  const { parent } = id;
  return (
    (tsc.isVariableDeclaration(parent) || tsc.isParameter(parent) || tsc.isBindingElement(parent) || isFunctionNode(parent)) &&
    parent.name === id
  );
}

/** Is only a member of a name asked for, or is it called? */
function isRead(id: ts.Identifier): boolean {
  return tsc.isPropertyAccessExpression(id.parent) && id.parent.expression === id;
}

/** The try around the handler that catches an error: it comes from there. */
function tryOf(id: ts.Identifier): ts.Node | undefined {
  for (let up: ts.Node = id; up.parent !== undefined; up = up.parent) if (tsc.isCatchClause(up)) return up.parent.tryBlock;
  return undefined;
}

/** Does a call give a promise that nobody awaits, so that the promise itself is looked at? A promise is always there. */
function isPromiseItself(reading: Reading, unit: Unit, call: ts.CallExpression | ts.NewExpression): boolean {
  const { near } = reading;
  const promises = near.budget.ask(
    () => near.values(call.expression).some(value => value.kind === 'function' && isAsync(value.node)),
    () => false,
  );
  return promises && !isAwaited(unit, call, 2);
}

function isAwaited(unit: Unit, node: ts.Node, hops: number): boolean {
  let at = node;
  for (let steps = 0; steps < 10; steps++) {
    const { parent } = at;
    if (tsc.isParenthesizedExpression(parent)) {
      // In Python brackets stand for what runs a coroutine to its end, but for those of a negation.
      if (isPython(parent) && !tsc.isPrefixUnaryExpression(parent.parent)) return true;
      at = parent;
    } else if (tsc.isAsExpression(parent) || tsc.isNonNullExpression(parent)) at = parent;
    else break;
  }
  const { parent } = at;
  if (tsc.isCallExpression(parent) && parent.expression !== at) {
    const { expression } = parent;
    if (tsc.isPropertyAccessExpression(expression)) return !/^assert(?:True|IsNotNone|Not\w*)$/.test(expression.name.text);
    if (!tsc.isIdentifier(expression) || !/^(?:expect|assert|ok)$/.test(expression.text)) return true;
    return tsc.isPropertyAccessExpression(parent.parent) && /^(?:resolves|rejects|eventually|to)$/.test(parent.parent.name.text);
  }
  if (tsc.isVariableDeclaration(parent) && tsc.isIdentifier(parent.name) && hops > 0) {
    const { name } = parent;
    return (unit.names.get(name.text) ?? []).some(id => id !== name && declarationOf(id) === parent && isAwaited(unit, id, hops - 1));
  }
  return !(
    tsc.isIfStatement(parent) ||
    tsc.isBinaryExpression(parent) ||
    tsc.isPrefixUnaryExpression(parent) ||
    tsc.isExpressionStatement(parent)
  );
}
