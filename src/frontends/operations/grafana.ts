// Grafana: dashboards, and alerts, contact points and policies of its own alerting, as they are provisioned from files.
import type {
  Alert,
  AlertRouting,
  Comparator,
  Dashboard,
  Measure,
  MonitoringStack,
  Panel,
  Receiver,
  Route,
  Tri,
} from '../../core/index.ts';
import type { Inventory } from '../../repository/index.ts';
import { entries, get, isDict, list, text } from '../ci/jobs.ts';
import { emptiness } from './alertmanager.ts';
import { type Doc, findAll, isCompose, Places, roleOfConfig } from './files.ts';
import { type Grammar, readQuery, secondsOf } from './promql.ts';
import { actionOf, labelsOf } from './rules.ts';

const MOST_PANELS = 400;
const EVALUATORS: Readonly<Record<string, Comparator>> = { gt: '>', lt: '<', gte: '>=', lte: '<=', eq: '==', ne: '!=' };

type Known = (name: string) => Measure | undefined;

/** Dashboards that are files, also inside of a ConfigMap. */
export function dashboards(inventory: Inventory, grammar: Grammar, docs: readonly Doc[], known: Known): (Dashboard | MonitoringStack)[] {
  const out: (Dashboard | MonitoringStack)[] = [];
  const providers = docs.filter(doc => Array.isArray(get(doc.value, 'providers')) && get(doc.value, 'apiVersion') === 1);
  const mentions = docs.filter(doc => isCompose(doc.file) || doc.templated || /values[^/]*\.ya?ml$|kustomization/.test(doc.file));
  for (const doc of docs) {
    const made = dashboardIn(inventory, grammar, doc, doc.value, known, provisioned(doc, providers, mentions));
    if (made !== undefined) out.push(made);
    const labels = labelsOf(get(get(doc.value, 'metadata'), 'labels'));
    if (get(doc.value, 'kind') !== 'ConfigMap') continue;
    for (const [, inner] of entries(get(doc.value, 'data')).slice(0, 50)) {
      const value = typeof inner === 'string' && inner.includes('"panels"') ? parsed(inner) : undefined;
      const one =
        value === undefined
          ? undefined
          : dashboardIn(inventory, grammar, doc, value, known, 'grafana_dashboard' in labels ? 'yes' : 'unknown');
      if (one !== undefined) out.push(one);
    }
  }
  const role = (doc: Doc) => roleOfConfig(inventory, doc.file);
  for (const doc of docs) {
    const image = isCompose(doc.file)
      ? entries(get(doc.value, 'services')).find(([, service]) =>
          /^(?:docker\.io\/)?grafana\/grafana(?:-oss|-enterprise)?(?::|@|$)/.test(text(get(service, 'image')) ?? ''),
        )
      : undefined;
    if (image === undefined) continue;
    const location = new Places(doc).of('grafana/grafana');
    out.push({ kind: 'monitoring-stack', location, role: role(doc), part: 'dashboards', label: 'Grafana is started' });
  }
  return out;
}

function parsed(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    return undefined;
  }
}

/** A provider in the same part of the repository loads folders; which of them, only a container knows. */
function provisioned(doc: Doc, providers: readonly Doc[], mentions: readonly Doc[]): Tri {
  const name = doc.file.slice(doc.file.lastIndexOf('/') + 1);
  const folder = doc.file.split('/').at(-2) ?? '';
  const top = (file: string): string => file.split('/')[0] ?? '';
  if (providers.some(one => top(one.file) === top(doc.file))) return 'yes';
  if (mentions.some(one => one.text.includes(name) || (folder !== '' && one.text.includes(`${folder}/`)))) return 'yes';
  return providers.length > 0 ? 'unknown' : 'no';
}

