// The limits on the way to the model calls: every gate is asked what it counts, and every limit where it stands.
import type { ts } from 'ts-morph';
import type { Limit, Location } from '../../../core/index.ts';
import { tsc } from '../compiler.ts';
import { isAsserted } from '../dialect.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import type { FunctionNode } from '../evaluator/values.ts';
import { isWithin } from '../paths/call-sites.ts';
import type { Scope } from '../paths/paths.ts';
import { placeOf } from '../places.ts';
import type { Reading } from '../reader.ts';
import { told } from './conditions.ts';
import { missedCalls } from './coverage.ts';
import { isBackwards, isSure } from './direction.ts';
import { type Decision, type Gate, loopAround } from './gates.ts';
import type { Read } from './own.ts';
import { type Told, wayOf } from './way.ts';

/** A limit and everywhere that it acts. */
export interface Found {
  readonly node: ts.Node;
  readonly read: Read;
  /** By the function on the way: another way may ask less. */
  readonly conditions: Map<Scope, Decision['conditions']>;
  readonly failsOpen: string | undefined;
  readonly gates: Map<Scope, ts.Node[]>;
  readonly guarded: Set<Scope>;
}

const BACKWARDS = 'less than that was used';
const ASSERTED = 'Python runs without -O, which leaves out what is only asserted';

export class Limits {
  readonly #reading: Reading;
  readonly #found = new Map<ts.Node, Found>();

  constructor(reading: Reading) {
    this.#reading = reading;
  }

