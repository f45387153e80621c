// The worst case of one request, in model calls and in money: pure arithmetic on facts and prices.
//
// Model calls count every attempt: rounds x attempts of all retry layers. Money counts what is billed: a request that the provider
// refuses (429, 5xx) costs nothing, so the retries of an SDK do not multiply it. The retries of the repository's own loops and of
// retry libraries do: they also run again when a paid answer could not be used. Branches that exclude each other count as the
// dearer one; everything else is added up, so every figure is an "at most". What has no limit is named and counted once.
import { attemptsOf, paysAgain, priced, type Unit } from './call-price.ts';
import type { ModelCall, RetryLayer } from './fact.ts';
import type { EntryPoint } from './fact-path.ts';
import type { Repeat, Request, Spending } from './fact-request.ts';
import type { Location } from './location.ts';
import { compareLocations } from './location.ts';
import { sum } from './numbers.ts';
import type { PriceList } from './price.ts';
import type { CostGap, CostTerm, ReportCost, RequestCost } from './report.ts';
import { acts, production } from './rule.ts';

/** Requests beyond the dearest ones are counted and not listed. */
const MOST_REQUESTS = 40;
const MOST_GAPS = 12;
/** A limit beyond it limits nothing, and products stay numbers. */
const MOST_ROUNDS = 1e6;
const MOST = 1e15;

interface Step {
  readonly times: number;
  readonly how: string;
  readonly location: Location;
}

/** One model call on the ways of one request. */
interface Part {
  readonly call: ModelCall;
  readonly rounds: number;
  /** A loop outside of the tree: so many rounds at least. */
  readonly least: Step | undefined;
  readonly steps: readonly Step[];
  readonly gaps: readonly CostGap[];
  readonly assumes: readonly string[];
  readonly budget: number | undefined;
}
type Parts = ReadonlyMap<ModelCall, Part>;

/**
 * The worst case of every request, the dearest first.
 * @param prices undefined: prices were not loaded, so only calls are counted
 * @param entries entry points, whose names are better known than those of the requests
 * @returns undefined without a model call in production code
 */
