// Assessment: facts in, report out. A pure function; nothing here reads a file, a clock or a network.

import { answerOf, gateOf, questionsOf } from './answer.ts';
import { type Check, type CheckId, type Finding, type FindingStatus, moduleOf } from './check.ts';
import { LEADS, LINES, MODULES } from './checklist.ts';
import { type LiveRun, type Observed, observedOf, reportExperiment } from './experiment.ts';
import type { Facts, ModelCall } from './fact.ts';
import type { Secret } from './fact-secret.ts';
import type { Tool } from './fact-tool.ts';
import { priceFallbacks } from './fallback-price.ts';
import { fingerprint } from './fingerprint.ts';
import { compareLocations } from './location.ts';
import { measuredCost } from './measured-cost.ts';
import type { PriceList } from './price.ts';
import type {
  Agent,
  Policy,
  Report,
  ReportCall,
  ReportFinding,
  ReportItem,
  ReportLine,
  ReportSecret,
  ReportTool,
  Repository,
} from './report.ts';
import { production } from './rule.ts';
import { type Basis, type Status, sumUp, weigh, weighLine } from './weigh.ts';
import { worstCase } from './worst-case.ts';

export interface AssessInput {
  readonly facts: Facts;
  readonly repository: Repository;
  readonly agents: readonly Agent[];
  readonly policy: Policy;
  readonly version: string;
  /** ISO 8601. */
  readonly time: string;
  /** Languages of which there is code that no frontend reads. */
  readonly unreadLanguages?: readonly string[];
  /** Items that were left out on request; they count as unknown and make READY impossible. */
  readonly leftOut?: readonly Check[];
  /** Prices of the models that the facts name; undefined: money is not counted. */
  readonly prices?: PriceList | undefined;
  /** What was seen of the running agent; undefined: it was not started. */
  readonly live?: LiveRun | undefined;
}

const NO_AGENT = 'No model call was found in the production code that was read, so there is nothing that this item could be checked on.';

/**
 * Lets every check rule on the facts and puts the verdicts into a report.
 * Without a single model call in production code nothing was understood, so nothing applies, passes or fails: all is unknown.
 * A rule that throws makes its own item unknown, with the message; the audit goes on.
 */
export function assess(input: AssessInput, checks: readonly Check[]): Report {
  const audited = production(input.facts['model-call']);
  const leftOut = input.leftOut ?? [];
  const blind = audited.length === 0;
  const facts = priceFallbacks(input.facts, input.prices);
  const said = new Map<string, { item: CheckId; status: FindingStatus }[]>();
  const items = checks.map(check => {
    const observed = input.live === undefined ? [] : observedOf(check, input.live.outcomes);
    for (const { probe, finding } of observed) said.set(probe, [...(said.get(probe) ?? []), { item: check.id, status: finding.status }]);
    if (blind && observed.length === 0) return unknownItem(check, NO_AGENT);
    return assessOne(check, blind ? undefined : facts, observed);
  });
  const order = new Map<string, number>(MODULES.map((module, i) => [module.id, i]));
  items.sort((a, b) => (order.get(a.module) ?? 0) - (order.get(b.module) ?? 0) || (a.code < b.code ? -1 : 1));
  const lines = LINES.map((line): ReportLine => {
    const own = checks.filter(check => check.lines.includes(line.id)).map(check => check.id);
    const found = items.filter(item => own.includes(item.id));
    const missing = leftOut.filter(check => check.lines.includes(line.id)).map(() => 'unknown' as const);
    const lead = LEADS[line.id] === undefined ? undefined : (found.find(item => item.id === LEADS[line.id])?.status ?? 'unknown');
    const status = weighLine([...found.map(item => item.status), ...missing], lead);
    return { ...line, status, items: found.map(item => item.id) };
  });
  const cost = worstCase(input.facts['model-call'], input.facts.request, input.prices, input.facts['entry-point']);
  const measured = measuredCost(input.live?.outcomes ?? [], input.prices);
  const others = input.facts['model-call'].length - audited.length;
  const { answer, summary } = answerOf(items, {
    production: audited.length,
    others,
    leftOut: leftOut.length,
    unreadLanguages: input.unreadLanguages ?? [],
  });
  return {
    schema: 'agent-ready/report@1',
    tool: { name: 'agent-ready', version: input.version },
    time: input.time,
    repository: input.repository,
    agents: input.agents,
    answer,
    summary,
    gate: gateOf(items, answer, input.policy),
    questions: questionsOf(items, audited, leftOut, cost, measured),
    items,
    lines,
    calls: input.facts['model-call'].map(reportCall),
    tools: input.facts.tool.map(reportTool),
    secrets: input.facts.secret.map(reportSecret),
    experiments:
      input.live?.outcomes.map(outcome => reportExperiment(outcome, said.get(outcome.probe) ?? [], input.live?.rerun ?? '')) ?? [],
    ...(input.live === undefined ? {} : { live: input.live.notes }),
    ...(cost === undefined ? {} : { cost: { ...cost, ...(measured === undefined ? {} : { measured }) } }),
  };
}

