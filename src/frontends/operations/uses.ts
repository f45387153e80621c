// The names of metrics that alerts and panels ask for, and whether the text of the code knows them. A name that stands in the text is
// no proof that it is emitted; a name that stands nowhere is nearly a proof that it is not.
import { type Alert, type Dashboard, type Location, type Measure, type MetricUse, metricsIn, stemOf } from '../../core/index.ts';
import type { Inventory } from '../../repository/index.ts';

const SOURCE = /\.(?:[cm]?[jt]sx?|py|go|java|kt|rb|rs|cs|php|scala|ex|exs)$/;
const MOST_FILES = 6000;
const LONGEST = 1_000_000;
const WORD = /[A-Za-z_][\w.:]{3,119}/g;

interface Found {
  readonly location: Location;
  readonly role: MetricUse['role'];
  readonly asks: Set<string>;
  readonly by: Set<'alert' | 'panel'>;
  readonly files: Set<string>;
}

export function metricUses(inventory: Inventory, alerts: readonly Alert[], boards: readonly Dashboard[]): MetricUse[] {
  const found = new Map<string, Found>();
  const add = (measure: Measure | undefined, location: Location, role: MetricUse['role'], by: 'alert' | 'panel'): void => {
    if (measure === undefined) return;
    for (const { metric, matchers } of metricsIn(measure)) {
      if (metric === '' || metric.startsWith('filled_in') || metric.startsWith('variable_')) continue;
      const use = found.get(metric) ?? { location, role, asks: new Set(), by: new Set(), files: new Set() };
      found.set(metric, use);
      use.by.add(by);
      use.files.add(location.file);
      for (const { label, op, value } of matchers)
        if ((op === '=' && value !== '') || (op === '=~' && !/^(?:\.\*|\.\+|\$.*|)$/.test(value) && !value.includes('$')))
          use.asks.add(label);
    }
  };
  for (const alert of alerts) if (alert.role === 'production') add(alert.condition, alert.location, alert.role, 'alert');
  for (const board of boards)
    if (board.role === 'production')
      for (const panel of board.panels) for (const query of panel.queries) add(query, panel.location, board.role, 'panel');
  if (found.size === 0) return [];
  const text = textOf(inventory, [...found.keys()]);
  return [...found].map(([name, { location, role, asks, by, files }]) => {
    const inText = text(name);
    return {
      kind: 'metric-use',
      location,
      role,
      name,
      asks: [...asks].sort(),
      by: [...by].sort(),
      files: [...files].sort(),
      ...(inText === undefined ? {} : { inText }),
    };
  });
}

/** Looks through the words of the source files, once for all names. */
function textOf(inventory: Inventory, names: readonly string[]): (name: string) => Location | undefined {
  const wanted = new Set(names.map(stemOf));
  // Most words of a program begin otherwise: asked first, because it costs nearly nothing.
  const heads = new Set([...wanted].map(stem => stem.slice(0, 3)));
  const whole = new Map<string, Location>();
  /** Words that begin with an underscore: what follows a value in a template. */
  const ends = new Map<string, Location>();
  const files = inventory.files.filter(file => SOURCE.test(file) && inventory.roleOf(file) === 'production').slice(0, MOST_FILES);
  for (const file of files) {
    const text = inventory.read(file);
    if (text === undefined || text.length > LONGEST) continue;
    for (const match of text.matchAll(WORD)) {
      const word = match[0];
      if (word[0] !== '_' && !heads.has(word.slice(0, 3).toLowerCase())) continue;
      const stem = stemOf(word);
      if (wanted.has(stem) && !whole.has(stem)) whole.set(stem, { file, line: lineAt(text, match.index) });
      else if (word.startsWith('_') && word.length > 5 && !ends.has(stem) && isText(text, match.index))
        ends.set(stem, { file, line: lineAt(text, match.index) });
    }
  }
  return name => {
    const stem = stemOf(name);
    const exact = whole.get(stem);
    if (exact !== undefined) return exact;
    for (const [end, location] of ends) if (stem.endsWith(end)) return location;
    return undefined;
  };
}

/** A part of a name stands behind a quote or behind a value that is put in. */
const isText = (text: string, at: number): boolean => /["'`}]/.test(text[at - 1] ?? '');

function lineAt(text: string, at: number): number {
  let line = 1;
  for (let i = text.indexOf('\n'); i >= 0 && i < at; i = text.indexOf('\n', i + 1)) line++;
  return line;
}
