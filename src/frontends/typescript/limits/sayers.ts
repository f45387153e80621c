// Functions that give what a model said, and nothing else: they lead to a model call, and neither they nor what they call read anything
// from elsewhere. What comes of them is as long as the call allows, however it is put together from a stream.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { PLAIN_METHODS } from '../effects/harmless.ts';
import { PYTHON_METHODS } from '../effects/python.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import type { FunctionNode, Value } from '../evaluator/values.ts';
import { walk } from '../program.ts';
import type { Reading } from '../reader.ts';
import { isFunctionNode, resolve } from '../scope.ts';
import { chainRoot, isAssignment, strip } from '../syntax.ts';
import { importedVariable } from './imported.ts';
import { NO_ENV, originOf } from './trace.ts';

const MOST_FUNCTIONS = 80;
/** Parts of the languages that bring nothing into the program. */
const COMPUTES =
  /^(?:py:(?:abc|array|ast|asyncio|base64|bisect|builtins|calendar|collections|concurrent|contextlib|contextvars|copy|dataclasses|datetime|decimal|email|enum|errno|functools|gc|hashlib|heapq|hmac|html|inspect|itertools|json|logging|math|numbers|operator|queue|random|re|secrets|statistics|string|struct|threading|time|timeit|traceback|types|typing|unicodedata|uuid|warnings|weakref|zlib|gzip|pydantic|tenacity|backoff|structlog|loguru|tiktoken)|(?:node:)?(?:crypto|util|events|timers|timers\/promises|buffer|perf_hooks|async_hooks)|zod|pino|winston|p-retry|p-limit)$/;
/** Globals that do. */
const READS = /^(?:fetch|XMLHttpRequest|WebSocket|require|open|prompt|process|Bun|Deno|localStorage|sessionStorage|document|window)$/;
const GROWS = /^(?:push|unshift|splice|add|set|append|appendleft|extend|insert|setdefault|update|concat)$/;

export class Sayers {
  /** The model calls. */
  readonly calls: ReadonlySet<ts.Node>;
  readonly #ev: Evaluator;
  readonly #reading: Reading;
  readonly #known = new Map<FunctionNode, boolean>();

  constructor(reading: Reading, calls: ReadonlySet<ts.Node>) {
    this.#reading = reading;
    this.#ev = reading.ev;
    this.calls = calls;
  }

  /** Does a call give what a model said, and nothing else? */
  says(call: ts.CallExpression): boolean {
    if (this.calls.has(call)) return true;
    return this.#ev.budget.ask(
      () => {
        const values = this.#ev.values(call.expression);
        return values.length > 0 && values.every(v => v.kind === 'function' && this.#isSayer(v.node));
      },
      () => false,
    );
  }

  #isSayer(fn: FunctionNode): boolean {
    const known = this.#known.get(fn);
    if (known !== undefined) return known;
    this.#known.set(fn, false);
    const says = this.#reading.paths.leads.has(fn) && !this.#handsBack(fn) && new Closure(this.#ev, this.calls).isShut(fn);
    this.#known.set(fn, says);
    return says;
  }

  /** Is something that the function was given a part of its result? */
  #handsBack(fn: FunctionNode): boolean {
    return this.#ev.returnsOf(fn).some(returned => {
      const { leaves } = originOf(this.#ev, returned, NO_ENV, 'here');
      return leaves.some(({ node }) => {
        const parts = tsc.isNewExpression(node) || tsc.isObjectLiteralExpression(node) || tsc.isArrayLiteralExpression(node);
        return isParameterOf(node, fn) || (parts && this.#holdsParameter(node, fn));
      });
    });
  }

  /** `Answer(message, usage)`, `{ text, history }`: an object that is made of parts. */
  #holdsParameter(whole: ts.Node, fn: FunctionNode): boolean {
    let found = false;
    walk(whole, node => {
      if (found || isFunctionNode(node)) return 'skip';
      // What a call makes of it is another thing: a count, a price.
      if (tsc.isCallExpression(node)) return 'skip';
      if (!tsc.isIdentifier(node)) return undefined;
      if (originOf(this.#ev, node, NO_ENV, 'here').leaves.some(leaf => isParameterOf(leaf.node, fn))) found = true;
      return undefined;
    });
    return found;
  }
}

function isParameterOf(node: ts.Node, fn: FunctionNode): boolean {
  const binding = tsc.isIdentifier(node) ? resolve(node) : undefined;
  return binding?.kind === 'parameter' && binding.node.parent === fn;
}

/** Everything that a function runs. */
class Closure {
  readonly #ev: Evaluator;
  readonly #calls: ReadonlySet<ts.Node>;
  readonly #seen = new Set<ts.Node>();
  readonly #open = new Set<ts.Node>();
  readonly #keeping = new Set<ts.Node>();
  readonly #idle = new Set<ts.Node>();
  /** Classes whose objects are made on the way: what they keep, they keep for one call. */
  readonly #made = new Set<ts.Node>();
  readonly #fields: ts.PropertyAccessExpression[] = [];
  #clients: ReadonlySet<string> | undefined;

