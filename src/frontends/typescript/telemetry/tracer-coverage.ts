// Which model calls a tracer sees: those that are given it as a callback or go through a client that it wraps, those that run inside such
// a call, and those whose SDK is traced as a whole.
import type { ts } from 'ts-morph';
import type { Location, Telemetry } from '../../../core/index.ts';
import type { Site } from '../calls/options.ts';
import { tsc } from '../compiler.ts';
import type { Value } from '../evaluator/values.ts';
import { Deployment } from '../paths/deployment.ts';
import { scopeOf } from '../paths/paths.ts';
import { placeOf } from '../places.ts';
import type { Reading } from '../reader.ts';
import { isFunctionNode } from '../scope.ts';
import { strip } from '../syntax.ts';
import { isTracer } from '../usage/words.ts';
import { LANGCHAIN, langSmithOf } from './model.ts';

/** How a tracer sees a call: `always`, or only where a setting or a condition allows it. */
export interface Seen {
  readonly always: boolean;
  readonly location: Location;
}

const CALLBACKS = ['body.callbacks', 'request.callbacks', 'client.callbacks', 'request.config.callbacks', 'body.config.callbacks'];
const DEEPEST = 6;
const MOST_FILES = 200;

const shared = new WeakMap<Reading, TracerCoverage>();

/** The coverage of a reading: worked out once for all who ask. */
export function tracerCoverageOf(reading: Reading): TracerCoverage {
  const known = shared.get(reading) ?? new TracerCoverage(reading);
  shared.set(reading, known);
  return known;
}

export class TracerCoverage {
  readonly #reading: Reading;
  readonly #given = new Map<ts.Node, Seen | undefined>();
  readonly #sites: ReadonlyMap<ts.Node, Site>;
  #langSmith: 'on' | 'offered' | 'no' | undefined;
  #litellm: { readonly seen: Seen | undefined } | undefined;
  /** SDKs that something instruments as a whole, told by the reader of telemetry. */
  readonly #whole: { readonly sdks: RegExp; readonly fact: Telemetry }[] = [];

  constructor(reading: Reading) {
    this.#reading = reading;
    this.#sites = new Map(reading.sites.map(site => [site.node, site]));
  }

  /** Notes that a tracer sees every call of some SDKs. */
  addWhole(sdks: RegExp, fact: Telemetry): void {
    this.#whole.push({ sdks, fact });
  }

  /** Is a tracer given to every production call? */
  get isComplete(): boolean {
    const own = this.#reading.sites.filter(s => this.#reading.inventory.roleOf(s.node.getSourceFile().fileName) === 'production');
    return own.every(site => this.given(site.node) !== undefined);
  }

  /** How a call is traced; undefined: by nothing that was seen. */
  of(site: Site): Seen | undefined {
    return this.given(site.node) ?? this.#bySdk(site);
  }

  /** A tracer in the call's own options or client, or in those of the calls that run it. */
  given(node: ts.Node, depth = 0): Seen | undefined {
    if (this.#given.has(node)) return this.#given.get(node);
    this.#given.set(node, undefined);
    const seen = this.#reading.ev.budget.ask(
      () => this.#direct(node) ?? this.#above(node, depth),
      () => undefined,
    );
    this.#given.set(node, seen);
    return seen;
  }

