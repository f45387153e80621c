// Retry layers of a model call: the SDK's own, what the call says, and every wrapper and loop around it. Their attempts multiply.
import type { ts } from 'ts-morph';
import type { Location, RetriedFailures, Retries, RetryDefault, RetryLayer, Sdk } from '../../../core/index.ts';
import { NOTHING, TRANSIENT } from '../../../core/index.ts';
import type { Classified } from '../calls/classify.ts';
import type { InnerCalls } from '../calls/inner-calls.ts';
import { defaultFor, numbersIn, type Options, type Site } from '../calls/options.ts';
import { tsc } from '../compiler.ts';
import { decoratorsOf } from '../decorators.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import type { Foreign, Frame, FunctionNode } from '../evaluator/values.ts';
import { clientOf, takesAll } from '../failures/complete.ts';
import { isWithin } from '../paths/call-sites.ts';
import type { References } from '../paths/references.ts';
import { placeOf } from '../places.ts';
import { isFunctionNode } from '../scope.ts';
import { alwaysStops, isAwaited, rethrows, saysNo, stopsItself } from './attempts.ts';
import { libraryOf } from './calls.ts';
import { failuresNamed } from './catches.ts';
import { layerOfLibrary, ownDecorator } from './decorators.ts';
import type { RetryLibrary } from './libraries.ts';
import { loopLayer, promiseLayers, recursiveLayer, repeatLayer } from './loops.ts';
import { isRepeat } from './repeats.ts';
import { statusLayer } from './statuses.ts';
import { allUnknown, type ReadLayer, sumLayers } from './sum.ts';
import { heedsRetryAfter } from './waits.ts';

/** Callers up to this many calls away may hold a retry of their own. */
const FARTHEST = 24;

const MOST_CALLERS = 200;
/** Options of libraries whose function says true when there is to be another try. */
const PASSES = new Set(['shouldRetry', 'retry', 'retryIf', 'errorFilter']);
/** Where a limit of ours ends the reading: there may be a layer, and nobody knows its number. */
const BEYOND: RetryLayer = {
  by: 'own-loop',
  label: 'code beyond what is followed',
  attempts: null,
  on: NOTHING,
  backoff: 'unknown',
  retryAfter: 'unknown',
};

/** A package and its version, as people name them. */
export function shown(pkg: string, version: string | undefined): string {
  const name = pkg.replace(/^py:/, '');
  return version === undefined ? name : `${name} ${version}`;
}

/** The models that a chain of chains carries. */
function carriedIn({ inner }: Classified, depth: number): readonly Classified[] {
  return inner.flatMap(one => (one.inner.length > 0 && depth < 8 ? carriedIn(one, depth + 1) : [one]));
}

/** Was a layer read at this node? */
function isAt(location: Location, node: ts.Node): boolean {
  const { file, line, column } = placeOf(node);
  return location.file === file && location.line === line && location.column === column;
}

export class RetryReader {
  readonly #ev: Evaluator;
  readonly #options: Options;
  readonly #references: References;
  readonly #inner: InnerCalls;
  readonly #versionOf: (sdk: Sdk, value: Foreign) => string | undefined;

  constructor(parts: {
    ev: Evaluator;
    options: Options;
    references: References;
    inner: InnerCalls;
    versionOf: (sdk: Sdk, value: Foreign) => string | undefined;
  }) {
    this.#ev = parts.ev;
    this.#options = parts.options;
    this.#references = parts.references;
    this.#inner = parts.inner;
    this.#versionOf = parts.versionOf;
  }

  /** All layers of a call, weighed into one statement. */
  of(site: Site, packageLabel: string, origins: readonly string[]): Retries {
    this.#client = site.classified.value.package;
    const own = this.#sdkLayer(site, packageLabel, origins);
    const around = [
      ...this.#chained(site),
      ...this.#chainedInside(site),
      ...this.around(site.node, 0, new Set(), site.shape.lazy === true),
    ];
    return sumLayers(own, around, site.classified.value.package);
  }

