// Ids of requests: where one is made, whether a context keeps it, and whether a logger reads that context.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { usesOfVariable } from '../evaluator/variable-uses.ts';
import { callersOnWay } from '../paths/downward.ts';
import { walk } from '../program.ts';
import type { Reading } from '../reader.ts';
import { CONTEXT_PACKAGES, ID_HEADERS, ID_MAKERS } from '../readers/log-libraries.ts';
import { enclosingFunction, isFunctionNode, resolve } from '../scope.ts';
import { strip } from '../syntax.ts';

/** Names of ids that live longer than a request. */
const OLDER = /session|conversation|thread|chat|user|message|file|path/i;
const DEEPEST = 6;
/** The middleware without which the context of a package stays empty. */
const MIDDLEWARE: Readonly<Record<string, string>> = { 'py:asgi_correlation_id': 'CorrelationIdMiddleware' };
const TRACERS = new Set(['@opentelemetry/api', 'py:opentelemetry']);

export class RequestIds {
  readonly #reading: Reading;
  readonly #ev: Evaluator;
  readonly #stores = new Map<ts.Node, boolean>();
  readonly #fresh = new Map<ts.Node, boolean>();

  constructor(reading: Reading) {
    this.#reading = reading;
    this.#ev = reading.near;
  }

  /** Is the value an id that is made, or comes in, with each request? One that is kept for the whole process is not. */
  isFresh(node: ts.Expression | undefined, depth = 0): boolean {
    this.#ev.budget.step();
    const inner = strip(node);
    if (inner === undefined || depth > DEEPEST) return false;
    // `body.sessionId ?? randomUUID()` may be older than the request.
    if (tsc.isBinaryExpression(inner)) return this.isFresh(inner.left, depth + 1) && this.isFresh(inner.right, depth + 1);
    if (tsc.isConditionalExpression(inner)) return this.isFresh(inner.whenTrue, depth + 1) && this.isFresh(inner.whenFalse, depth + 1);
    // A path that ends in an id is a path.
    if (tsc.isTemplateExpression(inner) && /[./]/.test(inner.head.text + inner.templateSpans.map(s => s.literal.text).join('')))
      return false;
    if (tsc.isTemplateExpression(inner)) return inner.templateSpans.some(s => this.isFresh(s.expression, depth + 1));
    if (tsc.isIdentifier(inner)) return this.#ofName(inner, depth);
    if (tsc.isElementAccessExpression(inner)) {
      const key = inner.argumentExpression;
      if (tsc.isStringLiteralLike(key)) return ID_HEADERS.test(key.text);
      return this.#ev.values(key).some(v => v.kind === 'literal' && typeof v.value === 'string' && ID_HEADERS.test(v.value));
    }
    if (tsc.isPropertyAccessExpression(inner)) return this.#ofMember(inner, depth);
    if (!tsc.isCallExpression(inner) || enclosingFunction(inner) === undefined) return false;
    const first = inner.arguments[0];
    const callee = inner.expression;
    // `headers.get('x-request-id')`, `req.header('x-request-id')`
    if (first !== undefined && tsc.isStringLiteralLike(first) && ID_HEADERS.test(first.text)) return true;
    if (tsc.isPropertyAccessExpression(callee) && /^(?:slice|substring|toString|replace|replaceAll)$/.test(callee.name.text))
      return this.isFresh(callee.expression, depth + 1);
    if (tsc.isIdentifier(callee) && callee.text === 'String' && first !== undefined) return this.isFresh(first, depth + 1);
    return this.#reading.near.values(callee).some(value => {
      if (value.kind === 'foreign') {
        if (value.package === '') return value.steps.some(s => s.kind === 'member' && s.name === 'randomUUID');
        return ID_MAKERS.has(value.package) && !value.steps.some(s => s.kind === 'member' && s.name.startsWith('createH'));
      }
      return value.kind === 'function' && this.#ev.returnsOf(value.node).some(r => this.isFresh(r, depth + 2));
    });
  }

  #ofName(id: ts.Identifier, depth: number): boolean {
    const binding = resolve(id);
    if (binding === undefined || !('node' in binding)) return false;
    const known = this.#fresh.get(binding.node);
    if (known !== undefined) return known;
    this.#fresh.set(binding.node, false);
    const fresh = this.#bound(binding, depth);
    this.#fresh.set(binding.node, fresh);
    return fresh;
  }

  #bound(binding: NonNullable<ReturnType<typeof resolve>>, depth: number): boolean {
    // A variable of the module is one for everybody: requests that overlap mix their ids.
    if (binding.kind === 'variable') {
      const { node, element } = binding;
      if (enclosingFunction(node) === undefined) return false;
      if (element === undefined) return this.isFresh(node.initializer, depth + 1);
      // `const { traceId } = span.spanContext()`
      const key = element.propertyName ?? element.name;
      const made = strip(node.initializer);
      return made !== undefined && element.parent === node.name && tsc.isIdentifier(key) && this.#isMember(made, key.text, depth);
    }
    if (binding.kind !== 'parameter' || binding.element !== undefined) return false;
    const fn = binding.node.parent;
    if (!isFunctionNode(fn) || depth > 3) return false;
    const index = fn.parameters.indexOf(binding.node);
    const callers = callersOnWay(this.#reading, fn).slice(0, 5);
    return callers.length > 0 && callers.every(call => this.isFresh(call.arguments?.[index], depth + 2));
  }

  /** `context.awsRequestId`, `span.spanContext().traceId`, and `req.id` where the framework makes it. */
  #ofMember(node: ts.PropertyAccessExpression, depth: number): boolean {
    return this.#isMember(node.expression, node.name.text, depth);
  }

  #isMember(owner: ts.Expression, name: string, depth: number): boolean {
    if (name === 'awsRequestId' || name === 'invocationId' || name === 'aws_request_id') return true;
    // `uuid4().hex`, `span.get_span_context().trace_id`
    if (name === 'hex') return this.isFresh(owner, depth + 1);
    if (name === 'trace_id') return this.#isSpanContext(owner, depth);
    if (name === 'traceId' && tsc.isCallExpression(owner))
      return tsc.isPropertyAccessExpression(owner.expression) && owner.expression.name.text === 'spanContext';
    if (name === 'id' && tsc.isIdentifier(owner)) {
      const binding = resolve(owner);
      const file = owner.getSourceFile().fileName;
      const makes = ['fastify', 'pino-http', 'express-request-id', 'hono'].some(
        p => this.#reading.program.unitOf(owner).imports.size > 0 && this.#imports(file, p),
      );
      return binding?.kind === 'parameter' && makes;
    }
    // `store.traceId` of a variable that holds a fresh object.
    const base = strip(owner);
    if (base === undefined || !tsc.isIdentifier(base)) return false;
    const binding = resolve(base);
    const object = binding?.kind === 'variable' ? strip(binding.node.initializer) : undefined;
    if (object === undefined || !tsc.isObjectLiteralExpression(object) || enclosingFunction(object) === undefined) return false;
    return object.properties.some(p => tsc.isPropertyAssignment(p) && p.name.getText() === name && this.isFresh(p.initializer, depth + 1));
  }

  /** `span.get_span_context()`, also by way of a variable. */
  #isSpanContext(owner: ts.Expression, depth: number): boolean {
    const inner = strip(owner);
    if (inner === undefined || depth > DEEPEST) return false;
    if (tsc.isCallExpression(inner))
      return tsc.isPropertyAccessExpression(inner.expression) && inner.expression.name.text === 'get_span_context';
    const binding = tsc.isIdentifier(inner) ? resolve(inner) : undefined;
    return (
      binding?.kind === 'variable' && binding.node.initializer !== undefined && this.#isSpanContext(binding.node.initializer, depth + 1)
    );
  }

  #imports(file: string, name: string): boolean {
    return [...(this.#reading.program.unit(file)?.imports.values() ?? [])].some(i => i.specifier === name);
  }

  /** Is there a fresh id anywhere inside an argument: a field of an object, an entry of a Map? */
  holdsFresh(root: ts.Node | undefined): boolean {
    if (root === undefined) return false;
    let found = false;
    walk(root, node => {
      if (found) return 'skip';
      // An id of something that outlives the request may be made in one.
      if (tsc.isObjectLiteralElementLike(node) && OLDER.test(node.name?.getText() ?? '')) return 'skip';
      if (tsc.isPropertyAssignment(node) && this.isFresh(node.initializer)) found = true;
      else if (tsc.isShorthandPropertyAssignment(node) && this.isFresh(node.name)) found = true;
      else if (tsc.isTemplateSpan(node) && this.isFresh(node.expression)) found = true;
      else if (tsc.isArrayLiteralExpression(node) && node.elements.some(e => this.isFresh(e))) found = true;
      return isFunctionNode(node) && node !== root ? 'skip' : undefined;
    });
    if (found) return true;
    const whole = strip(root as ts.Expression);
    if (whole !== undefined && tsc.isIdentifier(whole)) {
      const binding = resolve(whole);
      if (this.isFresh(whole) || this.#isMadeFresh(whole)) return true;
      if (binding?.kind === 'variable' && binding.node.initializer !== undefined && enclosingFunction(binding.node) !== undefined)
        return tsc.isObjectLiteralExpression(binding.node.initializer) && this.holdsFresh(binding.node.initializer);
    }
    return false;
  }

  /**
   * An object that some branch makes with a fresh id, and each other one with the id of something above or of the caller:
   * `span = Span(name, above.trace_id) if above else Span(name, token_hex(16))`.
   */
  #isMadeFresh(id: ts.Identifier): boolean {
    const binding = resolve(id);
    const around = binding?.kind === 'variable' && binding.element === undefined ? enclosingFunction(binding.node) : undefined;
    if (around === undefined || binding?.kind !== 'variable') return false;
    const made = [binding.node.initializer, ...assignmentsIn(around, binding.node, id.text)].flatMap(value => leavesOf(value));
    const lists = made.flatMap(one => (tsc.isNewExpression(one) ? [one.arguments ?? []] : []));
    if (made.length === 0 || lists.length < made.length) return false;
    const longest = Math.max(...lists.map(list => list.length));
    for (let at = 0; at < longest; at++) {
      const args = lists.map(list => list[at]);
      if (!args.some(arg => this.isFresh(arg))) continue;
      if (args.every(arg => arg !== undefined && !OLDER.test(arg.getText().slice(0, 200)))) return true;
    }
    return false;
  }

  /** Does code read a context that is filled with a fresh id for each request? */
  readsContext(root: ts.Node | undefined, depth = 0): boolean {
    if (root === undefined || depth > 3) return false;
    let found = false;
    walk(root, node => {
      if (found) return 'skip';
      this.#ev.budget.step();
      if (tsc.isCallExpression(node)) {
        const callee = node.expression;
        if (tsc.isPropertyAccessExpression(callee) && callee.name.text === 'getStore') found = this.#isFilled(callee.expression);
        else if (tsc.isPropertyAccessExpression(callee) && /^(?:getActiveSpan|getSpan|get_current_span|id|get)$/.test(callee.name.text)) {
          found = this.#ev
            .values(callee.expression)
            .some(v => v.kind === 'foreign' && ((CONTEXT_PACKAGES.has(v.package) && this.isEntered(v.package)) || TRACERS.has(v.package)));
          if (!found && callee.name.text === 'get') found = this.#isFilled(callee.expression);
        }
        if (!found && tsc.isIdentifier(callee))
          for (const v of this.#ev.values(callee))
            if (v.kind === 'function' && v.node.body !== undefined) found ||= this.readsContext(v.node.body, depth + 1);
      } else if (tsc.isIdentifier(node) && depth < 2) {
        // `mixin: addTrace`, `format.combine(withTrace(), ...)`
        const binding = resolve(node);
        if (binding?.kind === 'function' && binding.node.body !== undefined && !inside(node, binding.node))
          found = this.readsContext(binding.node.body, depth + 1);
        else if (binding?.kind === 'variable' && binding.node.initializer !== undefined && !inside(node, binding.node))
          found = this.readsContext(binding.node.initializer, depth + 1);
      }
      return undefined;
    });
    return found;
  }

  /** Is the middleware that fills the context of a package used anywhere in production? */
  isEntered(name: string): boolean {
    const middleware = MIDDLEWARE[name];
    if (middleware === undefined) return true;
    const { sources, inventory, index, program } = this.#reading;
    return sources.some(
      file =>
        inventory.roleOf(file) === 'production' &&
        index.namedBy(file).includes(name) &&
        (program.unit(file)?.names.get(middleware) ?? []).some(
          id => !tsc.isImportSpecifier(id.parent) && !tsc.isExportSpecifier(id.parent),
        ),
    );
  }

  /** Is the AsyncLocalStorage entered, on the way of a request, with a fresh id? */
  #isFilled(storage: ts.Expression): boolean {
    for (const value of this.#ev.values(storage)) {
      if (value.kind !== 'foreign' || !/(?:^|:)(?:async_hooks|contextvars)$/.test(value.package)) continue;
      const made = value.steps.find(s => s.kind === 'new');
      if (made === undefined || made.kind === 'member') continue;
      const known = this.#stores.get(made.node);
      if (known !== undefined) return known;
      this.#stores.set(made.node, false);
      const declaration = made.node.parent;
      const uses = tsc.isVariableDeclaration(declaration) ? usesOfVariable(this.#reading, declaration) : [];
      const filled = uses.some(use => this.#fills(use));
      this.#stores.set(made.node, filled);
      return filled;
    }
    return false;
  }

  #fills(use: ts.Identifier): boolean {
    const access = use.parent;
    if (!tsc.isPropertyAccessExpression(access) || access.expression !== use) return false;
    const call = access.parent;
    if (!tsc.isCallExpression(call) || call.expression !== access) return false;
    if (!/^(?:run|enterWith|set)$/.test(access.name.text)) return false;
    const [given] = call.arguments;
    const fresh = this.holdsFresh(given) || (access.name.text === 'set' && this.isFresh(given));
    return fresh && this.#reading.paths.reachOf(call) !== 'unconnected';
  }
}

/** What a variable is given after its declaration. */
function assignmentsIn(fn: ts.Node, declaration: ts.Node, name: string): ts.Expression[] {
  const out: ts.Expression[] = [];
  walk(fn, node => {
    if (!tsc.isBinaryExpression(node) || node.operatorToken.kind !== tsc.SyntaxKind.EqualsToken) return undefined;
    if (!tsc.isIdentifier(node.left) || node.left.text !== name) return undefined;
    const binding = resolve(node.left);
    if (binding?.kind === 'variable' && binding.node === declaration) out.push(node.right);
    return undefined;
  });
  return out;
}

/** The alternatives of an expression. */
function leavesOf(value: ts.Expression | undefined): ts.Expression[] {
  const inner = strip(value);
  if (inner === undefined) return [];
  return tsc.isConditionalExpression(inner) ? [...leavesOf(inner.whenTrue), ...leavesOf(inner.whenFalse)] : [inner];
}

function inside(node: ts.Node, holder: ts.Node): boolean {
  for (let up: ts.Node | undefined = node; up !== undefined; up = up.parent) if (up === holder) return true;
  return false;
}