  #direct(node: ts.Node): Seen | undefined {
    const site = this.#sites.get(node);
    if (site === undefined) return undefined;
    const { ev, options } = this.#reading;
    for (const at of CALLBACKS) {
      for (const value of options.look(site, at).found) {
        const each = value.kind === 'array' || value.kind === 'object' ? ev.anyMember([value]) : [value];
        const tracer = each.find(isTracer);
        if (tracer !== undefined) return { always: isAlways(each, tracer), location: placeOf(site.node) };
      }
    }
    const wrapped = [site.classified, ...site.classified.inner].find(one => isTracer(one.value));
    return wrapped === undefined ? undefined : { always: true, location: placeOf(site.node) };
  }

  /** Every run of the graph or agent that the call is a part of is traced. */
  #above(node: ts.Node, depth: number): Seen | undefined {
    const scope = scopeOf(node);
    if (!isFunctionNode(scope) || depth > DEEPEST) return undefined;
    const uses = this.#reading.paths.usesOf(scope);
    const all = uses.map(use => (use.how === 'registered' ? undefined : this.given(use.node, depth + 1)));
    const [first] = all;
    if (first === undefined || all.some(one => one === undefined)) return undefined;
    return { ...first, always: all.every(one => one?.always === true) };
  }

  #bySdk(site: Site): Seen | undefined {
    const { id } = site.classified.sdk;
    // Vectors leave no run behind.
    if (LANGCHAIN.test(id) && site.shape.kind !== 'embedding') {
      this.#langSmith ??= langSmithOf(this.#reading, new Deployment(this.#reading.inventory)) ?? 'no';
      if (this.#langSmith !== 'no') return { always: this.#langSmith === 'on', location: placeOf(site.node) };
    }
    if (id === 'litellm') {
      this.#litellm ??= { seen: this.#callbacksOfLitellm() };
      if (this.#litellm.seen !== undefined) return this.#litellm.seen;
    }
    const whole = this.#whole.find(one => one.sdks.test(id));
    if (whole === undefined || whole.fact.reach === 'unconnected' || whole.fact.exports === 'no') return undefined;
    const { fact } = whole;
    // What an SDK traces by itself lies with its provider, where nobody of the team has said that it shall be kept.
    const on = fact.offUnless === undefined && fact.sdk !== id;
    return { always: on && fact.exports === 'yes' && fact.reach === 'on-path', location: fact.location };
  }

  /** `litellm.success_callback = ["langfuse"]`. */
  #callbacksOfLitellm(): Seen | undefined {
    const { sources, inventory, program, near } = this.#reading;
    let looked = 0;
    for (const file of sources) {
      if (inventory.roleOf(file) !== 'production' || !/\b(?:success_callback|callbacks)\s?=/.test(inventory.written(file) ?? '')) continue;
      if (++looked > MOST_FILES) return undefined;
      const unit = program.unit(file);
      for (const name of ['success_callback', 'callbacks']) {
        for (const id of unit?.names.get(name) ?? []) {
          const access = id.parent;
          const set = access.parent;
          if (!tsc.isPropertyAccessExpression(access) || access.name !== id) continue;
          if (!tsc.isBinaryExpression(set) || set.left !== access || set.operatorToken.kind !== tsc.SyntaxKind.EqualsToken) continue;
          if (!near.values(access.expression).some(v => v.kind === 'foreign' && v.package === 'py:litellm')) continue;
          const list = strip(set.right);
          const literal = list !== undefined && tsc.isArrayLiteralExpression(list) && list.elements.length > 0;
          if (list !== undefined && tsc.isArrayLiteralExpression(list) && !literal) continue;
          return { always: literal && !isConditional(set), location: placeOf(set) };
        }
      }
    }
    return undefined;
  }
}

/** Is the tracer there on every way: made without a condition, and no other value stands beside it? */
function isAlways(values: readonly Value[], tracer: Value): boolean {
  if (values.some(v => v.kind === 'literal')) return false;
  const made = tracer.kind === 'foreign' ? tracer.steps.findLast(s => s.kind !== 'member') : undefined;
  return made === undefined || !('node' in made) || !isConditional(made.node);
}

/** Does a condition in its own function decide whether the node runs? */
function isConditional(node: ts.Node): boolean {
  let child = node;
  for (let up = node.parent; up !== undefined && !isFunctionNode(up); child = up, up = up.parent)
    if ((tsc.isIfStatement(up) && child !== up.expression) || (tsc.isConditionalExpression(up) && child !== up.condition)) return true;
  return false;
}
