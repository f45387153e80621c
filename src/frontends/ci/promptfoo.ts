// Configurations of promptfoo: which cases, which judge, which bar.
import type { Fact, FedEdge } from '../../core/index.ts';
import { type Inventory, roleOf } from '../../repository/index.ts';
import { entries, get, isDict, list, text } from './jobs.ts';

const CONFIG = /(?:^|\/)(?:[\w.-]*promptfoo[\w.-]*|redteam)\.(?:ya?ml|json)$/;
/** Assertions that a model decides. */
const JUDGED =
  /^(?:not-)?(?:llm-rubric|model-graded-|g-eval|factuality|answer-relevance|context-|select-best|pi|agent-rubric|search-rubric|conversation-relevance|trajectory:goal)/;
/** Providers that ask something that runs, and not a bare model. */
const OWN = /^(?:https?:|id: http|http$|file:|exec:|python:|javascript:|package:|websocket|browser|mcp|webhook:)|\.(?:[cm]?[jt]s|py)$/;

export function promptfooFacts(inventory: Inventory, load: (file: string) => unknown): Fact[] {
  return inventory.files
    .filter(file => CONFIG.test(file))
    .slice(0, 50)
    .flatMap(file => factsOf(inventory, file, file.endsWith('.json') ? json(inventory.read(file)) : load(file)));
}

function json(source: string | undefined): unknown {
  try {
    return source === undefined ? undefined : JSON.parse(source);
  } catch {
    return undefined;
  }
}

function factsOf(inventory: Inventory, file: string, config: unknown): Fact[] {
  if (
    !isDict(config) ||
    (get(config, 'providers') === undefined && get(config, 'targets') === undefined && get(config, 'redteam') === undefined)
  )
    return [];
  const location = { file, line: 1 };
  const written = get(config, 'tests');
  const tests = list(written).filter(isDict);
  const rows = list(written).flatMap(one => rowsOf(inventory, file, text(one)));
  const unreadable = list(written).some(one => typeof one === 'string' && rowsOf(inventory, file, one).length === 0);
  const cases = unreadable ? null : tests.length + rows.reduce((sum, count) => sum + count, 0);
  const asserts = [config, get(config, 'defaultTest'), ...tests].flatMap(holder =>
    list(get(holder, 'assert')).flatMap(one => text(get(one, 'type')) ?? []),
  );
  const providers = list(get(config, 'providers') ?? get(config, 'targets')).map(
    one => text(one) ?? text(get(one, 'id')) ?? entries(one)[0]?.[0] ?? '',
  );
  const own = providers.filter(one => OWN.test(one)).length;
  const ofAgent = own === 0 ? 'no' : own === providers.length ? 'yes' : 'unknown';
  // An own provider only counts where it is there.
  const role = roleOf(file) === 'production' ? 'eval' : roleOf(file);
  const edges: FedEdge[] =
    get(config, 'redteam') === undefined || ofAgent === 'no'
      ? []
      : [{ edge: 'malicious', location: { file, line: 1, note: 'redteam' }, to: 'agent' }];
  const out: Fact[] = [
    {
      kind: 'test-file',
      location,
      role,
      sort: 'evaluation',
      runner: 'promptfoo',
      cases: cases ?? 1,
      skipped: 0,
      ofAgent: ofAgent !== 'no',
      tools: [],
      edges,
    },
  ];
  const judge = asserts.find(type => JUDGED.test(type));
  // Without a pass rate promptfoo fails when a single case fails.
  if (judge !== undefined)
    out.push({ kind: 'judge-evaluation', location, role, label: `promptfoo, ${judge}`, threshold: 1, cases, ofAgent });
  return out;
}

/** The number of cases in a file of cases that lies in the repository. */
function rowsOf(inventory: Inventory, from: string, reference: string | undefined): number[] {
  if (reference === undefined) return [];
  const dir = from.includes('/') ? from.slice(0, from.lastIndexOf('/') + 1) : '';
  const path = `${dir}${reference.replace(/^file:\/\//, '').replace(/^\.\//, '')}`;
  if (!inventory.has(path)) return [];
  const source = inventory.read(path) ?? '';
  const lines = source.split('\n').filter(line => line.trim() !== '').length;
  if (path.endsWith('.csv')) return [Math.max(0, lines - 1)];
  if (path.endsWith('.jsonl')) return [lines];
  if (/\.ya?ml$/.test(path)) return [source.split('\n').filter(line => /^- /.test(line)).length];
  const value = path.endsWith('.json') ? json(source) : undefined;
  return Array.isArray(value) ? [value.length] : [];
}