  constructor(ev: Evaluator, calls: ReadonlySet<ts.Node>) {
    this.#ev = ev;
    this.#calls = calls;
  }

  /** Does nothing come in but what the model says? */
  isShut(fn: FunctionNode): boolean {
    return this.#isShut(fn) && this.#fields.every(field => this.#isOfCall(field));
  }

  #isShut(fn: FunctionNode): boolean {
    if (this.#seen.has(fn)) return !this.#open.has(fn);
    this.#seen.add(fn);
    if (this.#seen.size > MOST_FUNCTIONS || fn.body === undefined) return false;
    let shut = true;
    walk(fn.body, node => {
      this.#ev.budget.step();
      if (!shut || tsc.isTypeNode(node)) return 'skip';
      if (tsc.isCallExpression(node) || tsc.isNewExpression(node)) shut = this.#isShutCall(node);
      else if (tsc.isIdentifier(node)) shut = !this.#isStore(node);
      else if (tsc.isPropertyAccessExpression(node) && node.expression.kind === tsc.SyntaxKind.ThisKeyword && !isCallee(node))
        this.#fields.push(node);
      return undefined;
    });
    if (!shut) this.#open.add(fn);
    return shut;
  }

  #isShutCall(node: ts.CallExpression | ts.NewExpression): boolean {
    if (this.#calls.has(node)) return true;
    const values = this.#ev.values(node.expression);
    if (values.length === 0) return this.#isShutUnknown(node);
    return values.every(value => this.#isShutValue(value, node));
  }

  #isShutValue(value: Value, node: ts.CallExpression | ts.NewExpression): boolean {
    if (value.kind === 'function') return this.#isShut(value.node) || (!isUsed(node) && this.#leavesNothing(value.node));
    if (value.kind === 'class') {
      this.#made.add(value.node);
      const maker = value.node.members.find(tsc.isConstructorDeclaration);
      return maker === undefined || this.#isShut(maker);
    }
    if (value.kind === 'foreign') {
      if (value.steps.some(step => step.kind !== 'member' && this.#calls.has(step.node))) return true;
      const [first] = value.steps;
      if (value.package !== '') return COMPUTES.test(value.package) || this.#isMadeFor(value, node);
      return !(first?.kind === 'member' && READS.test(first.name));
    }
    return value.kind === 'literal' || value.kind === 'text' || this.#isShutUnknown(node);
  }

  /** Does a function that only decides keep nothing of what it reads? */
  #leavesNothing(fn: FunctionNode): boolean {
    if (this.#idle.has(fn)) return !this.#keeping.has(fn);
    this.#idle.add(fn);
    if (this.#idle.size > MOST_FUNCTIONS || fn.body === undefined) return false;
    let keeps = false;
    walk(fn.body, node => {
      this.#ev.budget.step();
      if (keeps || tsc.isTypeNode(node)) return 'skip';
      if (tsc.isBinaryExpression(node) && !isLocal(node.left) && isChange(node.operatorToken.kind)) keeps = true;
      if (!tsc.isCallExpression(node)) return undefined;
      const callee = node.expression;
      if (tsc.isPropertyAccessExpression(callee) && GROWS.test(callee.name.text)) keeps = true;
      keeps ||= this.#ev.values(callee).some(v => v.kind === 'function' && !this.#leavesNothing(v.node));
      return undefined;
    });
    if (keeps) this.#keeping.add(fn);
    return !keeps;
  }

  /** Making the client of a model call, its request or one of its exceptions. */
  #isMadeFor({ package: name, steps }: Extract<Value, { kind: 'foreign' }>, node: ts.Node): boolean {
    const makes =
      tsc.isNewExpression(node) || steps.some(step => step.kind === 'member' && /^(?:parse|with_options|withOptions)$/.test(step.name));
    return makes && this.#packages().has(name);
  }

  #packages(): ReadonlySet<string> {
    this.#clients ??= new Set(
      [...this.#calls].flatMap(call =>
        tsc.isCallExpression(call) ? this.#ev.values(call.expression).flatMap(v => (v.kind === 'foreign' ? [v.package] : [])) : [],
      ),
    );
    return this.#clients;
  }

  /** A call of something that is not seen brings nothing in when nobody looks at what it gives, or when only values have such a method. */
  #isShutUnknown(node: ts.CallExpression | ts.NewExpression): boolean {
    if (!isUsed(node)) return true;
    const callee = strip(node.expression);
    if (callee === undefined || !tsc.isPropertyAccessExpression(callee)) return false;
    if (PLAIN_METHODS.has(callee.name.text) || PYTHON_METHODS.has(callee.name.text))
      return !/^(?:get|json|stat|select)/.test(callee.name.text);
    if (callee.name.text === 'at' || isPattern(callee.expression)) return true;
    const root = chainRoot(callee);
    // What a failed request brought: `error.read()`.
    return tsc.isIdentifier(root) && resolve(root)?.kind === 'catch';
  }