/** The dashboard in a value, in either of the forms of Grafana; undefined: it is none. */
export function dashboardIn(
  inventory: Inventory,
  grammar: Grammar,
  doc: Doc,
  value: unknown,
  known: Known,
  loaded: Tri,
): Dashboard | undefined {
  const board = isDict(get(value, 'dashboard'))
    ? get(value, 'dashboard')
    : isDict(get(value, 'spec')) && get(get(value, 'spec'), 'elements') !== undefined
      ? get(value, 'spec')
      : value;
  const old = Array.isArray(get(board, 'panels')) || Array.isArray(get(board, 'rows'));
  const elements = get(board, 'elements');
  const title = text(get(board, 'title'));
  if (title === undefined || !(old ? isGrafana(board) : isDict(elements))) return undefined;
  const places = new Places(doc);
  const location = places.of(`"title": "${title}"`, title);
  const panels: Panel[] = [];
  const found = old
    ? findAll({ panels: get(board, 'panels'), rows: get(board, 'rows') }, dict => Array.isArray(dict.targets))
    : entries(elements).flatMap(([, one]) => (isDict(one) ? [one] : []));
  for (const panel of found.slice(0, MOST_PANELS)) {
    const inner = old ? panel : get(panel, 'spec');
    const targets = old
      ? list(panel.targets)
      : list(get(get(get(inner, 'data'), 'spec'), 'queries')).map(one => get(get(get(one, 'spec'), 'query'), 'spec'));
    const named = text(get(inner, 'title')) ?? '';
    const queries: Measure[] = [];
    let unread = 0;
    for (const target of targets.slice(0, 30)) {
      const expr = text(get(target, 'expr'));
      if (get(target, 'hide') === true) continue;
      const measure = expr === undefined ? undefined : readQuery(grammar, expr, known).measure;
      if (measure === undefined) unread++;
      else queries.push(measure);
    }
    const type =
      text(get(inner, 'type')) ?? text(get(get(inner, 'vizConfig'), 'kind')) ?? text(get(get(inner, 'vizConfig'), 'group')) ?? '';
    panels.push({
      title: named,
      location: places.of(`"title": "${named}"`, named),
      overTime: /^(?:timeseries|graph|heatmap|barchart|state-timeline|trend|xychart)$/.test(type),
      queries,
      unread,
    });
  }
  return {
    kind: 'dashboard',
    location,
    role: roleOfConfig(inventory, doc.file),
    title,
    system: 'Grafana',
    panels,
    provisioned: loaded,
  };
}

const isGrafana = (board: unknown): boolean =>
  ['schemaVersion', 'templating', 'annotations', 'uid', 'refresh', 'time'].some(key => get(board, key) !== undefined);

/** Alert rules that Grafana evaluates itself. */
export function grafanaAlerts(inventory: Inventory, grammar: Grammar, docs: readonly Doc[], known: Known): Alert[] {
  return docs.flatMap(doc => {
    const rules = list(get(doc.value, 'groups')).flatMap(group =>
      list(get(group, 'rules')).filter(rule => Array.isArray(get(rule, 'data'))),
    );
    const places = new Places(doc);
    return rules.slice(0, 500).flatMap((rule): Alert[] => {
      const name = text(get(rule, 'title'));
      if (name === undefined) return [];
      const { measure, broken } = conditionOf(grammar, rule, known);
      const annotations = get(rule, 'annotations');
      const action = actionOf(annotations);
      const runbook = text(get(annotations, 'runbook_url'));
      const hold = text(get(rule, 'for'));
      return [
        {
          kind: 'alert',
          location: places.of(name),
          role: roleOfConfig(inventory, doc.file),
          name,
          system: 'Grafana',
          ...(measure === undefined ? {} : { condition: measure }),
          ...(broken === undefined ? {} : { broken }),
          hold: hold === undefined ? 0 : secondsOf(hold),
          labels: labelsOf(get(rule, 'labels')),
          ...(action === undefined ? {} : { action }),
          ...(runbook === undefined ? {} : { runbook }),
          ...(get(rule, 'isPaused') === true ? { loaded: 'no' as const, notLoaded: 'it is paused' } : { loaded: 'yes' as const }),
        },
      ];
    });
  });
}

