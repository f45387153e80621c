// The words for what watches a running agent and brings it to its users: alerts, dashboards, routes, releases and what is written about them.
// Queries of all systems are brought into one form, a measure, so that a rule need not know the language that it was written in.
import type { CodeRole, Tri } from './fact.ts';
import type { Location } from './location.ts';

/** A condition on a label: `status =~ "5.."`. */
export interface Matcher {
  readonly label: string;
  readonly op: '=' | '!=' | '=~' | '!~';
  readonly value: string;
}

export type Comparator = '>' | '>=' | '<' | '<=' | '==' | '!=';

/** What a query computes. Spans of time are in seconds; null: only a run knows. */
export type Measure =
  | { readonly is: 'number'; readonly value: number }
  | { readonly is: 'series'; readonly metric: string; readonly matchers: readonly Matcher[] }
  /** The growth of a counter: for each second, or over the whole span. */
  | { readonly is: 'growth'; readonly per: 'second' | 'span'; readonly over: number | null; readonly of: Measure }
  /** One value for a span of the past: its mean, its largest. */
  | { readonly is: 'past'; readonly how: string; readonly over: number | null; readonly of: Measure }
  | { readonly is: 'earlier'; readonly ago: number | null; readonly of: Measure }
  /** Many series made into fewer; neither `by` nor `without`: into one. */
  | {
      readonly is: 'aggregate';
      readonly how: string;
      readonly by?: readonly string[];
      readonly without?: readonly string[];
      readonly of: Measure;
    }
  | { readonly is: 'quantile'; readonly q: number | null; readonly from: 'buckets' | 'summary' | 'samples'; readonly of: Measure }
  /** `matched`: the author says by which labels both sides are paired. */
  | { readonly is: 'sum-of' | 'quotient'; readonly op: string; readonly matched: boolean; readonly left: Measure; readonly right: Measure }
  | { readonly is: 'comparison'; readonly op: Comparator; readonly left: Measure; readonly right: Measure }
  | { readonly is: 'logic'; readonly op: 'and' | 'or' | 'unless'; readonly left: Measure; readonly right: Measure }
  /** Outside of what its own past makes one expect: anomaly detectors. */
  | { readonly is: 'anomaly'; readonly of: Measure }
  | { readonly is: 'other'; readonly how: string; readonly of: readonly Measure[] };

/** A rule that tells somebody when something holds. */
export interface Alert {
  readonly kind: 'alert';
  readonly location: Location;
  readonly role: CodeRole;
  readonly name: string;
  /** For example "Prometheus", "CloudWatch", "Datadog". */
  readonly system: string;
  /** What must hold; undefined: the expression is not read. */
  readonly condition?: Measure;
  /** Why the expression can never work, for example "it does not parse". */
  readonly broken?: string;
  /** Values are filled in when it is deployed, so that the condition is only nearly known. */
  readonly templated?: boolean;
  /** Seconds for which it must hold before somebody is told. */
  readonly hold: number | null;
  readonly labels: Readonly<Record<string, string>>;
  /** What to do, in the words of the rule, and where more is written. */
  readonly action?: string;
  readonly runbook?: string;
  /** Why the page that it names is not there. */
  readonly noRunbook?: string;
  /** Systems in which the alert itself says whom it tells: does it? */
  readonly tells?: Tri;
  /** Does something load the rule? `unknown`: what would load it is not in the repository. */
  readonly loaded: Tri;
  readonly notLoaded?: string;
}

/** Where alerts go: a tree of routes that ends in receivers. */
export interface AlertRouting {
  readonly kind: 'alert-routing';
  readonly location: Location;
  readonly role: CodeRole;
  /** For example "Alertmanager". */
  readonly system: string;
  readonly route: Route;
  readonly receivers: readonly Receiver[];
}

export interface Route {
  readonly receiver?: string;
  readonly matchers: readonly Matcher[];
  /** Are the routes behind it asked as well? */
  readonly goesOn: boolean;
  readonly routes: readonly Route[];
}

export interface Receiver {
  readonly name: string;
  readonly location: Location;
  /** What it sends to, in the reader's words. */
  readonly by: readonly string[];
  /** Why nobody gets anything from it; undefined: somebody does, as far as can be seen. */
  readonly empty?: string;
}

/** Tests of alert rules with made-up series. */
export interface AlertTest {
  readonly kind: 'alert-test';
  readonly location: Location;
  readonly role: CodeRole;
  /** Files of rules that it loads, as far as they are in the repository. */
  readonly ruleFiles: readonly string[];
  /** Rule files that are not in the repository, as they are written. */
  readonly missing: readonly string[];
  /** How often each alert is expected to fire, and to stay silent. */
  readonly cases: readonly { readonly alert: string; readonly fires: number; readonly silent: number }[];
}

