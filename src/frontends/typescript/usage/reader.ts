// Are the tokens or the cost of a model call recorded? Followed from the usage that the SDK reports with the answer
// to a store, a metric, a log or nowhere; and the options that hand the call to a tracer.
import type { ts } from 'ts-morph';
import type { Usage } from '../../../core/index.ts';
import { lastName } from '../calls/find.ts';
import type { Options, Site } from '../calls/options.ts';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import type { FunctionNode, Value } from '../evaluator/values.ts';
import type { Paths } from '../paths/paths.ts';
import { placeOf } from '../places.ts';
import { walk } from '../program.ts';
import { enclosingFunction, isFunctionNode, resolve } from '../scope.ts';
import { isAnyAssignment, isMemberName, propertyName, receiverName } from '../syntax.ts';
import { isOwnMetric } from '../telemetry/own-metrics.ts';
import type { Seen } from '../telemetry/tracer-coverage.ts';
import { countersOf, endsOf } from './callbacks.ts';
import { isCoveredIn, madeHere, usesLeft } from './overwritten.ts';
import { caveatOf, comesTo, holdersOf, isDead, isFile, memberOf, namesGiven, partOf } from './parts.ts';
import { best, keptInside, type Recorded, WORTH } from './recorded.ts';
import { INSIDE, isFalse, isMoney, isPricing, isSilent, isTracer, KEEPS, LOGGERS, MOST_HOPS, TRACED, USAGE } from './words.ts';

/** A place that reads the usage of an answer, and the member that it was under. */
interface Reading {
  readonly node: ts.Node;
  readonly member: string;
}

/** Where a model of LangChain, or a call of it, is given what it reports to. */
const CALLBACKS = ['body.callbacks', 'request.callbacks', 'client.callbacks', 'request.config.callbacks'];
/** Stands for the member of an answer that is handed over whole. */
const PRICED = '$';
export class UsageReader {
  readonly #ev: Evaluator;
  readonly #options: Options;
  readonly #paths: Paths;

  /** What traces a call from outside; set once the rest of the repository can be asked. */
  seers: ((site: Site) => Seen | undefined) | undefined;
  /** Does a call write a line that production leaves out? Set like `seers`. */
  quiet: (line: ts.CallExpression) => boolean = () => false;

  constructor(ev: Evaluator, options: Options, paths: Paths) {
    this.#ev = ev;
    this.#options = options;
    this.#paths = paths;
  }

  /** The call whose numbers are followed. */
  #call: ts.CallExpression | undefined;