/** A rule of Grafana is a graph of queries and expressions that name one another. */
export function conditionOf(grammar: Grammar, rule: unknown, known: Known): { measure?: Measure; broken?: string } {
  const nodes = new Map(
    list(get(rule, 'data'))
      .slice(0, 26)
      .map(node => [text(get(node, 'refId')) ?? '', node] as const),
  );
  let broken: string | undefined;
  const open = new Set<string>();
  const of = (id: string): Measure | undefined => {
    const node = nodes.get(id);
    const model = get(node, 'model');
    if (node === undefined || open.has(id)) return undefined;
    open.add(id);
    try {
      const kind = text(get(model, 'type'));
      const expression = text(get(model, 'expression'))?.replace(/^\$\{?(\w+)\}?$/, '$1');
      const evaluator = get(list(get(model, 'conditions'))[0], 'evaluator');
      const comparator = EVALUATORS[text(get(evaluator, 'type')) ?? ''];
      const limit = list(get(evaluator, 'params'))[0];
      const expr = text(get(model, 'expr'));
      if (expr !== undefined) {
        const query = readQuery(grammar, expr, known);
        broken ??= query.broken;
        return query.measure;
      }
      if (kind === 'reduce' || kind === 'resample') return expression === undefined ? undefined : of(expression);
      if (kind === 'math' && expression !== undefined) {
        return readQuery(
          grammar,
          expression
            .replace(/\$\{?(\w+)\}?/g, 'ref_$1')
            .replaceAll('&&', ' and ')
            .replaceAll('||', ' or '),
          name => (name.startsWith('ref_') ? of(name.slice(4)) : undefined),
        ).measure;
      }
      const source = expression ?? text(list(get(get(list(get(model, 'conditions'))[0], 'query'), 'params'))[0]);
      if (
        (kind === 'threshold' || kind === 'classic_conditions') &&
        source !== undefined &&
        comparator !== undefined &&
        typeof limit === 'number'
      ) {
        const left = of(source);
        return left === undefined ? undefined : { is: 'comparison', op: comparator, left, right: { is: 'number', value: limit } };
      }
      return undefined;
    } finally {
      open.delete(id);
    }
  };
  const measure = of(text(get(rule, 'condition')) ?? '');
  return { ...(measure === undefined ? {} : { measure }), ...(broken === undefined ? {} : { broken }) };
}

/** Contact points and policies. */
export function grafanaRouting(inventory: Inventory, docs: readonly Doc[]): AlertRouting[] {
  const points = docs.flatMap(doc => {
    const places = new Places(doc);
    return list(get(doc.value, 'contactPoints')).flatMap((point): Receiver[] => {
      const name = text(get(point, 'name'));
      if (name === undefined) return [];
      const receivers = list(get(point, 'receivers'));
      const empty =
        receivers.length === 0 ? 'it sends nothing' : receivers.map(one => emptiness(text(get(one, 'type')) ?? '', get(one, 'settings')));
      const nobody = typeof empty === 'string' ? empty : empty.every(one => one !== undefined) ? empty[0] : undefined;
      const by = receivers.flatMap(one => text(get(one, 'type')) ?? []);
      return [{ name, location: places.of(name), by, ...(nobody === undefined ? {} : { empty: nobody }) }];
    });
  });
  return docs.flatMap(doc =>
    list(get(doc.value, 'policies')).flatMap((policy): AlertRouting[] =>
      isDict(policy)
        ? [
            {
              kind: 'alert-routing',
              location: new Places(doc).of('policies'),
              role: roleOfConfig(inventory, doc.file),
              system: 'Grafana',
              route: policyOf(policy, 0),
              receivers: points,
            },
          ]
        : [],
    ),
  );
}

function policyOf(policy: unknown, depth: number): Route {
  const receiver = text(get(policy, 'receiver'));
  const matchers = list(get(policy, 'object_matchers') === undefined ? undefined : [get(policy, 'object_matchers')]).flatMap(all =>
    (Array.isArray(all) && Array.isArray(all[0]) ? all : [all]).flatMap(one => {
      const [label, op, value] = list(one).map(part => text(part) ?? '');
      return label !== undefined && (op === '=' || op === '!=' || op === '=~' || op === '!~')
        ? [{ label, op, value: value ?? '' } as const]
        : [];
    }),
  );
  return {
    ...(receiver === undefined ? {} : { receiver }),
    matchers,
    goesOn: get(policy, 'continue') === true,
    routes: depth > 8 ? [] : list(get(policy, 'routes')).map(one => policyOf(one, depth + 1)),
  };
}