/** @param facts undefined: nothing was understood of the code, so only what was seen counts */
function assessOne(check: Check, facts: Facts | undefined, observed: readonly Observed[]): ReportItem {
  try {
    const reason = facts === undefined ? undefined : check.notApplicable?.(facts);
    const findings = facts === undefined || reason !== undefined ? [] : (check.inspect?.(facts) ?? []);
    const inspect = sumUp(findings);
    const observe = sumUp(observed.map(o => o.finding));
    const verdict = weigh({ inspect, observe, notApplicable: reason !== undefined });
    const note = verdict.status === 'unknown' ? check.settles : verdict.status === 'not-applicable' ? reason : undefined;
    const all = [...identifyObserved(check.code, observed), ...identify(check.code, findings)];
    return item(check, verdict.status, verdict.basis, verdict.confidence, all, note);
  } catch (error) {
    return unknownItem(
      check,
      `The rule of this item failed (${error instanceof Error ? error.message : String(error)}); please report it.`,
    );
  }
}

function unknownItem(check: Check, note: string): ReportItem {
  return item(check, 'unknown', 'none', 'low', [], note);
}

function item(
  check: Check,
  status: Status,
  basis: Basis,
  confidence: ReportItem['confidence'],
  findings: readonly ReportFinding[],
  note: string | undefined,
): ReportItem {
  return {
    code: check.code,
    id: check.id,
    title: check.title,
    module: moduleOf(check.id),
    severity: check.severity,
    status,
    basis,
    confidence,
    waived: false,
    why: check.why,
    fix: check.fix,
    ...(note === undefined ? {} : { note }),
    findings,
  };
}

const STATUS_ORDER = { fail: 0, partial: 1, unknown: 2, pass: 3 } as const;

function identify(code: string, findings: readonly Finding[]): ReportFinding[] {
  const seen = new Map<string, number>();
  const ordered = findings.map(f => ({ ...f, locations: [...f.locations] }));
  ordered.sort((a, b) => STATUS_ORDER[a.status] - STATUS_ORDER[b.status] || compareFirst(a, b));
  return ordered.map(({ status, message, confidence, locations }) => {
    const base = fingerprint(code, status, locations[0], 0);
    const occurrence = seen.get(base) ?? 0;
    seen.set(base, occurrence + 1);
    const id = occurrence === 0 ? base : fingerprint(code, status, locations[0], occurrence);
    return { witness: 'inspect', status, message, confidence, fingerprint: id, locations };
  });
}

/** What was seen comes first; its identity is the experiment and its verdict. */
function identifyObserved(code: string, observed: readonly Observed[]): ReportFinding[] {
  const seen = new Map<string, number>();
  const ordered = [...observed].sort((a, b) => STATUS_ORDER[a.finding.status] - STATUS_ORDER[b.finding.status]);
  return ordered.map(({ probe, finding: { status, message, confidence, locations } }) => {
    const key = `${probe} ${status}`;
    const occurrence = seen.get(key) ?? 0;
    seen.set(key, occurrence + 1);
    const id = fingerprint(code, status, { file: `experiment:${probe}`, line: 1 }, occurrence);
    return { witness: 'observe', probe, status, message, confidence, fingerprint: id, locations };
  });
}

function compareFirst(a: Finding, b: Finding): number {
  const [x, y] = [a.locations[0], b.locations[0]];
  return x && y ? compareLocations(x, y) : 0;
}

function reportCall(call: ModelCall): ReportCall {
  const { location } = call;
  return {
    file: location.file,
    line: location.line,
    endLine: location.endLine ?? location.line,
    column: location.column ?? 1,
    ...(location.symbol === undefined ? {} : { in: location.symbol }),
    sdk: call.sdk,
    ...(call.package === undefined ? {} : { package: call.package }),
    call: call.call,
    kind: call.purpose,
    provider: call.provider,
    model: call.model.state === 'set' ? call.model.value : null,
    streaming: call.streaming,
    test: call.role !== 'production',
    retries: { effective: call.retries.effective, count: finite(call.retries.count), how: call.retries.how },
    timeout: { explicit: call.timeout.explicit, ms: call.timeout.ms },
    outputCap: { set: call.outputCap.set, tokens: call.outputCap.tokens },
    errorHandled: call.errorHandled,
    loop: { status: call.loop.status, bound: call.loop.bound, how: call.loop.how },
    usageRecorded: call.usageRecorded,
  };
}

function reportTool({ location, role, name, definedBy, capabilities, dangerous, guarded }: Tool): ReportTool {
  const { file, line, column = 1 } = location;
  return { file, line, column, name, definedBy, capabilities, dangerous, guarded, test: role !== 'production' };
}

function reportSecret({ location, role, rule, masked, use }: Secret): ReportSecret {
  const { file, line, column = 1 } = location;
  return { file, line, column, kind: rule, masked, use, test: role !== 'production' };
}

/** JSON has no Infinity: a count without end is null. */
function finite(count: number | null): number | null {
  return count !== null && Number.isFinite(count) ? count : null;
}
