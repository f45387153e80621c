// What happens when a model call fails: followed from the place where the failure comes up, through catches and callers,
// to whoever waits for the answer.
import type { ts } from 'ts-morph';
import type { FailureEnd } from '../../../core/index.ts';
import { lastName } from '../calls/find.ts';
import { inRange, type Site } from '../calls/options.ts';
import { tsc } from '../compiler.ts';
import { failsAtOnce } from '../dialect.ts';
import { heritage } from '../evaluator/classes.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { type FunctionNode, foreignPath } from '../evaluator/values.ts';
import { type Paths, scopeOf, type Use } from '../paths/paths.ts';
import { placeOf } from '../places.ts';
import { enclosingFunction, isFunctionNode } from '../scope.ts';
import type { ImportIndex } from '../specifiers.ts';
import { propertyName } from '../syntax.ts';
import { failureOfMade } from '../tools/contained.ts';
import { AppHandlers } from './app-handlers.ts';
import { runsOfCommand } from './command-runs.ts';
import { clientOf, takesAll, turnedInto } from './complete.ts';
import { asksForStream, type End, end, failsLater, fuller, further, isCall, looksForErrors, remembered } from './end.ts';
import { type Handled, readCatch, readErrorFunction } from './ends.ts';
import { answersHttp, answersMcp, commandLines, isHttpRegistration } from './entries.ts';
import { helpersOf, keeps, positionOf } from './handed.ts';
import { afterLastTry } from './next-try.ts';
import { endInGraph } from './served-graphs.ts';
import { functionsOf, readings, type Surface, surfaces } from './surface.ts';
import { answersModel } from './told-model.ts';
import { isUnasked } from './unasked.ts';
import { Whereabouts } from './whereabouts.ts';
import { Words } from './words.ts';

const MOST_ENDS = 60;
/** What is handed to these runs when nobody waits for it any more. */
const LATER = /^(?:after|waitUntil|setTimeout|setImmediate|queueMicrotask|nextTick|useEffect)$/;
/** Before version 4 of the AI SDK, the streams of a result threw. */
const SILENT_STREAMS = '>=4';

export class Failures {
  readonly #ev: Evaluator;
  readonly #paths: Paths;
  readonly #at = new Whereabouts();
  readonly #apps: AppHandlers;
  readonly #isCommandLine: (file: string) => boolean;

  readonly #index: ImportIndex;

  constructor(ev: Evaluator, paths: Paths, index: ImportIndex) {
    this.#ev = ev;
    this.#index = index;
    this.#paths = paths;
    this.#apps = new AppHandlers(ev, index);
    this.#isCommandLine = commandLines(paths);
  }

  /** The ends of every way that a failure of an SDK call can take. */
  ofSite(site: Site): readonly FailureEnd[] {
    return this.#at.from(clientOf(site.classified.value.package), () => this.#ofSite(site));
  }