  get found(): readonly Found[] {
    return [...this.#found.values()];
  }

  /** The limits that stand inside the functions on the way, and inside those that are wrapped around them. */
  onTheWay(): void {
    for (const { scope, gate, around } of wayOf(this.#reading).met) this.#add(scope, gate, around);
  }

  /** A function that runs before entry points: middleware. @param how `answers`: it gives whether the request may go on */
  before(fn: FunctionNode, guarded: readonly Scope[], how: 'runs' | 'answers' = 'runs'): void {
    if (guarded.length === 0) return;
    for (const gate of wayOf(this.#reading).before(fn, how === 'runs' ? 'path' : 'value'))
      for (const scope of guarded) this.#add(scope, gate, true);
  }

  /** A limit that a framework enforces before some entry points. */
  put(node: ts.Node, read: Read, guarded: readonly Scope[], failsOpen?: string): void {
    const known = this.#found.get(node);
    for (const scope of guarded) known?.guarded.add(scope);
    if (known !== undefined) return;
    this.#found.set(node, {
      node,
      read,
      conditions: new Map(),
      failsOpen: failsOpen ?? read.failsOpen,
      gates: new Map(),
      guarded: new Set(guarded),
    });
  }

  #add(scope: Scope, gate: Gate<Told>, guards: boolean): void {
    for (const decision of gate.decisions) {
      const { failsOpen, read } = decision;
      if (typeof read === 'number') continue;
      if (decision.chooses === true && !this.#isSure(scope, gate.node, decision.node, read)) continue;
      const conditions = [...decision.conditions, ...(read.conditions ?? [])];
      const node = read.perRequest === true ? this.#loop(scope, gate.node) : gate.node;
      if (node === undefined) continue;
      const seen = this.#found.get(decision.node);
      const backwards = this.#isBackwards(scope, gate.node, decision.node, read);
      // A gate that stops those who are above a limit is the limit, whatever else asks the same question.
      if (backwards && seen !== undefined) continue;
      const asserted = isAsserted(gate.node) || isAsserted(decision.node);
      const known = seen?.read.needs === BACKWARDS || (seen?.read.needs === ASSERTED && !asserted) ? undefined : seen;
      const found: Found = {
        node: decision.node,
        read: known?.read ?? (backwards ? { ...read, needs: BACKWARDS } : asserted ? { needs: ASSERTED, ...read } : read),
        conditions: known?.conditions ?? new Map<Scope, Decision['conditions']>(),
        failsOpen: known?.failsOpen ?? failsOpen ?? read.failsOpen,
        gates: known?.gates ?? new Map<Scope, ts.Node[]>(),
        guarded: known?.guarded ?? new Set<Scope>(),
      };
      // Met twice in one function, by way of two branches: the one that asks more is the whole truth.
      const before = found.conditions.get(scope);
      if (before === undefined || before.length < conditions.length) found.conditions.set(scope, conditions);
      if (guards) found.guarded.add(scope);
      else found.gates.set(scope, [...(found.gates.get(scope) ?? []), node]);
      this.#found.set(decision.node, found);
    }
  }

  #isBackwards(scope: Scope, gate: ts.Node, node: ts.Node, { whenHigh }: Read): boolean {
    const { near, paths } = this.#reading;
    return whenHigh !== undefined && isBackwards(near, gate, { node, whenHigh }, [...(paths.leads.get(scope) ?? [])]);
  }

  /** Does what a comparison chooses lead to a refusal, whatever else is chosen? */
  #isSure(scope: Scope, gate: ts.Node, node: ts.Node, { whenHigh }: Read): boolean {
    const { near, paths } = this.#reading;
    return whenHigh !== undefined && isSure(near, gate, { node, whenHigh }, [...(paths.leads.get(scope) ?? [])]);
  }

  /** The loop of model calls that a check stands in: a sum that is looked at once bounds nothing. */
  #loop(scope: Scope, gate: ts.Node): ts.Node | undefined {
    const loop = loopAround(gate) ?? (tsc.isIterationStatement(gate, false) ? gate : undefined);
    if (loop === undefined) return undefined;
    const leads = [...(this.#reading.paths.leads.get(scope) ?? [])].filter(lead => isWithin(lead, loop));
    // After the model was asked, `continue` asks it once more.
    if (tsc.isIfStatement(gate) && continues(gate.thenStatement) && leads.every(lead => lead.end <= gate.pos)) return undefined;
    return leads.length > 0 ? loop : undefined;
  }

  /** The facts. */
  facts(): Limit[] {
    const { ev, paths, inventory } = this.#reading;
    const calls = [...this.#reading.sites.map(s => s.node), ...this.#reading.requests.map(r => r.node)].filter(
      node => inventory.roleOf(node.getSourceFile().fileName) === 'production',
    );
    return this.found.map(found => {
      const connected = found.gates.size > 0 || found.guarded.size > 0;
      const missed = connected ? missedCalls(ev, paths, calls, found) : [];
      const off = offUnless(ev, found);
      return {
        kind: 'limit' as const,
        location: placeOf(found.node),
        role: inventory.roleOf(found.node.getSourceFile().fileName),
        scope: found.read.scope,
        unit: found.read.unit,
        amount: found.read.amount,
        window: found.read.window,
        state: found.read.state,
        label: labelOf(found.read),
        reach: connected ? ('on-path' as const) : ('unconnected' as const),
        ...(off === undefined ? {} : { offUnless: off }),
        ...(found.failsOpen === undefined ? {} : { failsOpen: found.failsOpen }),
        ...(missed === null || missed.length === 0 ? {} : { misses: missed.map((node): Location => placeOf(node)) }),
      };
    });
  }
}

function continues(branch: ts.Statement): boolean {
  const last = tsc.isBlock(branch) ? branch.statements.at(-1) : branch;
  return last !== undefined && tsc.isContinueStatement(last) && last.label === undefined;
}

/** The switches without which a limit does nothing. */
function offUnless(ev: Evaluator, found: Found): string | undefined {
  const [fewest = []] = [...found.conditions.values()].sort((a, b) => a.length - b.length);
  const all = fewest.map(c =>
    ev.budget.ask(
      () => told(ev, c),
      () => ({ text: 'a condition', settings: [] }),
    ),
  );
  // Differences between development and production are no switch.
  const settings = [...new Set(all.flatMap(c => c.settings))].filter(name => name !== 'NODE_ENV');
  const other = [...new Set(all.filter(c => c.settings.length === 0).map(c => `"${c.text}"`))];
  const parts = [
    ...(found.read.needs === undefined ? [] : [found.read.needs]),
    ...(settings.length === 0 ? [] : [`${settings.slice(0, 4).join(' and ')} ${settings.length === 1 ? 'says' : 'say'} so`]),
    ...(other.length === 0 ? [] : [`the condition ${other.slice(0, 3).join(' or ')} says so`]),
  ];
  return parts.length === 0 ? undefined : parts.join(', and ');
}

const PER: Readonly<Record<Limit['scope'], string>> = {
  user: ' per user',
  address: ' per address',
  global: ' for everybody together',
  request: ' per request',
  unknown: '',
};

/** A limit in a few words. */
export function labelOf(read: Read): string {
  const unit = read.unit === 'unknown' ? 'units' : read.unit === 'usd' ? 'dollars' : read.unit;
  const amount = read.amount === null ? `${unit} up to a number that is set elsewhere` : `${read.amount} ${unit}`;
  const per = read.note === undefined ? PER[read.scope] : ` per value of a key (${read.note})`;
  return `${read.what}: ${amount}${per}${spanText(read.window)}`;
}

function spanText(seconds: number | null): string {
  if (seconds === null) return '';
  if (seconds === Number.POSITIVE_INFINITY) return ', never reset';
  for (const [unit, length] of [
    ['day', 86_400],
    ['hour', 3600],
    ['minute', 60],
  ] as const)
    if (seconds >= length && seconds % length === 0) return seconds === length ? ` and ${unit}` : ` in ${seconds / length} ${unit}s`;
  return ` in ${Math.round(seconds * 100) / 100} seconds`;
}