  /** A list or a table of the whole program that something is put into. */
  #isStore(id: ts.Identifier): boolean {
    const binding = resolve(id);
    const declaration =
      binding?.kind === 'import' ? importedVariable(this.#ev, id) : binding?.kind === 'variable' ? binding.node : undefined;
    if (declaration === undefined || !tsc.isSourceFile(declaration.parent.parent.parent) || !tsc.isIdentifier(declaration.name))
      return false;
    const made = strip(declaration.initializer);
    if (made === undefined || !holdsMany(made) || isOnlyAsked(id)) return false;
    return this.#ev.program.identifiers(this.#ev.program.unitOf(declaration), declaration.name.text).some(isFilled);
  }

  /** Is a field of an object that lives only as long as the call, or one that never grows? */
  #isOfCall(field: ts.PropertyAccessExpression): boolean {
    let owner: ts.Node = field;
    while (owner !== undefined && !tsc.isClassLike(owner)) owner = owner.parent;
    if (owner === undefined || this.#made.has(owner)) return true;
    let grows = false;
    walk(owner, node => {
      if (grows) return 'skip';
      if (
        tsc.isPropertyAccessExpression(node) &&
        node.expression.kind === tsc.SyntaxKind.ThisKeyword &&
        node.name.text === field.name.text &&
        isFilled(node)
      )
        grows = true;
      return undefined;
    });
    return !grows;
  }
}

function isChange(kind: ts.SyntaxKind): boolean {
  return isAssignment(kind) || kind === tsc.SyntaxKind.PlusEqualsToken;
}

/** `name`, `[first, second]` */
function isLocal(target: ts.Expression): boolean {
  return tsc.isArrayLiteralExpression(target) ? target.elements.every(tsc.isIdentifier) : tsc.isIdentifier(target);
}

/** `/x/.exec(text)` */
function isPattern(node: ts.Expression): boolean {
  const inner = strip(node) ?? node;
  if (tsc.isRegularExpressionLiteral(inner)) return true;
  const binding = tsc.isIdentifier(inner) ? resolve(inner) : undefined;
  const made = binding?.kind === 'variable' ? strip(binding.node.initializer) : undefined;
  return made !== undefined && tsc.isRegularExpressionLiteral(made);
}

function isCallee(node: ts.Node): boolean {
  return tsc.isCallExpression(node.parent) && node.parent.expression === node;
}

/** `[]`, `{}`, `new Map()`, `deque()` */
function holdsMany(node: ts.Expression): boolean {
  if (tsc.isArrayLiteralExpression(node) || tsc.isObjectLiteralExpression(node)) return true;
  if (!tsc.isNewExpression(node) && !tsc.isCallExpression(node)) return false;
  return /^(?:Map|WeakMap|Set|Array|OrderedDict|dict|list|set|deque|defaultdict)$/i.test(
    tsc.isPropertyAccessExpression(node.expression) ? node.expression.name.text : node.expression.getText().slice(0, 40),
  );
}

/** Is something put into what an expression stands for? */
function isFilled(node: ts.Node): boolean {
  const { parent } = node;
  if (tsc.isBinaryExpression(parent) && parent.left === node)
    return parent.operatorToken.kind === tsc.SyntaxKind.PlusEqualsToken || (isAssignment(parent.operatorToken.kind) && isOfItself(parent));
  if (tsc.isPropertyAccessExpression(parent) && parent.expression === node) return GROWS.test(parent.name.text) && isCallee(parent);
  if (!tsc.isElementAccessExpression(parent) || parent.expression !== node) return false;
  const assigned = parent.parent;
  if (tsc.isBinaryExpression(assigned) && assigned.left === parent) return true;
  return tsc.isPropertyAccessExpression(assigned) && GROWS.test(assigned.name.text);
}

function isOfItself(assignment: ts.BinaryExpression): boolean {
  return assignment.right.getText().includes(assignment.left.getText());
}

/** `if (TABLE.size > 3)`: nothing of it goes on. */
function isOnlyAsked(id: ts.Identifier): boolean {
  return tsc.isPropertyAccessExpression(id.parent) && /^(?:length|size|has|includes)$/.test(id.parent.name.text);
}

/** Does somebody look at what a call gives, other than to decide? */
function isUsed(node: ts.Node): boolean {
  let at = node;
  for (let deep = 0; deep < 20; deep++) {
    const up = at.parent;
    if (tsc.isExpressionStatement(up)) return false;
    if ((tsc.isIfStatement(up) || tsc.isWhileStatement(up)) && up.expression === at) return false;
    if (tsc.isConditionalExpression(up) && up.condition === at) return false;
    const logic =
      tsc.isPrefixUnaryExpression(up) ||
      tsc.isParenthesizedExpression(up) ||
      tsc.isAwaitExpression(up) ||
      (tsc.isBinaryExpression(up) && /^(?:&&|\|\||[!=]==?|[<>]=?)$/.test(up.operatorToken.getText()));
    if (!logic) return true;
    at = up;
  }
  return true;
}
