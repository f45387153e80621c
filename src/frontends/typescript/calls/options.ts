// Where a call's options are, and what they say: client options, call options, those of the model or agent handed in.

import semver from 'semver';
import type { ts } from 'ts-morph';
import type { CallShape, OptionShape, Place } from '../../../core/index.ts';
import { tsc } from '../compiler.ts';
import type { Evaluator, Values } from '../evaluator/evaluate.ts';
import { keywordsIn, positionalIn } from '../evaluator/keywords.ts';
import { foreignPath, MORE, REQUEST, type Value } from '../evaluator/values.ts';
import type { Classified, Classifier } from './classify.ts';
import { moduleSettings } from './module-settings.ts';

/** A model call in the code, as the finder hands it on. */
export interface Site {
  readonly node: ts.CallExpression;
  readonly shape: CallShape;
  readonly classified: Classified;
  /** Other values of the same SDK that the receiver may be: `fast ? clientA : clientB`. */
  readonly others: readonly Classified[];
  /** The version that decides the defaults, where a manifest or lockfile tells it. */
  readonly version: string | undefined;
}

/** What is known of one option. */
export interface Look {
  readonly found: readonly Value[];
  /** Some way through the code does not set it. */
  readonly absent: boolean;
  /** What keeps us from seeing whether it is set. */
  readonly hidden: string | undefined;
  readonly node?: ts.Node | undefined;
}

const PLACES: Readonly<Record<string, Place>> = { body: 0, request: 1 };
const KEYWORD_PLACES: Readonly<Record<string, Place>> = { body: 'keywords', request: 'keywords' };

const ABSENT: Look = { found: [], absent: true, hidden: undefined };

export class Options {
  readonly #ev: Evaluator;
  readonly #classifier: Classifier;

  constructor(ev: Evaluator, classifier: Classifier) {
    this.#ev = ev;
    this.#classifier = classifier;
  }

