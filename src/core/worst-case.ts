// The worst case of one request, in model calls and in money: pure arithmetic on facts and prices.
//
// Model calls count every attempt: rounds x attempts of all retry layers. Money counts what is billed: a request that the provider
// refuses (429, 5xx) costs nothing, so the retries of an SDK do not multiply it. The retries of the repository's own loops and of
// retry libraries do: they also run again when a paid answer could not be used. Branches that exclude each other count as the
// dearer one; everything else is added up, so every figure is an "at most". What has no limit is named and counted once.
import { attemptsOf, paysAgain, priced, type Unit } from './call-price.ts';
import type { ModelCall, RetryLayer } from './fact.ts';
import type { Repeat, Request, Spending } from './fact-request.ts';
import type { Location } from './location.ts';
import { compareLocations } from './location.ts';
import type { PriceList } from './price.ts';
import type { CostGap, CostTerm, ReportCost, RequestCost } from './report.ts';
import { acts, production } from './rule.ts';

/** Requests beyond the dearest ones are counted and not listed. */
const MOST_REQUESTS = 40;
const MOST_GAPS = 12;

interface Step {
  readonly times: number;
  readonly how: string;
  readonly location: Location;
}

/** One model call on the ways of one request. */
interface Part {
  readonly call: ModelCall;
  readonly rounds: number;
  readonly steps: readonly Step[];
  readonly gaps: readonly CostGap[];
  readonly budget: number | undefined;
}
type Parts = ReadonlyMap<ModelCall, Part>;

/**
 * The worst case of every request, the dearest first.
 * @param prices undefined: prices were not loaded, so only calls are counted
 * @returns undefined without a model call in production code
 */
export function worstCase(calls: readonly ModelCall[], requests: readonly Request[], prices?: PriceList): ReportCost | undefined {
  const audited = production(calls);
  if (audited.length === 0) return undefined;
  const at = new Map(audited.map(call => [placeKey(call.location), call]));
  const price = new Map(audited.map(call => [call, priced(call, prices)]));
  const reached = new Set<ModelCall>();
  const found = production(requests).map(request => {
    const parts = evaluate(request.spends, at, price);
    for (const call of parts.dear.keys()) reached.add(call);
    for (const call of parts.many.keys()) reached.add(call);
    for (const call of callsIn(request.spends, at)) reached.add(call);
    return costOf(request, parts, price);
  });
  // A call that no request was seen to reach is a request of its own.
  for (const call of audited) {
    if (reached.has(call)) continue;
    const spends = alone(call);
    found.push(costOf({ location: call.location, label: call.location.symbol ?? call.call }, evaluate(spends, at, price), price));
  }
  const listed = found.filter(request => request.terms.length > 0).sort(dearestFirst);
  return {
    prices: prices === undefined ? null : { source: prices.source, date: prices.date },
    count: listed.length,
    limitless: listed.filter(request => request.limit === 'none').length,
    requests: listed.slice(0, MOST_REQUESTS),
  };
}

const placeKey = ({ file, line, column = 1 }: Location): string => `${file}:${line}:${column}`;

/** What a call spends when nothing is known about who makes it: itself, in the loop that its own fact names. */
function alone(call: ModelCall): Spending {
  const spends: Spending = { do: 'call', location: call.location };
  const { status, bound, how, basis, location = call.location } = call.loop;
  if (status === 'not-in-loop') return spends;
  const without = status === 'unbounded' ? 'endless' : status === 'bounded' && basis === 'data' ? 'data' : 'unread';
  return { do: 'repeat', of: spends, times: status === 'bounded' ? bound : null, without, how, location };
}

/** The parts of a tree, once for the dearest way and once for the way with the most calls. Without recursion: trees may be deep. */
function evaluate(root: Spending, at: ReadonlyMap<string, ModelCall>, price: ReadonlyMap<ModelCall, Unit>): { dear: Parts; many: Parts } {
  const done = new Map<Spending, { dear: Parts; many: Parts }>();
  const NOTHING = { dear: new Map(), many: new Map() };
  const of = (node: Spending): { dear: Parts; many: Parts } => done.get(node) ?? NOTHING;
  for (const node of bottomUp(root)) {
    if (node.do === 'call') {
      const call = at.get(placeKey(node.location));
      const part = call && new Map([[call, { call, rounds: 1, steps: [], gaps: [], budget: node.budget }]]);
      done.set(node, part === undefined ? NOTHING : { dear: part, many: part });
    } else if (node.do === 'repeat') done.set(node, { dear: repeat(node, of(node.of).dear), many: repeat(node, of(node.of).many) });
    else if (node.do === 'all') done.set(node, { dear: add(node.of.map(n => of(n).dear)), many: add(node.of.map(n => of(n).many)) });
    else {
      const ways = node.of.map(of);
      done.set(node, {
        dear: dearest(
          ways.map(w => w.dear),
          price,
        ),
        many: largest(ways.map(w => w.many)),
      });
    }
  }
  return of(root);
}

