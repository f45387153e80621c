// Everything that decides about a request on its way to a model: looked for once, for all who ask.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { FunctionNode } from '../evaluator/values.ts';
import { isWithin, parameterCalls } from '../paths/call-sites.ts';
import { type Scope, scopeOf } from '../paths/paths.ts';
import type { Reading } from '../reader.ts';
import { enclosingFunction, isFunctionNode } from '../scope.ts';
import { askedLimit, throwsWhenLimited } from './asked.ts';
import type { Mode } from './conditions.ts';
import { type Gate, Gates } from './gates.ts';
import { textLength } from './lengths.ts';
import { ownLimit, type Read, type Whole } from './own.ts';
import { askedInPython } from './python-asked.ts';
import { scriptLimit } from './scripts.ts';
import type { Env } from './trace.ts';

/** A limit of use, or the number of characters beyond which a text is refused. */
export type Told = Read | number;

/** A gate, and the function on the way that it stands in or before. */
export interface Met {
  readonly scope: Scope;
  readonly gate: Gate<Told>;
  /** It stands in a wrapper around the function. */
  readonly around: boolean;
}

const ways = new WeakMap<Reading, Way>();

/** The way of a reading. */
export function wayOf(reading: Reading): Way {
  const known = ways.get(reading) ?? new Way(reading);
  ways.set(reading, known);
  return known;
}

export class Way {
  readonly #reading: Reading;
  readonly #gates: Gates<Told>;
  readonly #whole: Whole;
  #met: readonly Met[] | undefined;

  constructor(reading: Reading) {
    this.#reading = reading;
    const ev = reading.near;
    const whole: Whole = {
      ev: reading.ev,
      references: reading.references,
      inRequest: node => reading.paths.leads.has(scopeOf(node)) && enclosingFunction(node) !== undefined,
      leadsIn: node => [...(reading.paths.leads.get(scopeOf(node)) ?? [])],
    };
    this.#whole = whole;
    this.#gates = new Gates<Told>(ev, {
      read: decision =>
        ownLimit(ev, decision, whole) ??
        askedLimit(ev, decision) ??
        askedInPython(ev, decision) ??
        scriptLimit(ev, decision) ??
        textLength(ev, decision),
      throws: throwsWhenLimited,
    });
  }

  /** The gates inside the functions that lead to a model call, and inside those that are wrapped around them. */
  get met(): readonly Met[] {
    this.#met ??= this.#find();
    return this.#met;
  }

  /** What a comparison on the way compares, if that is a count of use. */
  count(node: ts.Expression, env: Env): Read | undefined {
    return ownLimit(this.#reading.near, { node, path: [], env, conditions: [], failsOpen: undefined }, this.#whole);
  }

  /** The gates of a function that runs before the way, such as middleware. */
  before(fn: FunctionNode, mode: Mode = 'path'): readonly Gate<Told>[] {
    return this.counts(fn) ? this.#of(fn, [], mode) : [];
  }

  /** Code of the browser limits nobody: whoever calls the server leaves it out. */
  counts(scope: ts.Node): boolean {
    const file = scope.getSourceFile();
    const first = file.statements[0];
    const client = first !== undefined && tsc.isExpressionStatement(first) && first.expression.getText().slice(1, -1) === 'use client';
    return !client && this.#reading.inventory.roleOf(file.fileName) === 'production';
  }

  #find(): Met[] {
    const { paths, ev } = this.#reading;
    const out: Met[] = [];
    for (const [scope, leads] of paths.leads) {
      if (!this.counts(scope)) continue;
      for (const gate of this.#of(scope, [...leads])) out.push({ scope, gate, around: false });
      if (!isFunctionNode(scope)) continue;
      const uses = ev.budget.ask(
        () => paths.usesOf(scope),
        () => [],
      );
      for (const use of uses) {
        if (use.how !== 'handed' || !tsc.isCallExpression(use.node)) continue;
        for (const inner of this.#wrappers(use.node, scope)) {
          const wrapper = enclosingFunction(inner);
          if (wrapper === undefined || paths.leads.has(wrapper)) continue;
          for (const gate of this.#of(wrapper, [inner])) out.push({ scope, gate, around: true });
        }
      }
    }
    return out;
  }

  /** Where in a wrapper of the repository the wrapped function is called. */
  #wrappers(call: ts.CallExpression, fn: FunctionNode): readonly ts.CallExpression[] {
    const { ev } = this.#reading;
    return ev.budget.ask(
      () => {
        const index = call.arguments.findIndex(a => isWithin(fn, a) || ev.values(a).some(v => v.kind === 'function' && v.node === fn));
        if (index < 0) return [];
        return ev.values(call.expression).flatMap(v => (v.kind === 'function' ? parameterCalls(ev, v.node, index) : []));
      },
      () => [],
    );
  }

  #of(scope: ts.Node, leads: readonly ts.Node[], mode: Mode = 'path'): readonly Gate<Told>[] {
    return this.#reading.ev.budget.ask(
      () => this.#gates.of(scope, leads, mode),
      () => [],
    );
  }
}
