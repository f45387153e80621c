// Rules on alerts share their frame: which alerts are asked, what is wrong with each whatever it watches, and which of them counts.
import { type Confidence, type Finding, type FindingStatus, finding, unknown } from './check.ts';
import type { Alert, Measure, MonitoringStack } from './fact-operations.ts';
import type { Metric } from './fact-telemetry.ts';
import { type Location, noted } from './location.ts';
import { metricsIn } from './measure.ts';
import { production, someOf } from './rule.ts';
import { type Owner, ownerOf } from './rule-metric.ts';

/** What one alert is worth for one item. */
export interface Ruling {
  readonly status: FindingStatus;
  readonly message: string;
  readonly confidence: Confidence;
}

export interface Watched {
  readonly alerts: readonly Alert[];
  readonly stacks: readonly MonitoringStack[];
  readonly metrics: readonly Metric[];
}

export interface Wanted {
  /** What the alert watches, for example "the share of failed requests". */
  readonly what: string;
  /** Rules on one alert; undefined: it is about something else. */
  readonly rule: (alert: Alert, metrics: readonly Metric[]) => Ruling | undefined;
  /** Is an absence a failure where the repository holds other alerts? Not where other tools usually do it. */
  readonly expected: boolean;
}

/** What is known comes before what is not, unless it is bad. */
const RANK = { pass: 3, partial: 2, unknown: 1, fail: 0 } as const;
const SURE = { high: 2, medium: 1, low: 0 } as const;

/** The best alert for an item; where there is none, what that means. undefined: the repository says nothing about alerts. */
export function bestAlert({ alerts, stacks, metrics }: Watched, { what, rule, expected }: Wanted): readonly Finding[] | undefined {
  const own = production(alerts);
  const emitted = production(metrics);
  const rulings = own.flatMap(alert => {
    const ruling = rule(alert, emitted);
    return ruling === undefined ? [] : [{ alert, ruling: withStanding(alert, ruling) }];
  });
  rulings.sort((a, b) => RANK[b.ruling.status] - RANK[a.ruling.status] || SURE[b.ruling.confidence] - SURE[a.ruling.confidence]);
  const [best] = rulings;
  if (best !== undefined) {
    const { alert, ruling } = best;
    return [finding(ruling.status, `${alert.name}: ${ruling.message}`, [alert.location], ruling.confidence)];
  }
  const unread = own.filter(alert => alert.condition === undefined && alert.broken === undefined);
  if (unread.length > 0)
    return [unknown(`No alert that could be read watches ${what}; not read: ${someOf(unread.map(alert => alert.name))}`, placesOf(unread))];
  const read = own.filter(alert => alert.condition !== undefined || alert.broken !== undefined);
  const [first] = read;
  if (first !== undefined) {
    const message = `${read.length === 1 ? 'The only alert rule was' : `All ${read.length} alert rules were`} read, and none watches ${what}`;
    return [expected ? finding('fail', message, placesOf(read), 'medium') : unknown(message, placesOf(read))];
  }
  const stack = production(stacks).find(one => one.part === 'rules');
  if (stack === undefined) return undefined;
  const message = `${stack.label}, and no alert rule is in the repository`;
  return [expected ? finding('fail', message, [stack.location], 'medium') : unknown(message, [stack.location])];
}

function placesOf(alerts: readonly Alert[]): readonly Location[] {
  return alerts.slice(0, 5).map(alert => noted(alert.location, alert.name));
}

/** What holds for an alert whatever it watches: does anything load it, and is it what is deployed? */
function withStanding(alert: Alert, ruling: Ruling): Ruling {
  const confidence = alert.templated === true && ruling.confidence === 'high' ? 'medium' : ruling.confidence;
  if ((ruling.status === 'pass' || ruling.status === 'partial') && alert.loaded === 'no')
    return { status: 'partial', message: `${ruling.message}; but ${alert.notLoaded ?? 'nothing loads it'}`, confidence };
  return { ...ruling, confidence };
}

/** Whose numbers a measure is made of: the best known of its metrics. */
export function ownerIn(metrics: readonly Metric[], measure: Measure): Owner {
  const owners = new Set(metricsIn(measure).map(({ metric }) => ownerOf(metrics, metric)));
  return (['code', 'models', 'unknown', 'server', 'others'] as const).find(owner => owners.has(owner)) ?? 'unknown';
}

/** The alerts that are about more than the machine, the cluster, a database or a proxy. */
export function agentAlerts(alerts: readonly Alert[], metrics: readonly Metric[]): readonly Alert[] {
  return production(alerts).filter(({ condition }) => condition === undefined || ownerIn(production(metrics), condition) !== 'others');
}

/** The severity that an alert is labelled with, in one of four words; undefined: none. */
export function severityOf({ labels }: Alert): 'critical' | 'warning' | 'info' | 'other' | undefined {
  const key = Object.keys(labels).find(label => /^(?:severity|priority|level|urgency)$/i.test(label));
  const value = key === undefined ? undefined : labels[key]?.toLowerCase();
  if (value === undefined || value === '') return undefined;
  if (/^(?:critical|crit|page|pager|error|high|p0|p1|sev-?[01]|emergency|fatal|disaster|urgent)$/.test(value)) return 'critical';
  if (/^(?:warning|warn|ticket|medium|p2|p3|sev-?[23]|major)$/.test(value)) return 'warning';
  return /^(?:info|informational|low|notice|minor|p4|p5|none)$/.test(value) ? 'info' : 'other';
}

/** A share in per cent, without a long tail. */
export const percent = (share: number): string => `${Number((share * 100).toPrecision(3))} %`;

/** A span of time as people say it. */
export function spanText(seconds: number): string {
  const units: readonly (readonly [number, string])[] = [
    [86_400, 'day'],
    [3600, 'hour'],
    [60, 'minute'],
  ];
  const [size, word] = units.find(([unit]) => seconds >= unit && seconds % unit === 0) ?? [1, 'second'];
  const count = Number((seconds / size).toPrecision(3));
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