/** Every node of a tree once, the inner ones first. */
function bottomUp(root: Spending): Spending[] {
  const order: Spending[] = [];
  const seen = new Set<Spending>();
  const stack: { node: Spending; open: boolean }[] = [{ node: root, open: true }];
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const { node, open } = top;
    if (!open) order.push(node);
    else if (!seen.has(node)) {
      seen.add(node);
      stack.push({ node, open: false });
      for (const inner of childrenOf(node)) stack.push({ node: inner, open: true });
    }
  }
  return order;
}

const childrenOf = (node: Spending): readonly Spending[] => (node.do === 'call' ? [] : node.do === 'repeat' ? [node.of] : node.of);

function callsIn(root: Spending, at: ReadonlyMap<string, ModelCall>): ModelCall[] {
  return bottomUp(root).flatMap(node => (node.do === 'call' ? (at.get(placeKey(node.location)) ?? []) : []));
}

const SAYS = { data: 'has no limit', endless: 'has no limit', unread: 'may go on, as far as it can be read' } as const;

function repeat(node: Repeat, parts: Parts): Parts {
  const out = new Map<ModelCall, Part>();
  for (const [call, part] of parts) {
    // A loop that is a retry layer of the call counts as attempts, and must not count twice.
    if (isLayer(node, call.retries.layers)) out.set(call, part);
    else if (node.times !== null)
      out.set(call, {
        ...part,
        rounds: part.rounds * Math.max(0, node.times),
        // Rounds of one are not worth a word.
        steps: node.times === 1 ? part.steps : [{ times: node.times, how: node.how, location: node.location }, ...part.steps],
      });
    else {
      const without = node.without ?? 'unread';
      const why = `${node.how} ${SAYS[without]}`;
      out.set(call, { ...part, gaps: join(part.gaps, [{ sort: without, why, location: node.location }]) });
    }
  }
  return out;
}

function isLayer({ location, retry }: Repeat, layers: readonly RetryLayer[]): boolean {
  return layers.some(
    layer =>
      (retry === true && (layer.by === 'library' || layer.by === 'own-loop')) ||
      (layer.location !== undefined &&
        layer.location.file === location.file &&
        layer.location.line === location.line &&
        layer.by !== 'option'),
  );
}

function add(all: readonly Parts[]): Parts {
  const [only] = all;
  if (only !== undefined && all.length === 1) return only;
  const out = new Map<ModelCall, Part>();
  for (const parts of all) {
    for (const [call, part] of parts) {
      const known = out.get(call);
      if (known === undefined) out.set(call, part);
      else
        out.set(call, {
          ...known,
          rounds: known.rounds + part.rounds,
          // The rounds no longer follow from one chain of loops: the larger one is shown.
          steps: known.rounds >= part.rounds ? known.steps : part.steps,
          gaps: join(known.gaps, part.gaps),
          budget: known.budget === undefined || part.budget === undefined ? undefined : known.budget + part.budget,
        });
    }
  }
  return out;
}

/** The way with the most model calls: one without a limit before one with. */
function largest(ways: readonly Parts[]): Parts {
  const size = (parts: Parts): number => sum([...parts.values()].map(part => part.rounds * (attemptsOf(part.call).all ?? 1)));
  return ways.reduce((best, next) => {
    const more = Number(endless(next)) - Number(endless(best)) || size(next) - size(best);
    return more > 0 ? next : best;
  }, ways[0] ?? new Map());
}

/** The dearest way; all of them together where the price of one is not known, which is more than each. */
function dearest(ways: readonly Parts[], price: ReadonlyMap<ModelCall, Unit>): Parts {
  const sums = ways.map(parts => {
    const figures = [...parts.values()].map(part => spent(part, price.get(part.call)).usd);
    return figures.includes(null) ? null : sum(figures.map(usd => usd ?? 0));
  });
  if (sums.includes(null) || ways.some(endless)) return add(ways);
  const most = Math.max(0, ...sums.map(usd => usd ?? 0));
  return ways[sums.indexOf(most)] ?? new Map();
}