export function worstCase(
  calls: readonly ModelCall[],
  requests: readonly Request[],
  prices?: PriceList,
  entries: readonly EntryPoint[] = [],
): ReportCost | undefined {
  const audited = production(calls);
  if (audited.length === 0) return undefined;
  const at = new Map(audited.map(call => [placeKey(call.location), call]));
  const price = new Map(audited.map(call => [call, priced(call, prices)]));
  const incoming = production(requests);
  const named = new Map(entries.map(entry => [lineKey(entry.location), entry.label]));
  const trees = incoming.map(request => bottomUp(request.spends));
  const seen = new Set(trees.flatMap(nodes => nodes.flatMap(node => (node.do === 'repeat' ? [lineKey(node.location)] : []))));
  const reached = new Set(trees.flatMap(nodes => nodes.flatMap(node => called(node, at))));
  const passed = new Set(incoming.flatMap(request => request.files));
  const found = incoming.map((request, i) => {
    // A loop that stands in no tree belongs to the requests that run through its file. One that nothing ends belongs to all when no
    // request runs there: the client of a route that asks again and again. A list there makes requests of its own.
    const near = ({ file }: Location, endless: boolean): boolean => request.files.includes(file) || (endless && !passed.has(file));
    const leaf = new Map(audited.map(call => [call, leafOf(call, seen, near)]));
    const label = named.get(lineKey(request.location)) ?? request.label;
    return costOf({ location: request.location, label }, evaluate(trees[i] ?? [], leaf, at, price), price);
  });
  // A call that no request was seen to reach is a request of its own.
  for (const call of audited) {
    if (reached.has(call)) continue;
    const spends: Spending = { do: 'call', location: call.location };
    const leaf = new Map([[call, leafOf(call, new Set(), () => true)]]);
    found.push(costOf({ location: call.location, label: call.location.symbol ?? call.call }, evaluate([spends], leaf, at, price), price));
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

const lineKey = ({ file, line }: Location): string => `${file}:${line}`;

/**
 * One round of a call. A loop that its own fact names and that is in no tree counts here: it stands beyond what the trees hold
 * (in the client of a route, in a callback that starts the next round), and money does not care.
 */
function leafOf(call: ModelCall, seen: ReadonlySet<string>, near: (location: Location, endless: boolean) => boolean): Part {
  const { status, bound, how, basis, location = call.location } = call.loop;
  const part: Part = { call, rounds: 1, least: undefined, steps: [], gaps: [], assumes: [], budget: undefined };
  if (
    status === 'not-in-loop' ||
    seen.has(lineKey(location)) ||
    !near(location, status === 'unbounded') ||
    isLayer({ location }, call.retries.layers)
  )
    return part;
  if (status === 'bounded' && bound !== null && bound <= MOST_ROUNDS)
    return { ...part, least: { times: Math.max(0, bound), how, location } };
  const sort = status === 'unbounded' ? 'endless' : status === 'bounded' && basis === 'data' ? 'data' : 'unread';
  return { ...part, gaps: [{ sort, why: how, location }] };
}

/** The parts of a tree, once for the dearest way and once for the way with the most calls. Without recursion: trees may be deep. */
function evaluate(
  nodes: readonly Spending[],
  leaf: ReadonlyMap<ModelCall, Part>,
  at: ReadonlyMap<string, ModelCall>,
  price: ReadonlyMap<ModelCall, Unit>,
): { dear: Parts; many: Parts } {
  const done = new Map<Spending, { dear: Parts; many: Parts }>();
  const NOTHING = { dear: new Map(), many: new Map() };
  const of = (node: Spending): { dear: Parts; many: Parts } => done.get(node) ?? NOTHING;
  for (const node of nodes) {
    if (node.do === 'call') {
      const call = at.get(placeKey(node.location));
      const one = call && leaf.get(call);
      const part = one && new Map([[one.call, { ...one, budget: node.budget }]]);
      done.set(node, part === undefined ? NOTHING : { dear: part, many: part });
    } else if (node.do === 'run') done.set(node, NOTHING);
    else if (node.do === 'repeat') done.set(node, { dear: repeat(node, of(node.of).dear), many: repeat(node, of(node.of).many) });
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
  const root = nodes.at(-1);
  return root === undefined ? NOTHING : of(root);
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

function childrenOf(node: Spending): readonly Spending[] {
  return node.do === 'call' || node.do === 'run' ? [] : node.do === 'repeat' ? [node.of] : node.of;
}

function called(node: Spending, at: ReadonlyMap<string, ModelCall>): readonly ModelCall[] {
  return node.do === 'call' || node.do === 'run' ? [at.get(placeKey(node.location)) ?? []].flat() : [];
}

function repeat(node: Repeat, parts: Parts): Parts {
  const out = new Map<ModelCall, Part>();
  for (const [call, inner] of parts) {
    const part = node.assumes === undefined ? inner : { ...inner, assumes: [...new Set([...inner.assumes, node.assumes])] };
    // A loop that is a retry layer of the call counts as attempts, and must not count twice.
    if (isLayer(node, call.retries.layers)) out.set(call, part);
    else if (node.times !== null && node.times <= MOST_ROUNDS)
      out.set(call, {
        ...part,
        rounds: Math.min(MOST, part.rounds * Math.max(0, node.times)),
        // Rounds of one are not worth a word.
        steps: node.times === 1 ? part.steps : [{ times: node.times, how: node.how, location: node.location }, ...part.steps],
      });
    else {
      // The outermost first: it says most about the request.
      out.set(call, {
        ...part,
        gaps: join(
          [{ sort: node.without ?? (node.times === null ? 'unread' : 'endless'), why: node.how, location: node.location }],
          part.gaps,
        ),
      });
    }
  }
  return out;
}

function isLayer({ location, retry }: Pick<Repeat, 'location' | 'retry'>, layers: readonly RetryLayer[]): boolean {
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
          rounds: Math.min(MOST, known.rounds + part.rounds),
          // The rounds no longer follow from one chain of loops: the larger one is shown.
          steps: known.rounds >= part.rounds ? known.steps : part.steps,
          gaps: join(known.gaps, part.gaps),
          assumes: [...new Set([...known.assumes, ...part.assumes])],
          budget: known.budget === undefined || part.budget === undefined ? undefined : known.budget + part.budget,
        });
    }
  }
  return out;
}

