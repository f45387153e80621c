// Where a failure is while it is followed: whose client failed, inside which helpers it has come up, and what is known of the ways from there.
import type { ts } from 'ts-morph';
import type { FunctionNode } from '../evaluator/values.ts';
import { clientOf, type Origin } from './complete.ts';
import type { End } from './end.ts';

/** What was found of the failures of one package's client. */
interface Known {
  readonly ofFunction: Map<FunctionNode, readonly End[]>;
  readonly ofLastThrow: Map<ts.Node, readonly End[]>;
}

/** A function that runs what a call of it was handed. */
interface Entered {
  readonly helper: FunctionNode;
  readonly call: ts.CallExpression;
  /** What was found inside: it holds for this call only. */
  readonly known: Map<string, Known>;
}

/** Helpers in helpers that a handed function is followed through. */
const MOST_HELPERS = 3;

export class Whereabouts {
  /** What fails: the client of a package, or code that throws an error of its own in its place. */
  #origin: Origin = clientOf('');
  readonly #outside = new Map<string, Known>();
  #helpers: readonly Entered[] = [];

  get origin(): Origin {
    return this.#origin;
  }

  /** What is known here. */
  get memory(): Known {
    const all = this.#helpers.at(-1)?.known ?? this.#outside;
    const { key } = this.#origin;
    const known = all.get(key) ?? { ofFunction: new Map(), ofLastThrow: new Map() };
    all.set(key, known);
    return known;
  }

  /** Asks about failures of an origin: what a catch takes depends on it. */
  from<T>(origin: Origin, ask: () => T): T {
    const before = this.#origin;
    this.#origin = origin;
    try {
      return ask();
    } finally {
      this.#origin = before;
    }
  }

  /** Can a failure be followed into one more helper? */
  get mayEnter(): boolean {
    return this.#helpers.length < MOST_HELPERS;
  }

  /** Is the failure inside of this helper? */
  isInside(helper: FunctionNode): boolean {
    return this.#helpers.some(one => one.helper === helper);
  }

  /** Asks while the failure is inside a helper that a call has handed what fails. */
  inside<T>(helper: FunctionNode, call: ts.CallExpression, ask: () => T): T {
    return this.#with([...this.#helpers, { helper, call, known: new Map() }], ask);
  }

  /** Asks what becomes of it behind the call of the helper that it leaves; undefined: it is inside of no such helper. */
  leaving<T>(helper: FunctionNode, ask: (call: ts.CallExpression) => T): T | undefined {
    const at = this.#helpers.findIndex(one => one.helper === helper);
    const entered = this.#helpers[at];
    return entered === undefined ? undefined : this.#with(this.#helpers.slice(0, at), () => ask(entered.call));
  }

  #with<T>(helpers: readonly Entered[], ask: () => T): T {
    const before = this.#helpers;
    this.#helpers = helpers;
    try {
      return ask();
    } finally {
      this.#helpers = before;
    }
  }
}
