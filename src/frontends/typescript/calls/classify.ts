// Which SDK does a foreign value belong to, and what is it there: a client, a model, an agent, a chain?
// Interprets the descriptors of src/sdks; knows no SDK itself.

import type { CallShape, Producer, Sdk } from '../../../core/index.ts';
import { tsc } from '../compiler.ts';
import type { Evaluator, Values } from '../evaluator/evaluate.ts';
import { keywordsIn, positionalIn } from '../evaluator/keywords.ts';
import { type Foreign, type Step, textOf, type Value } from '../evaluator/values.ts';

/** A foreign value in the words of a descriptor. */
export interface Classified {
  readonly sdk: Sdk;
  readonly value: Foreign;
  /** undefined: still a name exported by the package. */
  readonly role: string | undefined;
  /** The exported name (without role) or the members since the value got its role. */
  readonly path: string;
  /** The call or construction that made the value, and where its options are. */
  readonly made: Extract<Step, { kind: 'call' | 'new' }> | undefined;
  readonly optionsAt: number | 'keywords';
  /** Names of the keyword arguments that may stand by position. */
  readonly positional: readonly string[];
  /** Values with a role that this one carries inside. */
  readonly inner: readonly Classified[];
}

type Making = Extract<Step, { kind: 'call' | 'new' }>;
interface State {
  role: string | undefined;
  path: string[];
  made: Making | undefined;
  optionsAt: number | 'keywords';
  positional: readonly string[];
  inner: readonly Classified[];
}

export class Classifier {
  readonly sdks: readonly Sdk[];
  readonly #ev: Evaluator;
  readonly #byPackage = new Map<string, readonly Sdk[]>();
  readonly #active = new Set<Step>();

  constructor(ev: Evaluator, sdks: readonly Sdk[]) {
    this.#ev = ev;
    this.sdks = sdks;
  }

  /** The descriptors of a package, those that name it exactly first. */
  sdksOf(pkg: string): readonly Sdk[] {
    const known = this.#byPackage.get(pkg);
    if (known !== undefined) return known;
    const exact = this.sdks.filter(sdk => sdk.code.packages.includes(pkg));
    const globs = this.sdks
      .flatMap(sdk => sdk.code.packages.filter(p => p.includes('*') && matches(p, pkg)).map(p => ({ sdk, length: p.length })))
      .filter(({ sdk }) => !exact.includes(sdk))
      .sort((a, b) => b.length - a.length)
      .map(({ sdk }) => sdk);
    const found = [...new Set([...exact, ...globs])];
    this.#byPackage.set(pkg, found);
    return found;
  }

  /** All readings of a value, the most specific descriptor first. */
  classify(value: Value): readonly Classified[] {
    if (value.kind !== 'foreign' || value.package === '') return [];
    return this.sdksOf(value.package).flatMap(sdk => this.#read(sdk, value) ?? []);
  }

  /** The first reading that gives the value a role. */
  withRole(value: Value): Classified | undefined {
    return this.classify(value).find(c => c.role !== undefined && c.path === '');
  }

  #read(sdk: Sdk, value: Foreign): Classified | undefined {
    const state: State = { role: undefined, path: [], made: undefined, optionsAt: 0, positional: [], inner: [] };
    const produces = sdk.code.produces.filter(p => p.packages === undefined || p.packages.some(pkg => matches(pkg, value.package)));
    for (const step of value.steps) {
      if (step.kind === 'member') {
        state.path.push(step.name);
        if (state.role === undefined) this.#export(produces, state);
      } else if (!this.#make({ sdk, value }, produces, state, step)) return undefined;
    }
    if (state.role === undefined && value.steps.length === 0) this.#export(produces, state);
    return {
      sdk,
      value,
      role: state.role,
      path: state.role === undefined ? exportName(state.path) : state.path.join('.'),
      made: state.made,
      optionsAt: state.optionsAt,
      positional: state.positional,
      inner: state.inner,
    };
  }

  /** An export may itself be a value with a role: the default client of a package. */
  #export(produces: readonly Producer[], state: State): void {
    const name = exportName(state.path);
    const producer = produces.find(p => p.by === 'value' && p.on === undefined && p.exports?.some(e => matches(e, name)));
    if (producer === undefined) return;
    state.role = producer.role;
    state.path = [];
  }

  #make(receiver: Pick<Classified, 'sdk' | 'value'>, produces: readonly Producer[], state: State, step: Making): boolean {
    const path = state.role === undefined ? exportName(state.path) : state.path.join('.');
    for (const producer of produces) {
      if (producer.by !== step.kind || !suits(producer, state.role, path) || !this.#named(producer, step)) continue;
      const inner = producer.carries === undefined ? [] : this.#carried(receiver, producer, state, step);
      if (producer.mustCarry === true && inner.length === 0) continue;
      state.role = producer.role;
      state.path = [];
      state.inner = inner.length > 0 ? inner : producer.keeps === true ? state.inner : [];
      if (producer.keeps !== true) {
        state.made = step;
        state.optionsAt = producer.options ?? (receiver.sdk.language === 'python' ? 'keywords' : 0);
        state.positional = producer.positional ?? [];
      }
      return true;
    }
    // A member that we do not know of keeps nothing: what it returns is not ours. A namespace of statics goes on.
    state.path.push('()');
    return producerStar(produces, state.role);
  }