  #ofSite(site: Site): readonly FailureEnd[] {
    const streams = site.shape.streaming === 'yes' || (site.shape.streaming === 'option' && asksForStream(site.node));
    const ends: End[] = [];
    if (site.shape.lazy === true && site.classified.sdk.id === 'ai-sdk') ends.push(...this.#quietStream(site));
    else if (streams) {
      // A stream that begins well can still break: both ways count.
      if (site.shape.lazy !== true) ends.push(...this.#ofPromise(site.node));
      ends.push(...this.#ofStream(site.node, new Set()));
    } else ends.push(...this.#ofPromise(site.node));
    return this.#facts(ends);
  }

  /** The same for a raw request. */
  ofRequest(node: ts.CallExpression): readonly FailureEnd[] {
    const client = this.#ev.values(node.expression).find(value => value.kind === 'foreign');
    const refused = isUnasked(this.#ev, node) ? [end('silent', node)] : [];
    return this.#at.from(clientOf(client?.kind === 'foreign' ? client.package : ''), () =>
      this.#facts([...this.#ofPromise(node), ...refused]),
    );
  }

  /** The same for anything that may throw at a place: reading the answer as data. */
  ofThrow(node: ts.Node): readonly FailureEnd[] {
    return this.#facts(this.#thrownAt(node));
  }

  #facts(ends: readonly End[]): readonly FailureEnd[] {
    const seen = new Map<string, FailureEnd>();
    for (const { how, node, byType, logged, kinds } of ends) {
      const location = placeOf(node);
      const key = `${how} ${location.file}:${location.line}:${location.column}`;
      if (seen.size < MOST_ENDS && !seen.has(key)) seen.set(key, { how, location, byType, logged, kinds });
    }
    return [...seen.values()];
  }

  #ofPromise(node: ts.Expression): readonly End[] {
    return this.#settle(surfaces(this.#ev, node));
  }

  #settle(found: readonly Surface[]): readonly End[] {
    return found.flatMap((surface): readonly End[] => {
      switch (surface.kind) {
        case 'thrown':
          return this.#thrownAt(surface.node);
        case 'returned': {
          const fn = enclosingFunction(surface.node) ?? (tsc.isArrowFunction(surface.node) ? surface.node : undefined);
          const own = tsc.isArrowFunction(surface.node) ? surface.node : fn;
          return own === undefined ? [end('escapes', surface.node)] : this.#ofFunctionEnds(own);
        }
        case 'handled': {
          const ends = functionsOf(this.#ev, surface.handler).map(fn => readErrorFunction(this.#ev, fn));
          if (ends.length === 0) return [end('swallowed', surface.handler)];
          return ends.flatMap(one => [...this.#ends(one, surface.handler), ...(one.throwsOn ? this.#ofPromise(surface.next) : [])]);
        }
        case 'collected':
          return [end('swallowed', surface.node)];
        case 'floating':
          return [end('escapes', surface.node)];
        default:
          return [end('unknown', surface.kind === 'method' ? surface.call : surface.node)];
      }
    });
  }

  /** A stream that throws while it is read. */
  #ofStream(node: ts.Expression, seen: Set<ts.Node>): readonly End[] {
    if (seen.has(node) || seen.size > 20) return [];
    seen.add(node);
    return readings(this.#ev, node).flatMap((surface): readonly End[] => {
      if (surface.kind === 'returned') {
        const fn = tsc.isArrowFunction(surface.node) ? surface.node : enclosingFunction(surface.node);
        return fn === undefined ? [] : this.#paths.usesOf(fn).flatMap(use => (isCall(use) ? this.#ofStream(use.node, seen) : []));
      }
      if (surface.kind === 'thrown') return this.#thrownAt(surface.node);
      if (surface.kind === 'handled') return this.#settle([surface]);
      if (surface.kind === 'sent') return [end('framework', surface.node)];
      if (surface.kind === 'method' && surface.name === 'on') {
        const [event, handler] = surface.call.arguments;
        if (event === undefined || !tsc.isStringLiteralLike(event) || event.text !== 'error' || handler === undefined) return [];
        return functionsOf(this.#ev, handler).flatMap(fn => this.#ends(readErrorFunction(this.#ev, fn), handler));
      }
      return [];
    });
  }

  /** A stream that reports failures as one of its parts and throws nothing (AI SDK). */
  #quietStream(site: Pick<Site, 'node' | 'version'>): readonly End[] {
    const told = this.#errorOption(site.node.arguments[0], 'onError');
    const throws = !inRange(site.version, SILENT_STREAMS);
    const ends = this.#quiet(site.node, throws, new Set());
    // Before version 4 the call itself rejects when the stream cannot begin.
    const begun = throws ? this.#ofPromise(site.node) : [];
    const all = [...begun, ...ends];
    // Without an onError of the code, version 5 and later print the error on the console (ai 5.0, `onError` of streamText and streamObject).
    const printed = inRange(site.version, '>=5') ? ({ logged: 'error' } as const) : {};
    if (all.length === 0) return told === undefined ? [{ ...end('silent', site.node), ...printed }] : told;
    if (told === undefined) return all.map(one => (one.how === 'silent' ? { ...one, ...printed } : one));
    // What onError is told is at least known to the operator.
    return all.map(one => (one.how === 'silent' ? { ...one, how: told[0]?.how ?? 'swallowed' } : one));
  }

  #quiet(node: ts.Expression, throws: boolean, seen: Set<ts.Node>): readonly End[] {
    if (seen.has(node) || seen.size > 30) return [];
    seen.add(node);
    return readings(this.#ev, node).flatMap((surface): readonly End[] => {
      switch (surface.kind) {
        case 'returned': {
          const fn = tsc.isArrowFunction(surface.node) ? surface.node : enclosingFunction(surface.node);
          return fn === undefined ? [] : this.#paths.usesOf(fn).flatMap(use => (isCall(use) ? this.#quiet(use.node, throws, seen) : []));
        }
        case 'thrown': {
          const member = surface.member ?? '';
          if (member.endsWith('()') && !throws) return [];
          if (!tsc.isForOfStatement(surface.node) || throws) return this.#thrownAt(surface.node);
          if (/^(?:fullStream|stream|toUIMessageStream)$/.test(member) && looksForErrors(surface.node.statement))
            return this.#thrownAt(surface.node);
          return [end('silent', surface.node)];
        }
        case 'handled':
          return this.#settle([surface]);
        case 'method': {
          if (!/^(?:to|pipe|merge).*(?:Stream|Response)/.test(surface.name)) return [];
          const options = surface.call.arguments.find(arg => tsc.isObjectLiteralExpression(arg));
          return this.#errorOption(options, 'onError') ?? this.#errorOption(options, 'getErrorMessage') ?? [end('framework', surface.call)];
        }
        case 'sent':
          return [end('framework', surface.node)];
        default:
          return [];
      }
    });
  }

  /** The ends of a function that is given as an option for errors. */
  #errorOption(options: ts.Expression | undefined, name: string): readonly End[] | undefined {
    if (options === undefined || !tsc.isObjectLiteralExpression(options)) return undefined;
    const property = options.properties.find(p => propertyName(p) === name);
    if (property === undefined) return undefined;
    const fns = tsc.isPropertyAssignment(property)
      ? functionsOf(this.#ev, property.initializer)
      : tsc.isMethodDeclaration(property)
        ? [property]
        : [];
    if (fns.length === 0) return [end('unknown', property)];
    return fns.flatMap(fn => this.#ends(readErrorFunction(this.#ev, fn), property));
  }

  /** A failure that is thrown at a node: the nearest catch has it, or the callers. */
  #thrownAt(node: ts.Node): readonly End[] {
    const out: End[] = [];
    let written: FailureEnd['logged'] = 'unknown';
    let kinds = 0;
    let child = node;
    for (let up = node.parent; up !== undefined; child = up, up = up.parent) {
      if (tsc.isTryStatement(up) && up.tryBlock === child && up.catchClause !== undefined) {
        const handled = this.#withoutNextTry(readCatch(this.#ev, up.catchClause), up, out);
        out.push(...this.#ends(handled, up.catchClause));
        if (!handled.throwsOn || takesAll(this.#ev, up.catchClause, this.#at.origin)) return out;
        written = fuller(written, handled.logged);
        kinds = Math.max(kinds, handled.kinds);
        // From here on it is an error of the repository's own class.
        const turned = turnedInto(this.#ev, up.catchClause, this.#at.origin);
        if (turned !== undefined)
          return [
            ...out,
            ...further(
              this.#at.from(turned, () => this.#thrownAt(up)),
              written,
              kinds,
            ),
          ];
      }
      if (isFunctionNode(up)) {
        // What a catch has written before it passes the failure on stays written.
        return [...out, ...further(this.#ofFunctionEnds(up), written, kinds)];
      }
    }
    return [...out, end('escapes', node)];
  }

  /** A handler without the way that leads to another attempt: that one ends behind the last of them. */
  #withoutNextTry(handled: Handled, attempt: ts.TryStatement, out: End[]): Handled {
    const last = afterLastTry(this.#ev, attempt);
    const block = attempt.catchClause?.block;
    if (last === undefined || !handled.ends.some(one => one.node === block)) return handled;
    if (last.how === 'leaves') {
      const { statement } = last;
      const { byType, logged, kinds } = handled;
      if (tsc.isThrowStatement(statement))
        out.push(
          ...this.#afterLast(statement).map(one => ({ ...one, logged: fuller(one.logged, logged), kinds: Math.max(one.kinds, kinds) })),
        );
      else {
        const how = statement.expression === undefined ? 'swallowed' : new Words(this.#ev, undefined).judge(statement.expression);
        out.push({ how, node: statement, byType, logged, kinds });
      }
    }
    return { ...handled, ends: handled.ends.filter(one => one.node !== block) };
  }

  /** Where a failure goes that is thrown behind the last attempt. */
  #afterLast(statement: ts.ThrowStatement): readonly End[] {
    // Loops in loops would ask again and again.
    const known = this.#at.memory.ofLastThrow.get(statement);
    if (known !== undefined) return known;
    return remembered(this.#at.memory.ofLastThrow, statement, () => this.#thrownAt(statement).slice(0, MOST_ENDS));
  }

  #ends(handled: Handled, at: ts.Node): End[] {
    // The user of a command line reads the console.
    const heard = handled.says !== undefined && this.#isCommandLine(at.getSourceFile().fileName) ? handled.says : 'swallowed';
    const fn = handled.ends.some(({ how }) => how === 'raw-text' || how === 'bare') ? enclosingFunction(at) : undefined;
    const model = fn !== undefined && answersModel(this.#ev, this.#paths, fn);
    return handled.ends.map(({ how, node }) => ({
      how: how === 'swallowed' ? heard : model && (how === 'raw-text' || how === 'bare') ? 'reply' : how,
      node,
      byType: handled.byType,
      logged: handled.logged,
      kinds: handled.kinds,
    }));
  }

  /** The ends of a failure that leaves a function. */
  #ofFunctionEnds(fn: FunctionNode): readonly End[] {
    const left = this.#at.leaving(fn, call => this.#ofPromise(call));
    if (left !== undefined) return left;
    const known = this.#at.memory.ofFunction.get(fn);
    if (known !== undefined) return known;
    return remembered(this.#at.memory.ofFunction, fn, () => {
      this.#ev.budget.step(20);
      const uses = this.#paths.usesOf(fn);
      const ends = uses.length === 0 ? [this.#atEntry(fn)] : uses.flatMap(use => this.#atUse(fn, use)).slice(0, MOST_ENDS * 4);
      if (this.#paths.isCut(fn)) ends.push(end('unknown', fn));
      return ends;
    });
  }

  #atUse(fn: FunctionNode, use: Use): readonly End[] {
    switch (use.how) {
      case 'called': {
        const call = use.node as ts.CallExpression;
        // A generator runs where somebody reads it, and not where it is called.
        if ('asteriskToken' in fn && fn.asteriskToken !== undefined) {
          const read = this.#ofStream(call, new Set());
          return read.length > 0 ? read : [end('unknown', call)];
        }
        return failsLater(fn) ? this.#ofPromise(call) : this.#thrownAt(call);
      }
      case 'run':
        return this.#ofTool(use.node);
      case 'node':
        return this.#ofPromise(use.node as ts.CallExpression);
      case 'registered':
        return this.#apps.ignores(use.node, fn) ? [end('escapes', use.node)] : this.#atRegistration(use.node);
      default: {
        const { node } = use;
        if (!tsc.isCallExpression(node) && !tsc.isNewExpression(node)) return [end('unknown', node)];
        // `createUIMessageStream({ execute, onError })`: what goes wrong inside is told to the other.
        for (const arg of node.arguments ?? []) {
          const told = this.#errorOption(arg, 'onError');
          if (told !== undefined && !tsc.isNewExpression(node)) return told;
        }
        const name = tsc.isNewExpression(node) ? node.expression.getText() : lastName(node.expression);
        // What is thrown inside breaks the stream for whoever reads it.
        if (name === 'ReadableStream' || name === 'TransformStream') return [end('framework', node)];
        if (name !== undefined && LATER.test(name)) return [end('escapes', node)];
        const inGraph = endInGraph(this.#ev, node);
        if (inGraph !== undefined) return [inGraph];
        // A tool that no run in sight is given: its framework answers the model for it, or lets the run break off.
        const contained = failureOfMade(this.#ev, node);
        if (contained === 'yes') return [end('reply', node)];
        // Handed over while the module is loaded: a platform or a library runs it, and what that does is not seen.
        if (contained === 'unknown' || tsc.isSourceFile(scopeOf(node))) return [end('unknown', node)];
        const inside = tsc.isCallExpression(node) ? this.#ofHanded(node, positionOf(this.#ev, node, fn), failsLater(fn)) : undefined;
        return inside ?? this.#ofPromise(node);
      }
    }
  }

  /** What comes up where a helper calls the function that it was handed; undefined: what it does with it is not seen. */
  #ofHanded(call: ts.CallExpression, at: number, later: boolean): readonly End[] | undefined {
    const helpers = at < 0 ? undefined : helpersOf(this.#ev, call, at);
    if (helpers === undefined || !this.#at.mayEnter) return undefined;
    // A helper that tries again by calling itself is followed already.
    if (helpers.some(({ fn }) => this.#at.isInside(fn))) return [];
    const out: End[] = [];
    for (const { fn, calls, passes } of helpers) {
      // What leaves the helper comes up at this call of it, and at no other.
      out.push(
        ...this.#at.inside(fn, call, () => [
          ...calls.flatMap(one => (later ? this.#ofPromise(one) : this.#thrownAt(one))),
          ...passes.flatMap(one => this.#ofHanded(one.call, one.at, later) ?? this.#atPass(one.call)),
        ]),
      );
    }
    return out;
  }

  /** A helper hands it on to somebody who is not of the repository. */
  #atPass(call: ts.CallExpression): readonly End[] {
    if (keeps(call)) return [end('unknown', call)];
    return LATER.test(lastName(call.expression) ?? '') ? [end('escapes', call)] : this.#ofPromise(call);
  }

  /** A failure inside a tool that an agent call runs. */
  #ofTool(run: ts.Node): readonly End[] {
    const callee = tsc.isCallExpression(run)
      ? this.#ev.values(run.expression).find(v => v.kind === 'foreign' && v.package === 'ai')
      : undefined;
    const version = this.#ev.program.inventory.versionOf(run.getSourceFile().fileName, 'ai')?.version;
    // The framework turns it into a result that the model reads; the AI SDK does so since its version 5, and broke off the run before.
    if (callee === undefined || version === undefined || inRange(version, '>=5.0.0-0')) return [end('reply', run)];
    const node = run as ts.CallExpression;
    const streams = callee.kind === 'foreign' && foreignPath(callee).startsWith('stream');
    return streams ? this.#quietStream({ node, version }) : this.#ofPromise(node);
  }

  #atRegistration(node: ts.Node): readonly End[] {
    const call = node as ts.CallExpression;
    const runs = runsOfCommand(this.#ev, this.#index, call);
    if (runs.length > 0) return runs.flatMap(run => this.#ofPromise(run));
    const handlers = this.#apps.of(call);
    if (handlers.length > 0) return handlers.flatMap(({ fn, at }) => this.#ends(readErrorFunction(this.#ev, fn, at), fn));
    if (answersMcp(this.#ev, call)) return [end('raw-text', node)];
    return [end(isHttpRegistration(call) ? 'framework' : 'escapes', node)];
  }

  #atEntry(fn: FunctionNode): End {
    // Nobody catches it here; a framework that calls exports by their name would be seen by its registration.
    // A method that stands in for one of a base is called through that, and by whom was not found.
    const alone = failsAtOnce(fn) && !(tsc.isClassLike(fn.parent) && heritage(fn.parent) !== undefined);
    return end(answersHttp(fn) ? 'framework' : alone ? 'escapes' : 'unknown', fn);
  }
}