  #sdkLayer(site: Site, label: string, origins: readonly string[]): RetryLayer {
    const inside = this.#inside(site);
    if (inside !== undefined) return inside;
    const { retries } = site.classified.sdk;
    const defaults = retries.defaults.filter(
      d => (d.provider === undefined || origins.includes(d.provider)) && (d.role === undefined || d.role === site.classified.role),
    );
    const standard: RetryDefault = defaultFor(defaults, site.version) ?? {
      count: null,
      on: NOTHING,
      backoff: 'unknown',
      retryAfter: 'unknown',
    };
    const hit = this.#options.first(
      site,
      retries.options.filter(option => option.providers === undefined || option.providers.some(one => origins.includes(one))),
    );
    const base = {
      backoff: standard.backoff,
      retryAfter: standard.retryAfter,
      ...(standard.caveat === undefined ? {} : { caveat: standard.caveat }),
    };
    if (hit !== undefined) {
      const { look, option } = hit;
      const name = option.at.slice(option.at.indexOf('.') + 1);
      const location = look.node === undefined ? {} : { location: placeOf(look.node) };
      const numbers = numbersIn(look.found);
      // What an SDK does once retries are asked for; its default may be to do none.
      const on = standard.whenSet ?? (standard.count === 0 ? TRANSIENT : standard.on);
      if (numbers.length > 0) {
        const given = Math.min(...numbers);
        const attempts = Math.max(1, option.counts === 'attempts' ? given : given + 1);
        return { by: 'option', label: `${name}: ${given}`, attempts, on: attempts > 1 ? on : NOTHING, ...base, ...location };
      }
      if (look.found.some(v => v.kind === 'object') && option.otherwise !== undefined) {
        const attempts = option.counts === 'attempts' ? option.otherwise : option.otherwise + 1;
        return { by: 'option', label: name, attempts, on, ...base, ...location };
      }
      if (look.found.length > 0 && !look.absent)
        return {
          by: 'option',
          label: `${name}, with a value that a run decides`,
          attempts: null,
          on: allUnknown(on),
          ...base,
          ...location,
        };
      if (look.hidden !== undefined && site.classified.made?.args === undefined && site.classified.role !== undefined) {
        return {
          by: 'sdk-default',
          label: `${label}, whose client is built elsewhere`,
          attempts: standard.count === null ? null : standard.count + 1,
          on: standard.on,
          ...base,
        };
      }
    }
    const attempts = standard.count === null ? null : standard.count + 1;
    return { by: 'sdk-default', label: `the default of ${label}`, attempts, on: standard.on, ...base };
  }

  /** The retries that the code around a call adds: library wrappers, own wrappers, own loops, in its function and its callers. */
  around(node: ts.Node, distance = 0, seen: ReadonlySet<ts.Node> = new Set(), lazy = false): ReadLayer[] {
    const layers: ReadLayer[] = [];
    let child: ts.Node = node;
    for (let up = node.parent; up !== undefined; child = up, up = up.parent) {
      if (tsc.isCallExpression(up)) layers.push(...promiseLayers(this.#ev, this.#references, up, child, node));
      // A promise that is handed on without await fails outside the try.
      if (tsc.isTryStatement(up) && up.tryBlock === child && up.catchClause !== undefined && isAwaited(node, up, lazy)) {
        const layer =
          loopLayer(this.#ev, up) ?? recursiveLayer(this.#ev, this.#references, up.catchClause) ?? repeatLayer(this.#ev, up, child, node);
        if (layer !== undefined) layers.push(layer);
        // What is swallowed here, no layer further out ever sees.
        else if (!rethrows(up.catchClause) || this.#isSwallowed(up.catchClause)) return layers;
      }
      const byStatus = layers.some(one => one.location !== undefined && isAt(one.location, up))
        ? undefined
        : statusLayer(this.#ev, up, node);
      if (byStatus !== undefined) layers.push(byStatus);
      if (tsc.isForOfStatement(up) && up.statement === child) {
        // `for attempt in Retrying(...)`
        const layer = layerOfLibrary(this.#ev, up.expression);
        if (layer !== undefined) layers.push(layer);
      }
      if (!isFunctionNode(up)) continue;
      layers.push(...this.#decorated(up));
      const call = up.parent;
      if (tsc.isCallExpression(call) && call.arguments.includes(up as ts.Expression)) {
        layers.push(...this.#wrapperLayers(call, call.arguments.indexOf(up as ts.Expression)));
        continue;
      }
      if (distance < FARTHEST && !seen.has(up)) layers.push(...this.#callerLayers(up, distance, new Set([...seen, up])));
      break;
    }
    return layers;
  }

  /** The client whose errors are followed. */
  #client: string | undefined;

  /** `except OpenAIError: return None`: its lowered form throws on what is none of these. */
  #isSwallowed(clause: ts.CatchClause): boolean {
    return this.#client !== undefined && takesAll(this.#ev, clause, clientOf(this.#client));
  }

  /** A graph or agent retries nothing itself: what counts is the model that it runs. */
  #inside(site: Site): ReadLayer | undefined {
    const { sdk, inner } = site.classified;
    if (sdk.retries.defaults.some(d => d.count !== null) || sdk.retries.options.some(o => this.#options.look(site, o.at).found.length > 0))
      return undefined;
    const model = inner[0];
    if (model !== undefined && model.sdk !== sdk) return this.#layerOf({ ...site, classified: model, others: [] });
    const layers = this.#inner.of(site).map(other => {
      const own = this.#layerOf(other);
      // A call that its SDK does not repeat may be repeated by the code around it.
      return own.attempts === 1 ? (this.around(other.node).find(layer => layer.attempts !== 1) ?? own) : own;
    });
    return layers.find(layer => layer.attempts === 1) ?? layers[0];
  }

  #layerOf(site: Site): RetryLayer {
    const { sdk, value } = site.classified;
    const version = this.#versionOf(sdk, value);
    const pkg = sdk.code.version ?? value.package;
    return this.#sdkLayer({ ...site, version }, shown(pkg, version), [value.package]);
  }

  /** The retries that are put on each model that a chain or a graph may run. */
  #chainedInside(site: Site): ReadLayer[] {
    const carried = carriedIn(site.classified, 0).map(model => ({ ...site, classified: model, others: [] }));
    const models = [...carried, ...this.#inner.of(site)];
    const layers = models.map(model => this.#chained(model));
    const [first] = layers;
    return first === undefined || layers.some(one => one.length === 0) ? [] : first;
  }

  /** Retries that are put on a value itself: `model.withRetry({ stopAfterAttempt: 3 })`. */
  #chained(site: Site): ReadLayer[] {
    const { sdk, value } = site.classified;
    return value.steps.flatMap((step, i): ReadLayer[] => {
      const next = value.steps[i + 1];
      const wrapper = step.kind === 'member' ? sdk.retries.wrappers?.find(w => w.member === step.name) : undefined;
      if (wrapper === undefined || next?.kind !== 'call') return [];
      const options = next.args?.[0] === undefined ? [] : this.#ev.values(next.args[0], next.frame);
      const inside = this.#ev.inside(options, wrapper.option);
      const attempts = numbersIn(inside.found)[0] ?? (inside.found.length > 0 ? null : wrapper.attempts);
      return [
        {
          by: 'framework',
          label: `.${wrapper.member}()`,
          attempts,
          on: { ...TRANSIENT, clientError: 'yes' },
          backoff: 'exponential',
          retryAfter: 'no',
          location: placeOf(next.node),
        },
      ];
    });
  }

  /** A layer of the callers counts when every caller in production has one: else some way has none. */
  readonly #layersOf = new Map<FunctionNode, ReadLayer[]>();

  #callerLayers(fn: FunctionNode, distance: number, seen: ReadonlySet<ts.Node>): ReadLayer[] {
    const known = this.#layersOf.get(fn);
    if (known !== undefined) return known;
    this.#ev.budget.step();
    const layers = this.#findCallerLayers(fn, distance, seen);
    this.#layersOf.set(fn, layers);
    return layers;
  }

  #findCallerLayers(fn: FunctionNode, distance: number, seen: ReadonlySet<ts.Node>): ReadLayer[] {
    const { calls, passed, truncated } = this.#references.uses(fn);
    if (truncated || calls.length > MOST_CALLERS || distance + 1 >= FARTHEST) return [BEYOND];
    const ways = calls
      .slice(0, MOST_CALLERS)
      // What a catch asks again belongs to the layer of the first try.
      .filter(call => !isWithin(call, fn) && !isRepeat(call))
      .map(call => this.around(call, distance + 1, seen));
    for (const id of passed) {
      const call = id.parent;
      if (tsc.isCallExpression(call) && call.arguments.includes(id) && !isRepeat(id))
        ways.push([...this.#wrapperLayers(call, call.arguments.indexOf(id)), ...this.around(call, distance + 1, seen)]);
    }
    const [first, ...others] = ways;
    if (first === undefined || first.length === 0 || others.some(way => way.length === 0)) return [];
    return first;
  }

  #wrapperLayers(call: ts.CallExpression, index: number, frame?: Frame, depth = 0): ReadLayer[] {
    if (depth > 3) return [];
    const layers: ReadLayer[] = [];
    for (const callee of this.#ev.values(call.expression, frame)) {
      if (callee.kind === 'foreign') {
        const library = libraryOf(callee);
        if (library !== undefined && library.optionsAt !== index) layers.push(this.#libraryLayer(library, call, frame));
        else if (callee.package === 'cockatiel')
          layers.push({
            by: 'library',
            label: 'a policy of cockatiel',
            attempts: null,
            on: allUnknown(TRANSIENT),
            backoff: 'unknown',
            retryAfter: 'unknown',
            location: placeOf(call),
          });
      } else if (callee.kind === 'function') layers.push(...this.#ownWrapper(callee.node, call, index, frame, depth));
      if (layers.length > 0) break;
    }
    return layers;
  }

  #libraryLayer(library: RetryLibrary, call: ts.CallExpression, frame: Frame | undefined): RetryLayer {
    const options = call.arguments[library.optionsAt];
    const values = options === undefined ? [] : this.#ev.values(options, frame);
    const inside = this.#ev.inside(
      values.filter(v => v.kind !== 'literal'),
      library.option,
    );
    // Some take a bare number in place of options.
    const numbers = [...numbersIn(inside.found), ...numbersIn(values)];
    const attempts =
      numbers.length > 0
        ? (library.counts === 'retries' ? 1 : 0) + Math.max(...numbers)
        : inside.found.length > 0
          ? null
          : library.attempts;
    const filtered = library.filters.some(name => this.#ev.inside(values, name).found.length > 0) || stopsItself(call);
    const asked = library.filters.filter(name => PASSES.has(name)).flatMap(name => this.#ev.inside(values, name).found);
    const [named] = asked.length === 1 ? asked.flatMap(v => (v.kind === 'function' ? (failuresNamed(this.#ev, v.node) ?? []) : [])) : [];
    const never = asked.length === 1 && asked.every(saysNo);
    const on: RetriedFailures =
      never || alwaysStops(call)
        ? NOTHING
        : (named ?? (filtered ? { ...TRANSIENT, clientError: 'unknown' } : { ...TRANSIENT, clientError: 'yes' }));
    return {
      by: 'library',
      label: library.package,
      attempts,
      on,
      backoff: library.backoff,
      retryAfter: heedsRetryAfter(call) ? 'yes' : 'no',
      location: placeOf(call),
    };
  }

  /** What the decorators of a function add, the innermost first. */
  #decorated(fn: FunctionNode): ReadLayer[] {
    return [...decoratorsOf(fn)].reverse().flatMap((expression): ReadLayer[] => {
      const layer = layerOfLibrary(this.#ev, expression);
      if (layer !== undefined) return [layer];
      const own = ownDecorator(this.#ev, expression);
      return own === undefined ? [] : this.#ownWrapper(own.fn, undefined, 0, own.frame, 1);
    });
  }

  /** A function of the repository that calls what it is given inside a loop with a catch, or hands it on to one that does. */
  #ownWrapper(fn: FunctionNode, call: ts.CallExpression | undefined, index: number, outer: Frame | undefined, depth: number): ReadLayer[] {
    const parameter = fn.parameters[index];
    if (parameter === undefined || fn.body === undefined || !tsc.isIdentifier(parameter.name)) return [];
    const args = call === undefined ? [] : this.#ev.bind(call.arguments, outer);
    const frame: Frame = {
      // A decorator still knows what it was made with.
      params: new Map([...(call === undefined ? (outer?.params ?? []) : []), ...fn.parameters.map((p, i) => [p, args[i] ?? []] as const)]),
      self: undefined,
      depth: (outer?.depth ?? 0) + 1,
    };
    const name = parameter.name.text;
    const layers: ReadLayer[] = [];
    for (const id of this.#ev.program.identifiers(this.#ev.program.unitOf(fn), name)) {
      if (!isWithin(id, fn) || id.parent === parameter) continue;
      const use = id.parent;
      if (tsc.isCallExpression(use) && use.arguments.includes(id)) {
        layers.push(...this.#wrapperLayers(use, use.arguments.indexOf(id), frame, depth + 1));
        continue;
      }
      if (!tsc.isCallExpression(use) || use.expression !== id) continue;
      let child: ts.Node = use;
      for (let up: ts.Node | undefined = use.parent; up !== undefined && up !== fn.parent; child = up, up = up.parent) {
        if (tsc.isTryStatement(up) && up.tryBlock === child && up.catchClause !== undefined) {
          const layer = loopLayer(this.#ev, up, frame) ?? recursiveLayer(this.#ev, this.#references, up.catchClause, frame);
          if (layer !== undefined) layers.push(layer);
        }
        if (up !== fn && isFunctionNode(up) && tsc.isCallExpression(up.parent) && up.parent.arguments.includes(up as ts.Expression)) {
          layers.push(...this.#wrapperLayers(up.parent, up.parent.arguments.indexOf(up as ts.Expression), frame, depth + 1));
        }
      }
    }
    return layers.map(layer => ({
      ...layer,
      label: fn.name !== undefined && tsc.isIdentifier(fn.name) ? `the wrapper ${fn.name.text}` : layer.label,
    }));
  }
}