  /** Reads one option path of a call, for example `client.maxRetries`. */
  look(site: Site, at: string): Look {
    const [place = '', ...path] = at.split('.');
    if (place === 'module') return this.#ofModule(site, path);
    if (place === 'client') return merge([site.classified, ...site.others].map(c => this.#inReading(c, path)));
    const where = (site.shape.places ?? (site.classified.sdk.language === 'python' ? KEYWORD_PLACES : PLACES))[place];
    if (where === undefined) return ABSENT;
    if (where === 'keywords') {
      const given = positionalIn(site.node.arguments, site.shape.positional, path[0]);
      if (given !== undefined) return this.path(this.#ev.values(given), path.slice(1));
      const keywords = keywordsIn(site.node.arguments);
      return keywords === undefined ? ABSENT : this.path(this.#ev.values(keywords), path);
    }
    const index = typeof where === 'number' ? where : Number(where.slice(4));
    const args = site.node.arguments;
    if (args.slice(0, index + 1).some(tsc.isSpreadElement)) return { found: [], absent: false, hidden: 'spread arguments' };
    const arg = args[index];
    if (arg === undefined) return ABSENT;
    const values = this.#ev.values(arg);
    if (typeof where === 'number') return this.path(values, path);
    return merge(values.map(value => this.#ofMade(value, path)));
  }

  /**
   * How many of the models or clients that a call may use lack all of some options, and how many there are; undefined: it uses one.
   */
  lacking(site: Site, options: readonly OptionShape[]): { readonly without: number; readonly of: number } | undefined {
    const all = site.others.length > 0 ? [site.classified, ...site.others] : site.classified.inner.filter(one => one.role === 'model');
    if (all.length < 2) return undefined;
    const paths = options.map(({ at }) => at.split('.').slice(1));
    const without = all.filter(one =>
      paths.every(path => {
        const { found, hidden } = this.#inReading(one, path);
        return found.length === 0 && hidden === undefined;
      }),
    );
    return { without: without.length, of: all.length };
  }

  #ofModule(site: Site, path: readonly string[]): Look {
    const settings = moduleSettings(this.#ev, site.classified.value.package, path[0] ?? '');
    if (settings.length === 0) return ABSENT;
    return merge(
      settings.map(({ values, node, perhaps }) => {
        const look = this.path(values, path.slice(1));
        return { ...look, absent: look.absent || perhaps === true, node };
      }),
    );
  }

  /** Follows a path through objects, instances and constructed values. */
  path(values: Values, path: readonly string[]): Look {
    const [name, ...rest] = path;
    if (name === undefined) return settle(values);
    // Any item of a list may be the one: `model: [{ model, maxRetries: 3 }]`.
    const each = values.flatMap(value => (value.kind === 'array' ? this.#ev.anyMember([value]) : [value]));
    const looks = each.map((value): Look => {
      if (value.kind === 'foreign' && value.package !== '') return this.#ofMade(value, path);
      const { found, absent, hidden, node } = this.#ev.inside([value], name);
      if (rest.length === 0) return { ...settle(found), absent: absent || settle(found).absent, hidden, node };
      const deeper = found.length === 0 ? ABSENT : this.path(found, rest);
      return { found: deeper.found, absent: absent || deeper.absent, hidden: hidden ?? deeper.hidden, node: deeper.node ?? node };
    });
    return looks.length === 0 ? ABSENT : merge(looks);
  }

  #ofMade(value: Value, path: readonly string[]): Look {
    const reading = this.#classifier.withRole(value);
    if (reading !== undefined) return this.#inReading(reading, path);
    if (value.kind === 'foreign') {
      // A construction that no descriptor knows: its literal arguments are still its options.
      const made = value.steps.findLast(step => step.kind !== 'member');
      if (made?.kind === 'call' || made?.kind === 'new') {
        const args = (made.args ?? []).filter(a => !tsc.isSpreadElement(a)).flatMap(a => this.#ev.values(a, made.frame));
        const objects = args.filter(v => v.kind === 'object' || v.kind === 'merged');
        if (objects.length > 0) return this.path(objects, path);
        return made.args === undefined ? { found: [], absent: false, hidden: 'an object built elsewhere' } : ABSENT;
      }
      return { found: [], absent: false, hidden: 'a value of another package' };
    }
    return value.kind === 'literal' ? ABSENT : this.path([value], path);
  }

  #inReading(reading: Classified, path: readonly string[]): Look {
    // A function of the package has no receiver, so it has no options but its arguments.
    if (reading.role === undefined) return ABSENT;
    const given = this.#classifier.givenByPosition(reading, path[0]);
    const options = given === undefined ? this.#classifier.optionsOf(reading) : undefined;
    const own: Look =
      given !== undefined
        ? this.path(given, path.slice(1))
        : options === undefined
          ? { found: [], absent: false, hidden: 'the options of an object that is built elsewhere' }
          : options.length === 0
            ? ABSENT
            : this.path(options, path);
    if ((own.found.length > 0 && !own.absent) || reading.inner.length === 0) return own;
    const inner = merge(reading.inner.map(c => this.#inReading(c, path)));
    return inner.found.length > 0 || inner.hidden !== undefined
      ? { ...inner, found: [...own.found, ...inner.found], hidden: own.hidden ?? inner.hidden }
      : own;
  }

  #isOverruled(site: Site, { unless }: OptionShape): boolean {
    if (unless === undefined) return false;
    const { found, hidden } = this.look(site, unless);
    return hidden !== undefined || found.some(v => v.kind !== 'literal' && v.kind !== 'text');
  }

  /** The first option of a list that says something, in the order of the descriptor: the nearest to the call wins. */
  first(site: Site, options: readonly OptionShape[]): { look: Look; option: OptionShape } | undefined {
    const some: { look: Look; option: OptionShape }[] = [];
    for (const option of options) {
      if (!inRange(site.version, option.range) || this.#isOverruled(site, option)) continue;
      const seen = this.look(site, option.at);
      // What the caller of a route spreads over an option may take it back.
      const look = seen.hidden === REQUEST && seen.found.length > 0 ? { ...seen, absent: true } : seen;
      if (look.found.length > 0 && !look.absent) return { look, option };
      if (look.found.length > 0 || look.hidden !== undefined) some.push({ look, option });
    }
    const set = some.filter(s => s.look.found.length > 0);
    // Clients with and without the option: some way does not set it.
    if (site.others.length > 0) return set[0] ?? some[0];
    // Two names that are each set on some ways only are taken to cover them together: one model family wants the old name.
    const [one, two] = set;
    if (one !== undefined && two !== undefined)
      return { look: { ...one.look, found: [...one.look.found, ...two.look.found], absent: false }, option: one.option };
    return one ?? some[0];
  }
}

/** Is the version inside the range? An unknown version is taken to be the newest. */
export function inRange(version: string | undefined, range: string | undefined): boolean {
  if (range === undefined) return true;
  return semver.satisfies(version ?? '9999.0.0', range, { includePrerelease: true });
}

/** The entry of a list of defaults that holds for a version; where the version is unknown, that of the newest. */
export function defaultFor<T extends { readonly range?: string }>(list: readonly T[], version: string | undefined): T | undefined {
  return list.find(entry => inRange(version, entry.range));
}

function settle(values: Values): Look {
  const found = values.filter(v => v !== MORE && !(v.kind === 'literal' && v.value === undefined));
  return { found, absent: found.length < values.length || values.length === 0, hidden: undefined };
}

function merge(looks: readonly Look[]): Look {
  return {
    found: looks.flatMap(l => l.found),
    absent: looks.some(l => l.absent),
    hidden: looks.find(l => l.hidden !== undefined && l.hidden !== REQUEST)?.hidden ?? looks.find(l => l.hidden !== undefined)?.hidden,
    node: looks.find(l => l.node !== undefined)?.node,
  };
}

/** Numbers among the alternatives. */
export function numbersIn(values: Values): number[] {
  return values.flatMap(v =>
    v.kind === 'literal' && typeof v.value === 'number'
      ? [v.value]
      : v.kind === 'literal' && typeof v.value === 'string' && /^\d+$/.test(v.value)
        ? [Number(v.value)]
        : [],
  );
}

/** Is every alternative something that the browser or the user sends? */
export function onlyRequest(look: Look): boolean {
  return look.found.length > 0 ? look.found.every(v => v.kind === 'request') : look.hidden === REQUEST;
}

/** What the clients of Python that are made from one mould take for an option that is not given. */
const LEFT_OUT = /(?:^|\.)(?:NOT_GIVEN|NotGiven|not_given|omit|Omit)$/;
const MOULDED = /^py:(?:openai|anthropic|groq|together|cerebras)\b/;

/** Does a value come from a client of Python that is made from that mould? */
export function isMoulded(value: Value): boolean {
  return value.kind === 'foreign' && MOULDED.test(value.package);
}

/** The look at an option that wants a number: null, false, Infinity, zero and negative numbers mean that it is not set. */
export function asAmount(look: Look): Look {
  const usable = (v: Value): boolean =>
    !(v.kind === 'foreign' && MOULDED.test(v.package) && LEFT_OUT.test(foreignPath(v))) &&
    (v.kind !== 'literal' || (typeof v.value === 'number' ? Number.isFinite(v.value) && v.value > 0 : typeof v.value === 'string'));
  const found = look.found.filter(usable);
  return found.length === look.found.length ? look : { ...look, found, absent: true };
}
