// The report as it is, for machines: the keys in the order of src/core/report.ts, whatever order they were made in.
import { defineTemplate, type Location, type Report, type ReportArm } from '../src/core/index.ts';

/** The keys of a type, in order, down to the plain values. A field that is added to the report and not here does not compile. */
type Keys<T> = T extends readonly (infer One)[] ? Keys<One> : T extends object ? { readonly [K in keyof T]-?: Keys<T[K]> } : true;

const LOCATION: Keys<Location> = { file: true, line: true, endLine: true, column: true, note: true, symbol: true };

const ARM: Keys<ReportArm> = {
  name: true,
  calls: true,
  waits: true,
  tokens: { input: true, output: true },
  replies: { end: true, status: true, ms: true, text: true },
  hosts: true,
  died: true,
};

const REPORT: Keys<Report> = {
  schema: true,
  tool: { name: true, version: true },
  time: true,
  repository: { languages: true, frameworks: true, files: true, lines: true, unread: { file: true, reason: true } },
  agents: { name: true, root: true },
  answer: true,
  summary: true,
  gate: { policy: true, open: true, reasons: true },
  questions: { id: true, title: true, answer: true, text: true },
  items: {
    code: true,
    id: true,
    title: true,
    module: true,
    severity: true,
    status: true,
    basis: true,
    confidence: true,
    waived: true,
    why: true,
    fix: true,
    note: true,
    findings: { witness: true, probe: true, status: true, message: true, confidence: true, fingerprint: true, locations: LOCATION },
  },
  lines: { id: true, group: true, title: true, status: true, items: true },
  calls: {
    file: true,
    line: true,
    endLine: true,
    column: true,
    in: true,
    sdk: true,
    package: true,
    call: true,
    kind: true,
    provider: true,
    model: true,
    streaming: true,
    test: true,
    retries: { effective: true, count: true, how: true },
    timeout: { explicit: true, ms: true },
    outputCap: { set: true, tokens: true },
    errorHandled: true,
    loop: { status: true, bound: true, how: true },
    usageRecorded: true,
  },
  tools: {
    file: true,
    line: true,
    column: true,
    name: true,
    definedBy: true,
    capabilities: true,
    dangerous: true,
    guarded: true,
    test: true,
  },
  secrets: { file: true, line: true, column: true, kind: true, masked: true, use: true, test: true },
  experiments: {
    id: true,
    question: true,
    status: true,
    reason: true,
    items: true,
    control: ARM,
    treatment: ARM,
    rerun: true,
  },
  live: true,
  cost: {
    prices: { source: true, date: true },
    count: true,
    limitless: true,
    requests: {
      file: true,
      line: true,
      label: true,
      limit: true,
      gaps: { sort: true, why: true, location: LOCATION },
      calls: true,
      usd: true,
      unpriced: true,
      terms: {
        file: true,
        line: true,
        column: true,
        call: true,
        model: true,
        rounds: true,
        attempts: true,
        inputTokens: true,
        outputTokens: true,
        inputPrice: true,
        outputPrice: true,
        usd: true,
        notes: true,
        sources: LOCATION,
      },
    },
    measured: { calls: true, inputTokens: true, outputTokens: true, usd: true, worst: { probe: true, calls: true, stopped: true } },
  },
};

/** Puts the known keys first and in order; keys that this version does not know stay, behind them. */
function ordered(value: unknown, keys: unknown): unknown {
  if (Array.isArray(value)) return value.map(one => ordered(one, keys));
  if (typeof value !== 'object' || value === null || typeof keys !== 'object' || keys === null) return value;
  const entries = new Map(Object.entries(value));
  const order = new Map(Object.entries(keys));
  const known = [...order.keys()].filter(key => entries.has(key));
  const others = [...entries.keys()].filter(key => !order.has(key));
  return Object.fromEntries([...known, ...others].map(key => [key, ordered(entries.get(key), order.get(key))]));
}

/** JSON escapes C0 alone. Shown in a terminal, C1 and bidi characters would still act, so they are escaped too: the same data. */
const ACTIVE = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
const escaped = (char: string): string =>
  Array.from({ length: char.length }, (_, i) => `\\u${char.charCodeAt(i).toString(16).padStart(4, '0')}`).join('');

export const template = defineTemplate({
  id: 'json',
  summary: 'for machines: the whole report, agent-ready/report@1',
  render: report => `${JSON.stringify(ordered(report, REPORT), null, 2).replace(ACTIVE, escaped)}\n`,
});