  /** Where the numbers of an SDK call go. */
  ofSite(site: Site): Usage {
    const handlers = CALLBACKS.flatMap(at => this.#options.look(site, at).found.flatMap(v => this.#ev.anyMember([v])));
    const own = this.#streamsWithoutUsage(site) ?? this.ofCall(site.node, caveatOf(site), handlers);
    if (own.how === 'stored' || own.how === 'logged') return own;
    const seen = this.seers?.(site);
    if (seen !== undefined) return { how: seen.always ? 'stored' : 'traced', location: seen.location };
    for (const at of TRACED) {
      const look = this.#options.look(site, at);
      if (look.found.length > 0 && !look.found.every(isFalse) && !this.#switchedOff(look.found))
        return { how: 'traced', location: placeOf(look.node ?? site.node) };
    }
    if (handlers.some(isTracer)) return { how: 'traced', location: placeOf(site.node) };
    // A client or model that went through the wrapper of a tracer.
    if ([site.classified, ...site.classified.inner].some(one => isTracer(one.value)))
      return { how: 'traced', location: placeOf(site.node) };
    return own;
  }

  /**
   * The same from the answer of a call alone.
   * @param caveat why the numbers under a member are not those of the whole request
   * @param handlers objects that the answer is given to as well
   */
  ofCall(
    call: ts.CallExpression,
    caveat: (member: string) => string | undefined = () => undefined,
    handlers: readonly Value[] = [],
  ): Usage {
    let top: Usage = { how: 'none' };
    this.#call = call;
    for (const { node, member } of this.#usages(call, handlers)) {
      const { how, asMoney } = this.#kept(node);
      const why = caveat(member) ?? (asMoney || member === PRICED ? 'only as the cost that is computed from them' : undefined);
      if (
        WORTH[how] < WORTH[top.how] ||
        (WORTH[how] === WORTH[top.how] && (how === 'none' || top.caveat === undefined || why !== undefined))
      )
        continue;
      top = { how, location: placeOf(node), ...(why === undefined ? {} : { caveat: why }) };
    }
    return top;
  }

  /** Chat completions of OpenAI that stream carry no usage unless they are asked to (openai-node 6, `stream_options`). */
  #streamsWithoutUsage(site: Site): Usage | undefined {
    if (site.classified.sdk.id !== 'openai-sdk' || !/chat\.completions\.create$/.test(site.node.expression.getText())) return undefined;
    const streams = this.#options.look(site, 'body.stream').found;
    const plain = streams.some(v => v.kind === 'literal' && v.value !== true);
    // Where it streams for some callers only, the others have the numbers.
    if (plain || !streams.some(v => v.kind === 'literal' && v.value === true)) return undefined;
    const asked = this.#options.look(site, 'body.stream_options');
    if (asked.found.length > 0 || asked.hidden !== undefined) return undefined;
    return { how: 'none', caveat: 'the stream carries no usage without stream_options.include_usage' };
  }

  #switchedOff(values: readonly Value[]): boolean {
    const enabled = this.#ev.inside(
      values.filter(v => v.kind === 'object'),
      'isEnabled',
    ).found;
    return enabled.length > 0 && enabled.every(isFalse);
  }

  /** Places that read the usage of an answer. */
  #usages(call: ts.CallExpression, handlers: readonly Value[]): Reading[] {
    const out: Reading[] = [];
    this.#follow(call, 0, new Set(), out);
    for (const arg of call.arguments) this.#callbacks(arg, out);
    for (const handler of handlers)
      for (const { parameters } of endsOf(handler)) if (parameters[0] !== undefined) this.#named(parameters[0].name, 0, new Set(), out);
    for (const name of countersOf(this.#ev, call)) this.#named(name, 0, new Set(), out);
    return out;
  }

  /** `onFinish: ({ usage }) => ...` among the options of the call. */
  #callbacks(arg: ts.Expression, out: Reading[]): void {
    walk(arg, node => {
      if (!isFunctionNode(node)) return undefined;
      const first = node.parameters[0];
      if (first !== undefined) this.#named(first.name, 0, new Set(), out);
      return 'skip';
    });
  }

  #follow(start: ts.Node, depth: number, seen: Set<ts.Node>, out: Reading[]): void {
    if (seen.has(start) || seen.size > 120 || depth > MOST_HOPS) return;
    seen.add(start);
    let at = start;
    for (let up = at.parent; up !== undefined; at = up, up = at.parent) {
      const member = memberOf(up, at);
      if (member !== undefined) {
        if (USAGE.has(member)) {
          out.push({ node: up, member });
          return;
        }
        const { parent } = up;
        if (tsc.isCallExpression(parent) && parent.expression === up) {
          const [handler] = parent.arguments;
          if (member === 'then' && handler !== undefined && isFunctionNode(handler)) {
            const first = (handler as FunctionNode).parameters[0];
            if (first !== undefined) this.#named(first.name, depth, seen, out);
          }
          at = up;
          continue;
        }
        if (!INSIDE.has(member) && !/stream/i.test(member)) return;
        continue;
      }
      if (tsc.isVariableDeclaration(up) && up.initializer === at) {
        this.#named(up.name, depth, seen, out);
        return;
      }
      if (tsc.isForOfStatement(up) && up.expression === at) {
        const declared = tsc.isVariableDeclarationList(up.initializer) ? up.initializer.declarations[0]?.name : undefined;
        if (declared !== undefined) this.#named(declared, depth, seen, out);
        return;
      }
      // `body += part` puts an answer together that came in parts.
      if (tsc.isBinaryExpression(up) && up.right === at && KEEPS.has(up.operatorToken.kind)) {
        if (tsc.isIdentifier(up.left)) this.#named(up.left, depth, seen, out);
        return;
      }
      if (tsc.isReturnStatement(up) || (tsc.isArrowFunction(up) && up.body === at)) {
        const fn = tsc.isArrowFunction(up) ? up : enclosingFunction(up);
        // Only a function on the way to the call hands the answer on; a callback beside it has callers of its own.
        if (fn !== undefined && this.#paths.leads.has(fn))
          for (const use of this.#paths.usesOf(fn).slice(0, 20)) this.#follow(use.node, depth + 1, seen, out);
        return;
      }
      if (tsc.isStatement(up) || isFunctionNode(up)) return;
      // Handed to a function of the repository: its parameter is the answer.
      if (tsc.isCallExpression(up) && up.expression !== at) {
        const index = up.arguments.indexOf(at as ts.Expression);
        for (const value of index < 0 ? [] : this.#ev.values(up.expression)) {
          // The whole answer is given to a library that makes money of it.
          if (isPricing(value)) out.push({ node: up, member: PRICED });
          const parameter = value.kind === 'function' ? value.node.parameters[index] : undefined;
          if (parameter !== undefined) this.#named(parameter.name, depth + 1, seen, out);
        }
      }
    }
  }

  /** The uses of a name that holds an answer, or parts of one. */
  #named(name: ts.BindingName | ts.Identifier, depth: number, seen: Set<ts.Node>, out: Reading[]): void {
    if (!tsc.isIdentifier(name)) {
      for (const element of name.elements) {
        if (tsc.isOmittedExpression(element)) continue;
        const key = element.propertyName?.getText() ?? element.name.getText();
        if (USAGE.has(key)) {
          if (tsc.isIdentifier(element.name)) for (const node of this.#uses(element.name)) out.push({ node, member: key });
          else out.push({ node: element, member: key });
        } else if (INSIDE.has(key) || /stream/i.test(key)) this.#named(element.name, depth, seen, out);
      }
      return;
    }
    for (const use of this.#uses(name)) this.#follow(use, depth, seen, out);
  }

  readonly #usesOf = new WeakMap<ts.Node, Map<string, readonly ts.Identifier[]>>();

  #uses(name: ts.Identifier): readonly ts.Identifier[] {
    const binding = resolve(name);
    const target = binding !== undefined && 'node' in binding ? binding.node : undefined;
    if (target === undefined) return [];
    const known = this.#usesOf.get(target) ?? new Map<string, readonly ts.Identifier[]>();
    this.#usesOf.set(target, known);
    let uses = known.get(name.text);
    if (uses === undefined) {
      uses = this.#ev.program.identifiers(this.#ev.program.unitOf(name), name.text).filter(id => {
        this.#ev.budget.step();
        if ((tsc.isVariableDeclaration(id.parent) && id.parent.name === id) || tsc.isBindingElement(id.parent) || isMemberName(id))
          return false;
        const own = resolve(id);
        return own !== undefined && 'node' in own && own.node === target;
      });
      known.set(name.text, uses);
    }
    return uses.filter(id => id !== name);
  }

  /** Where a number goes that was computed from the usage: its cost. */
  sinkOf(node: ts.Node): Recorded {
    return this.#sink(node, 0);
  }

  /** Where tokens go as such; where only money is kept that was made of them, that. */
  #kept(node: ts.Node): { how: Recorded; asMoney: boolean } {
    this.#tokensOnly = true;
    let how: Recorded;
    try {
      how = this.#sink(node, 0);
    } finally {
      this.#tokensOnly = false;
    }
    if (how === 'stored' || how === 'logged') return { how, asMoney: false };
    const any = this.#sink(node, 0);
    return WORTH[any] > WORTH[how] ? { how: any, asMoney: any === 'stored' || any === 'logged' } : { how, asMoney: false };
  }

  /** Is a product with a price the end of the way? */
  #tokensOnly = false;

  /** Where a number goes. */
  #sink(node: ts.Node, depth: number, held?: string): Recorded {
    if (depth > 5) return 'none';
    let nowhere: Recorded = 'none';
    let key: string | undefined;
    /** The field that the number is of the object at hand. */
    let field = held;
    let at = node;
    for (let up = at.parent; up !== undefined; at = up, up = at.parent) {
      if ((tsc.isCallExpression(up) || tsc.isNewExpression(up)) && up.expression !== at) {
        if (tsc.isNewExpression(up)) continue;
        const kind = this.#recorder(up, up.arguments.indexOf(at as ts.Expression), key, depth);
        if (kind === 'money') return nowhere;
        // A function that stores something, and what it is given could not be followed to it.
        if (kind === 'unknown') nowhere = kind;
        else if (kind !== undefined) return kind;
        field = undefined;
        continue;
      }
      if (tsc.isPropertyAssignment(up) || tsc.isShorthandPropertyAssignment(up)) {
        key ??= up.name.getText();
        field = propertyName(up);
      }
      if (tsc.isObjectLiteralExpression(up) && field !== undefined && isCoveredIn(this.#ev, at, field)) return nowhere;
      if (this.#tokensOnly && tsc.isBinaryExpression(up) && up.operatorToken.kind === tsc.SyntaxKind.AsteriskToken) return nowhere;
      // `usage.then(save)`
      if (tsc.isCallExpression(up) && tsc.isPropertyAccessExpression(at) && at.name.text === 'then') {
        const [handler] = up.arguments;
        const first = handler !== undefined && isFunctionNode(handler) ? (handler as FunctionNode).parameters[0] : undefined;
        return first !== undefined && tsc.isIdentifier(first.name)
          ? best([nowhere, ...this.#uses(first.name).map(use => this.#sink(use, depth + 1))])
          : nowhere;
      }
      if (tsc.isVariableDeclaration(up)) {
        if (!tsc.isIdentifier(up.name)) field = undefined;
        const names = tsc.isIdentifier(up.name)
          ? [up.name]
          : up.name.elements.flatMap(e => (tsc.isOmittedExpression(e) || !tsc.isIdentifier(e.name) ? [] : [e.name]));
        return best([nowhere, ...names.flatMap(name => this.#sinksOf(name, node, field, depth))]);
      }
      if (tsc.isBinaryExpression(up) && up.right === at && isAnyAssignment(up.operatorToken.kind)) {
        if (tsc.isIdentifier(up.left)) return best([nowhere, ...this.#sinksOf(up.left, node, field, depth)]);
        const several = namesGiven(up, node);
        if (several.length > 0) return best(['shown', ...several.flatMap(name => this.#sinksOf(name, node, field, depth))]);
        // Kept on an object: of the repository, a tracker that others read, or one that was made here to be handed on.
        const made = madeHere(up.left);
        return made === undefined ? 'shown' : best(['shown', ...this.#sinksOf(made.name, node, made.field, depth)]);
      }
      if (tsc.isReturnStatement(up)) {
        const fn = enclosingFunction(up);
        const part = partOf(this.#ev, up.expression, node);
        const asked = { ev: this.#ev, paths: this.#paths, uses: (name: ts.Identifier) => this.#uses(name) };
        const held = fn === undefined || part === undefined ? [] : holdersOf(asked, fn, part);
        // Given back with the answer: whoever called may record it.
        return fn === undefined || !this.#paths.leads.has(fn)
          ? nowhere
          : best([
              nowhere,
              ...held.map(one => this.#sink(one, depth + 1)),
              ...this.#paths
                .usesOf(fn)
                .slice(0, 10)
                .map(use => this.#returned(use.node, depth + 1)),
            ]);
      }
      if (tsc.isIfStatement(up) || tsc.isConditionalExpression(up)) {
        if (tsc.isIfStatement(up) || up.condition === at) return nowhere;
        continue;
      }
      if (tsc.isStatement(up) || isFunctionNode(up)) return nowhere;
    }
    return nowhere;
  }

  /** Where a name goes that is given the number, or an object with it in a field. */
  #sinksOf(name: ts.Identifier, from: ts.Node, field: string | undefined, depth: number): readonly Recorded[] {
    return usesLeft(this.#uses(name), from, field).map(use => this.#sink(use, depth + 1, field));
  }

  #returned(call: ts.Node, depth: number): Recorded {
    const out: Reading[] = [];
    this.#follow(call, 2, new Set(), out);
    return best(out.map(({ node }) => this.#sink(node, depth)));
  }

  /**
   * What a call does with a number that it is given; undefined: it only computes; `money`: a cost, where tokens are asked about.
   * @param key the member of the argument that the number is
   */
  #recorder(call: ts.CallExpression, index: number, key: string | undefined, depth: number): Recorded | 'money' | undefined {
    const often = comesTo(this.#ev, call, this.#call);
    const does = often === 'never' ? undefined : this.#does(call, index, key, depth);
    return often === 'sometimes' && (does === 'stored' || does === 'logged') ? 'shown' : does;
  }

  #does(call: ts.CallExpression, index: number, key: string | undefined, depth: number): Recorded | 'money' | undefined {
    const name = lastName(call.expression) ?? '';
    const root = receiverName(call.expression);
    if (root === 'console' || root === 'process') return 'printed';
    if (LOGGERS.test(root)) return isDead(this.#ev, call) ? undefined : this.quiet(call) ? 'shown' : 'logged';
    if (/^(?:json|send|write|enqueue|end)$/.test(name)) return isFile(this.#ev, call) ? 'stored' : 'shown';
    if (isOwnMetric(this.#ev, call)) return 'stored';
    const values = this.#ev.values(call.expression);
    for (const value of values) {
      if (value.kind === 'function') {
        const inner = this.#given(value.node, index, key, depth);
        if (inner !== 'none') return inner;
        if (this.#tokensOnly && isMoney(this.#ev, value.node)) return 'money';
        // It keeps something: perhaps this, by a way that is not followed.
        const kept = keptInside(this.#ev, value.node, depth);
        if (kept === 'stored' || kept === 'logged') return 'unknown';
        if (kept !== 'none') return kept;
      }
      if (value.kind === 'foreign' && isSilent(value)) return this.#tokensOnly && isPricing(value) ? 'money' : undefined;
      // A client of a store, a queue, a meter or an analytics service.
      if (value.kind === 'foreign' && value.package !== '') return 'stored';
    }
    if (values.some(v => v.kind === 'foreign')) return undefined;
    // A setter of a component shows it; anything else that cannot be followed may do anything.
    if (/^set[A-Z]/.test(name)) return 'shown';
    return values.every(v => v.kind === 'unknown' || v.kind === 'param') ? 'shown' : undefined;
  }

  /** Where a function of the repository takes what it is given. */
  #given(fn: FunctionNode, index: number, key: string | undefined, depth: number): Recorded {
    const parameter = fn.parameters[index];
    if (parameter === undefined || depth > 4) return 'none';
    const { name } = parameter;
    const starts = tsc.isIdentifier(name)
      ? this.#uses(name).filter(({ parent: use }) => {
          const member = tsc.isPropertyAccessExpression(use) ? use.name.text : undefined;
          return key === undefined || member === undefined || member === key;
        })
      : name.elements.flatMap(e => {
          if (tsc.isOmittedExpression(e) || !tsc.isIdentifier(e.name)) return [];
          const taken = (e.propertyName ?? e.name).getText();
          return key === undefined || taken === key || e.dotDotDotToken !== undefined ? this.#uses(e.name) : [];
        });
    return best(starts.map(use => this.#sink(use, depth + 1)));
  }
}
