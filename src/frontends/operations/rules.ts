// Alert rules of Prometheus and its kin (Mimir, Thanos, the operator's PrometheusRule, values of Helm charts), and service level objectives.
import type { Alert, Measure, MonitoringStack } from '../../core/index.ts';
import { type Inventory, matches } from '../../repository/index.ts';
import { entries, get, isDict, list, text } from '../ci/jobs.ts';
import { type Doc, findAll, isCompose, Places, roleOfConfig } from './files.ts';
import { type Grammar, readQuery, secondsOf } from './promql.ts';

interface Rule {
  readonly doc: Doc;
  readonly rule: Readonly<Record<string, unknown>>;
}

const MOST_RULES = 3000;

/** All rules of a repository, and what they are called by others. */
export class Rules {
  readonly #grammar: Grammar;
  readonly #records = new Map<string, string>();
  readonly #known = new Map<string, Measure | undefined>();
  readonly #open = new Set<string>();
  readonly #rules: Rule[] = [];
  readonly #loads: Loads;
  readonly #inventory: Inventory;

  constructor(inventory: Inventory, grammar: Grammar, docs: readonly Doc[]) {
    this.#inventory = inventory;
    this.#grammar = grammar;
    this.#loads = new Loads(docs);
    for (const doc of docs) {
      for (const rule of rulesOf(doc)) {
        if (this.#rules.length >= MOST_RULES) break;
        this.#rules.push({ doc, rule });
        const record = text(rule.record);
        const expr = text(rule.expr);
        if (record !== undefined && expr !== undefined) this.#records.set(record, expr);
      }
    }
  }

  /** The measure behind the name of a recording rule. */
  readonly recorded = (name: string): Measure | undefined => {
    const expr = this.#records.get(name);
    if (expr === undefined || this.#open.has(name) || this.#open.size > 6) return undefined;
    if (!this.#known.has(name)) {
      this.#open.add(name);
      this.#known.set(name, readQuery(this.#grammar, expr, this.recorded).measure);
      this.#open.delete(name);
    }
    return this.#known.get(name);
  };

  /** The alerts, and files of rules that hold none. */
  facts(): (Alert | MonitoringStack)[] {
    const places = new Map<Doc, Places>();
    const out: Alert[] = [];
    const runbooks = new Runbooks(this.#inventory);
    for (const { rule } of this.#rules) runbooks.learn(urlOf(rule));
    for (const { doc, rule } of this.#rules) {
      const name = text(rule.alert);
      const expr = text(rule.expr);
      if (name === undefined || expr === undefined) continue;
      const finder = places.get(doc) ?? new Places(doc);
      places.set(doc, finder);
      const query = readQuery(this.#grammar, expr, this.recorded);
      const annotations = get(rule, 'annotations');
      const action = actionOf(annotations);
      const runbook = urlOf(rule);
      const noRunbook = runbook === undefined ? undefined : runbooks.missing(doc.file, runbook);
      const logs = /\|=|\|~|\| *json|\| *logfmt/.test(expr);
      const hold = text(rule.for);
      out.push({
        kind: 'alert',
        location: finder.of(`alert: ${name}`, name),
        role: roleOfConfig(this.#inventory, doc.file),
        name,
        system: logs ? 'Loki' : 'Prometheus',
        ...(query.measure === undefined ? {} : { condition: query.measure }),
        ...(query.broken === undefined || logs ? {} : { broken: query.broken }),
        ...(query.templated || doc.templated ? { templated: true } : {}),
        hold: hold === undefined ? 0 : secondsOf(hold),
        labels: labelsOf(get(rule, 'labels')),
        ...(action === undefined ? {} : { action }),
        ...(runbook === undefined ? {} : { runbook }),
        ...(noRunbook === undefined ? {} : { noRunbook }),
        ...this.#loads.of(doc),
      });
    }
    return [...withRefusals(out), ...this.#loads.stacks(this.#inventory)];
  }

  get none(): boolean {
    return this.#rules.length === 0;
  }
}

/** A server that cannot read one rule refuses the whole file. */
function withRefusals(facts: readonly Alert[]): Alert[] {
  const refused = new Map(facts.flatMap(one => (one.broken !== undefined ? [[one.location.file, one] as const] : [])));
  return facts.map(one => {
    const by = refused.get(one.location.file);
    if (by === undefined || one.broken !== undefined) return one;
    return { ...one, loaded: 'no', notLoaded: `the server refuses the whole file because of ${by.name}: ${by.broken}` };
  });
}

function rulesOf({ value }: Doc): Readonly<Record<string, unknown>>[] {
  const groups = findAll(value, dict => Array.isArray(dict.groups) && dict.groups.some(group => Array.isArray(get(group, 'rules'))));
  return groups.flatMap(holder =>
    list(holder.groups).flatMap(group =>
      list(get(group, 'rules')).flatMap(rule => (isDict(rule) && text(rule.expr) !== undefined ? [rule] : [])),
    ),
  );
}

export function labelsOf(value: unknown): Record<string, string> {
  const out: Record<string, string> = {};
  for (const [label, given] of entries(value).slice(0, 50)) {
    const plain = text(given);
    if (plain !== undefined) out[label] = plain;
  }
  return out;
}

const RUNBOOK = ['runbook_url', 'runbook', 'runbookUrl', 'playbook', 'playbook_url'];

function urlOf(rule: unknown): string | undefined {
  const annotations = get(rule, 'annotations');
  return RUNBOOK.map(key => text(get(annotations, key))?.trim()).find(one => one !== undefined && one !== '');
}

/** What a rule says is to be done, as an annotation of its own. */
export function actionOf(annotations: unknown): string | undefined {
  const keys = ['action', 'actions', 'remediation', 'resolution', 'next_steps', 'mitigation'];
  return keys.map(key => text(get(annotations, key))?.trim()).find(one => one !== undefined && one.split(/\s+/).length >= 3);
}

/** Links to runbooks: those that lead into the repository can be followed. */
export class Runbooks {
  readonly #inventory: Inventory;
  /** Beginnings of links whose ends were found in the repository. */
  readonly #own = new Set<string>();

  constructor(inventory: Inventory) {
    this.#inventory = inventory;
  }

  learn(url: string | undefined): void {
    const parts = partsOf(url);
    if (parts !== undefined && this.#inventory.has(parts.path)) this.#own.add(parts.base);
  }

  /** Why a link leads nowhere; undefined: it may lead somewhere. */
  missing(file: string, url: string): string | undefined {
    if (/^(?:todo|tbd|n\/?a|none|-+|\?+|link|<.*>)$/i.test(url)) return `"${url}" is a placeholder`;
    const host = /^https?:\/\/([^/:?#]+)/.exec(url)?.[1];
    if (
      host !== undefined &&
      /(?:^|\.)example\.(?:com|org|net)$|(?:^|[.-])your[-_.]|(?:^|\.)(?:yourcompany|mycompany|your-domain|yourdomain)\./i.test(host)
    )
      return `${host} is a placeholder`;
    const parts = partsOf(url);
    if (parts !== undefined)
      return this.#own.has(parts.base) && !this.#inventory.has(parts.path) ? `${parts.path} is not there` : undefined;
    if (host !== undefined || !/^[\w./-]{1,200}\.(?:md|mdx|adoc|rst|txt|html)(?:#|$)/.test(url)) return undefined;
    const path = url.replace(/#.*$/, '').replace(/^\.?\//, '');
    const near = `${file.includes('/') ? file.slice(0, file.lastIndexOf('/') + 1) : ''}${path}`;
    return this.#inventory.has(path) || this.#inventory.has(near) || path.includes('..') ? undefined : `${path} is not there`;
  }
}

function partsOf(url: string | undefined): { base: string; path: string } | undefined {
  const found = /^(https?:\/\/[^/]+\/[^\s#?]{1,200}?\/(?:-\/)?(?:blob|tree|src)\/[^/]+\/)([^#?\s]+)/.exec(url ?? '');
  return found === null ? undefined : { base: found[1] ?? '', path: found[2] ?? '' };
}

/** Which rule files does a server load? Known only where the configuration of a server is in the repository. */
class Loads {
  readonly #servers: { doc: Doc; patterns: string[] }[] = [];
  readonly #mentions: { file: string; text: string }[] = [];
  readonly #empty: Doc[] = [];

  constructor(docs: readonly Doc[]) {
    for (const doc of docs) {
      const config = get(doc.value, 'clients') === undefined && get(doc.value, 'tests') === undefined;
      const isServer =
        config &&
        (Array.isArray(get(doc.value, 'scrape_configs')) ||
          (isDict(get(doc.value, 'global')) && get(doc.value, 'rule_files') !== undefined));
      if (isServer) this.#servers.push({ doc, patterns: list(get(doc.value, 'rule_files')).flatMap(one => text(one) ?? []) });
      else if (isCompose(doc.file) || /(?:^|\/)(?:kustomization|values[^/]*|Chart)\.ya?ml$/.test(doc.file) || doc.templated)
        this.#mentions.push({ file: doc.file, text: doc.text });
      const isRules = Array.isArray(get(doc.value, 'groups')) || get(doc.value, 'kind') === 'PrometheusRule';
      if (isRules && rulesOf(doc).length === 0 && /^\s*#.*\balert:/m.test(doc.text)) this.#empty.push(doc);
    }
  }

  of(doc: Doc): Pick<Alert, 'loaded' | 'notLoaded'> {
    if (get(doc.value, 'kind') === 'PrometheusRule' || doc.templated) return { loaded: 'unknown' };
    const name = doc.file.slice(doc.file.lastIndexOf('/') + 1);
    const folder = doc.file.split('/').at(-2);
    if (this.#servers.length === 0) return { loaded: 'unknown' };
    const loaded = this.#servers.some(({ patterns }) => patterns.some(pattern => matches(pattern.split('/').at(-1) ?? '', name)));
    if (loaded) return { loaded: 'yes' };
    const mentioned = this.#mentions.some(
      one => one.file !== doc.file && (one.text.includes(name) || (folder !== undefined && one.text.includes(`${folder}/`))),
    );
    if (mentioned) return { loaded: 'unknown' };
    return { loaded: 'no', notLoaded: `no server loads it: rule_files of ${this.#servers[0]?.doc.file ?? ''} does not name it` };
  }

  stacks(inventory: Inventory): MonitoringStack[] {
    const of = (doc: Doc, label: string): MonitoringStack => ({
      kind: 'monitoring-stack',
      location: { file: doc.file, line: 1 },
      role: roleOfConfig(inventory, doc.file),
      part: 'rules',
      label,
    });
    return [
      ...this.#servers.map(({ doc }) => of(doc, 'A server of Prometheus is configured')),
      ...this.#empty.map(doc => of(doc, 'In a file of rules every rule is commented out')),
    ];
  }
}