  /** Is the first argument one of the texts that the producer wants? */
  #named(producer: Producer, step: Making): boolean {
    const wanted = producer.firstArgument;
    if (wanted === undefined) return true;
    if (step.args === undefined || this.#active.has(step)) return false;
    this.#active.add(step);
    try {
      const keywords = keywordsIn(step.args);
      const name = producer.positional?.[0] ?? '';
      const given = positionalIn(step.args, [name], name);
      const values =
        given !== undefined
          ? this.#ev.values(given, step.frame)
          : keywords === undefined || name === ''
            ? []
            : this.#ev.inside(this.#ev.values(keywords, step.frame), name).found;
      return values.some(value => wanted.includes(textOf(value) ?? ''));
    } finally {
      this.#active.delete(step);
    }
  }

  /** Values with one of the wanted roles among the arguments, also inside objects and lists, or the receiver itself. */
  #carried(receiver: Pick<Classified, 'sdk' | 'value'>, producer: Producer, state: State, step: Making): readonly Classified[] {
    const wanted = producer.carries ?? [];
    const out: Classified[] = [];
    const take = (values: Values, depth: number): void => {
      for (const value of values) {
        const c = this.withRole(value);
        if (c?.role !== undefined && wanted.includes(c.role)) out.push(c);
        else if (depth > 0 && (value.kind === 'array' || value.kind === 'object')) take(this.#ev.anyMember([value]), depth - 1);
      }
    };
    if (state.role !== undefined && wanted.includes(state.role))
      out.push({
        ...receiver,
        role: state.role,
        path: '',
        made: state.made,
        optionsAt: state.optionsAt,
        positional: state.positional,
        inner: state.inner,
      });
    if (this.#active.has(step)) return out;
    this.#active.add(step);
    try {
      for (const arg of step.args ?? []) {
        if (!tsc.isSpreadElement(arg)) take(this.#ev.values(arg, step.frame), 3);
      }
    } finally {
      this.#active.delete(step);
    }
    return out;
  }

  /** The construction options of a value, as values; undefined when nobody wrote them where we can see. */
  optionsOf(c: Classified): Values | undefined {
    if (c.made === undefined) return c.role === undefined ? undefined : [];
    if (c.made.args === undefined) return undefined;
    const arg = c.optionsAt === 'keywords' ? keywordsIn(c.made.args) : c.made.args[c.optionsAt];
    if (arg === undefined) return [];
    if (tsc.isSpreadElement(arg)) return undefined;
    // A list of steps is no options object: what it carries has them.
    return this.#ev.values(arg, c.made.frame).filter(value => value.kind !== 'array' && value.kind !== 'function');
  }

  /** A construction option that was given by position instead of by its name. */
  givenByPosition(c: Classified, name: string | undefined): Values | undefined {
    const arg = positionalIn(c.made?.args ?? [], c.positional, name);
    return arg === undefined ? undefined : this.#ev.values(arg, c.made?.frame);
  }

  /** The call shapes that a callee value may be, with the reading behind each. */
  shapesOf(callee: Value): { shape: CallShape; classified: Classified }[] {
    return this.classify(callee).flatMap(classified => {
      const { sdk, role, path, value } = classified;
      return sdk.code.calls
        .filter(
          shape =>
            shape.on === role &&
            shape.member === path &&
            (shape.packages === undefined || shape.packages.some(p => matches(p, value.package))),
        )
        .map(shape => ({ shape, classified }));
    });
  }
}

function suits(producer: Producer, role: string | undefined, path: string): boolean {
  if (producer.on === undefined) return role === undefined && (producer.exports?.some(e => matches(e, path)) ?? false);
  if (producer.on === '*') return producer.members?.includes(path.slice(path.lastIndexOf('.') + 1)) ?? false;
  return producer.on === role && (producer.members?.includes(path) ?? false);
}

function producerStar(produces: readonly Producer[], role: string | undefined): boolean {
  return role === undefined || produces.some(p => p.on === '*');
}

/** `default.Anthropic` is Anthropic, and a module called or constructed as a whole is its default export. */
function exportName(path: readonly string[]): string {
  const names = path.length > 1 && path[0] === 'default' ? path.slice(1) : path;
  return names.length === 0 ? 'default' : names.join('.');
}

const patterns = new Map<string, RegExp>();

/** Does a name match a pattern in which `*` stands for any characters but a dot? */
export function matches(pattern: string, name: string): boolean {
  if (!pattern.includes('*')) return pattern === name;
  let regex = patterns.get(pattern);
  if (regex === undefined) {
    regex = new RegExp(`^${pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^.]*')}$`);
    patterns.set(pattern, regex);
  }
  return regex.test(name);
}