/** A page of curves. */
export interface Dashboard {
  readonly kind: 'dashboard';
  readonly location: Location;
  readonly role: CodeRole;
  readonly title: string;
  readonly system: string;
  readonly panels: readonly Panel[];
  /** Is it brought to the system that shows it? */
  readonly provisioned: Tri;
}

export interface Panel {
  readonly title: string;
  readonly location: Location;
  /** Does it show how something went over time? */
  readonly overTime: boolean;
  readonly queries: readonly Measure[];
  /** Queries in a language that is not read. */
  readonly unread: number;
}

/** A part of a monitoring system that the repository ships. */
export interface MonitoringStack {
  readonly kind: 'monitoring-stack';
  readonly location: Location;
  readonly role: CodeRole;
  readonly part: 'rules' | 'dashboards' | 'routing';
  /** In the reader's words, for example "prometheus.yml". */
  readonly label: string;
}

/** The name of a metric in rules and panels, and whether the text of the code knows it. */
export interface MetricUse {
  readonly kind: 'metric-use';
  readonly location: Location;
  readonly role: CodeRole;
  readonly name: string;
  /** Labels that some rule or panel asks to have a value. */
  readonly asks: readonly string[];
  /** The files that ask for it. */
  readonly files: readonly string[];
  /** In alerts, in panels, or in both. */
  readonly by: readonly ('alert' | 'panel')[];
  /** A place in source code where the name, or a part from which it may be put together, stands as text. */
  readonly inText?: Location;
}

/** How a new version gets its traffic. */
export interface Rollout {
  readonly kind: 'rollout';
  readonly location: Location;
  readonly role: CodeRole;
  /** In the reader's words, for example "Argo Rollouts". */
  readonly label: string;
  /** Shares of the traffic in per cent, in order, and seconds for which each is held; null: until somebody says go on. */
  readonly steps: readonly { readonly share: number; readonly hold: number | null }[];
  /** The smallest share that it can really give, in per cent, and why; undefined: any. */
  readonly finest?: { readonly share: number; readonly why: string };
  /** Numbers decide by themselves whether it goes on. */
  readonly watched: boolean;
}

/** A way back to the version before that a machine can go. */
export interface WayBack {
  readonly kind: 'way-back';
  readonly location: Location;
  readonly role: CodeRole;
  /** The command or setting. */
  readonly label: string;
  /** `failure`: when a deployment fails; `drill`: it is tried again and again; `manual`: somebody starts it. */
  readonly when: 'failure' | 'manual' | 'drill';
  /** What looks at the result afterwards, for example "npm run smoke". */
  readonly verifies?: string;
  /** Why it can never run. */
  readonly dead?: string;
}

/** A rotation of people, or the levels through which an alarm climbs, as configuration of the service that calls them. */
export interface OnCall {
  readonly kind: 'on-call';
  readonly location: Location;
  readonly role: CodeRole;
  readonly label: string;
  /** Who is called when. */
  readonly rotation: boolean;
  /** How many levels are called one after the other. */
  readonly levels: number;
}

/** Code of the repository that something runs by itself: by the clock, or on a change. */
export interface Scheduled {
  readonly kind: 'scheduled';
  readonly location: Location;
  readonly role: CodeRole;
  readonly label: string;
  /** `change`: when certain files are changed. */
  readonly on: 'schedule' | 'change';
  /** Files of the code that it may run. */
  readonly files: readonly string[];
  /** Why its failure is not noticed. */
  readonly harmless?: string;
  /** Why it never runs. */
  readonly dead?: string;
  /** Who is named as its owner beside it. */
  readonly owner?: string;
}

/** A page for people. It can name things; it cannot show that they are so. */
export interface Page {
  readonly kind: 'page';
  readonly location: Location;
  readonly role: CodeRole;
  readonly topic: 'rollback' | 'on-call' | 'knowledge' | 'canary';
  /** What it says, in the reader's words: "two levels", "a date of an exercise". */
  readonly says: readonly string[];
  /** What such a page needs and this one does not have. */
  readonly lacks: readonly string[];
  /** Cells and lines that were left to be filled in. */
  readonly blanks: readonly string[];
}

export type OperationsFact =
  | Alert
  | AlertRouting
  | AlertTest
  | Dashboard
  | MonitoringStack
  | MetricUse
  | Rollout
  | WayBack
  | OnCall
  | Scheduled
  | Page;

/** Every kind once, for the groups of facts. */
export const NO_OPERATIONS: { readonly [K in OperationsFact['kind']]: readonly never[] } = {
  alert: [],
  'alert-routing': [],
  'alert-test': [],
  dashboard: [],
  'monitoring-stack': [],
  'metric-use': [],
  rollout: [],
  'way-back': [],
  'on-call': [],
  scheduled: [],
  page: [],
};