const endless = (parts: Parts): boolean => [...parts.values()].some(part => part.gaps.length > 0);
const sum = (figures: readonly number[]): number => figures.reduce((total, next) => total + next, 0);

function join(some: readonly CostGap[], more: readonly CostGap[]): readonly CostGap[] {
  const fresh = more.filter(gap => !some.some(known => known.why === gap.why && placeKey(known.location) === placeKey(gap.location)));
  return [...some, ...fresh].slice(0, MOST_GAPS);
}

/** What a part costs at most, gaps counted once. */
function spent(part: Part, unit: Unit | undefined): { usd: number | null; attempts: number | null } {
  const { all, paid } = attemptsOf(part.call);
  const usd = unit?.usd ?? null;
  const total = usd === null ? null : usd * part.rounds * (paid !== null && Number.isFinite(paid) ? paid : 1);
  const budget = part.budget === undefined ? undefined : part.budget * part.rounds;
  return { usd: budget === undefined ? total : Math.min(budget, total ?? budget), attempts: all };
}

function costOf(
  request: Pick<Request, 'location' | 'label'>,
  { dear, many }: { dear: Parts; many: Parts },
  price: ReadonlyMap<ModelCall, Unit>,
): RequestCost {
  const terms = [...dear.values()]
    .map(part => termOf(part, price.get(part.call)))
    .sort((a, b) => rank(b.usd) - rank(a.usd) || compareLocations(a, b));
  const gaps = [...dear.values(), ...many.values()].reduce<readonly CostGap[]>((all, part) => join(all, gapsOf(part)), []);
  const limit = gaps.some(gap => gap.sort !== 'unread') ? 'none' : gaps.length > 0 ? 'unknown' : 'known';
  const calls = sum([...many.values()].map(part => part.rounds * finite(attemptsOf(part.call).all)));
  const { file, line } = request.location;
  return {
    file,
    line,
    label: request.label,
    limit,
    gaps,
    calls,
    usd: cents(sum(terms.map(term => term.usd ?? 0))),
    unpriced: terms.filter(term => term.usd === null).length,
    terms,
  };
}

const rank = (usd: number | null): number => usd ?? Number.MAX_VALUE;
const finite = (n: number | null): number => (n !== null && Number.isFinite(n) ? n : 1);
/** Enough digits for a cheap call, and no noise of binary fractions. */
const cents = (usd: number): number => Number(usd.toPrecision(6));

/** The loops without a limit around a call, and its retries where they have none. */
function gapsOf({ call, gaps }: Part): readonly CostGap[] {
  const layers = call.retries.layers.filter(layer => acts(layer) && (layer.attempts === null || !Number.isFinite(layer.attempts)));
  const own = layers.map(
    (layer): CostGap => ({
      sort: layer.attempts === null ? 'unread' : 'endless',
      why: `${layer.label} ${SAYS[layer.attempts === null ? 'unread' : 'endless']}`,
      location: layer.location ?? call.location,
    }),
  );
  return join(gaps, own);
}

function termOf(part: Part, unit: Unit | undefined): CostTerm {
  const { call, rounds, steps } = part;
  const { usd, attempts } = spent(part, unit);
  const notes = [...(unit?.notes ?? [])];
  if (part.budget !== undefined) notes.push(`stops by itself at ${part.budget} USD`);
  if (call.purpose === 'agent-run') notes.push('one model call for each round of the agent');
  if (call.retries.layers.some(layer => acts(layer) && !paysAgain(layer) && layer.on.timeout !== 'no'))
    notes.push('an attempt that ran into its deadline may be billed on top');
  const { file, line, column } = call.location;
  const number = (n: number | null): number | null => (n !== null && Number.isFinite(n) ? n : null);
  return {
    file,
    line,
    ...(column === undefined ? {} : { column }),
    call: call.call,
    model: unit?.model ?? null,
    rounds,
    attempts: number(attempts),
    inputTokens: unit?.input ?? null,
    outputTokens: unit?.output ?? null,
    inputPrice: unit?.inputPrice ?? null,
    outputPrice: unit?.outputPrice ?? null,
    usd: usd === null ? null : cents(usd),
    notes,
    sources: steps.map(({ times, how, location }) => ({ ...location, note: `${times} rounds: ${how}` })),
  };
}

const LIMIT = { none: 0, unknown: 1, known: 2 } as const;

function dearestFirst(a: RequestCost, b: RequestCost): number {
  return (
    LIMIT[a.limit] - LIMIT[b.limit] || b.usd - a.usd || b.calls - a.calls || (a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line)
  );
}