/** The way with the most model calls; one without a limit comes before one with. */
function largest(ways: readonly Parts[]): Parts {
  const size = (parts: Parts): number => sum([...parts.values()].map(part => part.rounds * finite(attemptsOf(part.call).all)));
  return best(ways, size);
}

/** The dearest way, and what has no known price on the others: whichever way is gone, it costs no more than both together. */
function dearest(ways: readonly Parts[], price: ReadonlyMap<ModelCall, Unit>): Parts {
  const cost = (part: Part): number | null => spent(part, price.get(part.call)).usd;
  const most = best(ways, parts => sum([...parts.values()].map(part => cost(part) ?? 0)));
  const others = ways
    .filter(way => way !== most)
    .map(way => new Map([...way].filter(([call, part]) => !most.has(call) && cost(part) === null)));
  return add([most, ...others]);
}

function best(ways: readonly Parts[], size: (parts: Parts) => number): Parts {
  const ranked = ways.map(parts => ({ parts, open: openness(parts), size: size(parts) }));
  ranked.sort((a, b) => b.open - a.open || b.size - a.size);
  return ranked[0]?.parts ?? new Map();
}

/** 2: something has no limit; 1: something could not be read. */
function openness(parts: Parts): number {
  const gaps = [...parts.values()].flatMap(part => part.gaps);
  return gaps.length === 0 ? 0 : gaps.some(gap => gap.sort !== 'unread') ? 2 : 1;
}

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
  const parts = [...dear.values()].map(settled);
  const terms = parts.map(part => termOf(part, price.get(part.call))).sort((a, b) => rank(b.usd) - rank(a.usd) || compareLocations(a, b));
  const gaps = [...dear.values(), ...many.values()].reduce<readonly CostGap[]>((all, part) => join(all, gapsOf(part)), []);
  const limit = gaps.some(gap => gap.sort !== 'unread') ? 'none' : gaps.length > 0 ? 'unknown' : 'known';
  const calls = Math.min(MOST, sum([...many.values()].map(part => settled(part).rounds * finite(attemptsOf(part.call).all))));
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

/** A loop outside of the tree may be the same as one that is written out inside: the larger number counts, not the product. */
function settled(part: Part): Part {
  const { least, rounds } = part;
  return least === undefined || least.times <= rounds ? part : { ...part, rounds: least.times, steps: [least] };
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
      why: layer.label,
      location: layer.location ?? call.location,
    }),
  );
  return join(gaps, own);
}

function termOf(part: Part, unit: Unit | undefined): CostTerm {
  const { call, rounds, steps } = part;
  const { usd, attempts } = spent(part, unit);
  const notes = [...(unit?.notes ?? []), ...part.assumes];
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

/** What has no limit comes first, an endless loop before a list of any length. */
const severity = ({ limit, gaps }: RequestCost): number =>
  limit === 'none' ? (gaps.some(gap => gap.sort === 'endless') ? 3 : 2) : limit === 'unknown' ? 1 : 0;

function dearestFirst(a: RequestCost, b: RequestCost): number {
  return severity(b) - severity(a) || b.usd - a.usd || b.calls - a.calls || (a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line);
}
