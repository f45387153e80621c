// PromQL as a measure. The grammar is that of Prometheus itself; what the grammar cannot see (a range where a value is due) is checked here.
import type { SyntaxNode, Tree } from '@lezer/common';
import type { Comparator, Matcher, Measure } from '../../core/index.ts';

/** What is needed of the parser; it is loaded only when there is something to parse. */
export interface Grammar {
  parse(text: string): Tree;
}

export interface Query {
  readonly measure?: Measure;
  /** Why Prometheus would refuse it. */
  readonly broken?: string;
  /** Parts of it are filled in by something else. */
  readonly templated: boolean;
}

type Sort = 'scalar' | 'vector' | 'matrix' | 'string' | 'unknown';
type Typed = readonly [measure: Measure, sort: Sort];

const LONGEST = 8000;
const DEEPEST = 80;
const MOST_NODES = 3000;
/** Stands for a span that only the dashboard knows. */
const OPEN_SPAN = '987654s';

const GROWTH: Readonly<Record<string, 'second' | 'span'>> = {
  rate: 'second',
  irate: 'second',
  deriv: 'second',
  increase: 'span',
  delta: 'span',
  idelta: 'span',
};
const PAST = /^(?:(\w+)_over_time|predict_linear|holt_winters|double_exponential_smoothing|changes|resets)$/;
const COMPARATORS: Readonly<Record<string, Comparator>> = { Gtr: '>', Gte: '>=', Lss: '<', Lte: '<=', Eql: '==', EqlC: '==', Neq: '!=' };
const LOGIC: Readonly<Record<string, 'and' | 'or' | 'unless'>> = { And: 'and', Or: 'or', Unless: 'unless' };

/**
 * Reads one query.
 * @param known the measure behind a name: that of a recording rule, or of another part of the same alert
 */
export function readQuery(grammar: Grammar, given: string, known: (name: string) => Measure | undefined = () => undefined): Query {
  if (given.length > LONGEST) return { templated: false };
  const written = given.replace(/("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|#[^\n]*/g, (_, text: string | undefined) => text ?? '');
  const text = filled(written);
  const templated = text !== written;
  const tree = grammar.parse(text);
  const reader = new Converter(text, known);
  const wrong = errorIn(tree);
  if (wrong !== undefined) return templated ? { templated } : { broken: `it does not parse near "${near(text, wrong)}"`, templated };
  const top = tree.topNode.firstChild;
  const typed = top === null ? undefined : reader.convert(top, 0);
  if (reader.broken !== undefined && !templated) return { broken: reader.broken, templated };
  if (typed === undefined) return { templated };
  return { measure: typed[0], templated };
}

/** Variables of Grafana and templates of Helm give way to something that parses. */
function filled(written: string): string {
  return written
    .replace(/\[\s*\$?\{?\$?__?\w+\}?\s*(?=[\]:])/g, `[${OPEN_SPAN}`)
    .replace(/\[\s*\$\{?\w{1,60}\}?\s*(?=[\]:])/g, `[${OPEN_SPAN}`)
    .replace(/([<>=]\s*(?:bool\s+)?)\{\{[^{}]{0,200}\}\}/g, '$11')
    .replace(/\{\{[^{}]{0,200}\}\}/g, 'filled_in')
    .replace(/(?<!["'\w~=])\$\{?(\w{1,60})(?::\w+)?\}?/g, 'variable_$1');
}

function errorIn(tree: Tree): number | undefined {
  let at: number | undefined;
  let seen = 0;
  tree.iterate({
    enter: node => {
      if (++seen > MOST_NODES || at !== undefined) return false;
      if (node.type.isError) at = node.from;
      return undefined;
    },
  });
  return seen > MOST_NODES ? 0 : at;
}

const near = (text: string, at: number): string =>
  text
    .slice(Math.max(0, at - 20), at + 15)
    .replace(/\s+/g, ' ')
    .trim();

class Converter {
  readonly #text: string;
  readonly #known: (name: string) => Measure | undefined;
  #left = MOST_NODES;
  broken: string | undefined;

  constructor(text: string, known: (name: string) => Measure | undefined) {
    this.#text = text;
    this.#known = known;
  }

  convert(node: SyntaxNode, depth: number): Typed | undefined {
    if (depth > DEEPEST || --this.#left < 0) return undefined;
    const inner = (child: SyntaxNode | null): Typed | undefined => (child === null ? undefined : this.convert(child, depth + 1));
    switch (node.name) {
      case 'ParenExpr':
      case 'StepInvariantExpr':
        return inner(node.firstChild);
      case 'NumberDurationLiteral':
        return [{ is: 'number', value: numberOf(this.#of(node)) }, 'scalar'];
      case 'StringLiteral':
        return [{ is: 'other', how: 'text', of: [] }, 'string'];
      case 'VectorSelector':
        return this.#selector(node);
      case 'MatrixSelector': {
        const of = inner(node.firstChild);
        return of === undefined ? undefined : [{ is: 'past', how: 'range', over: this.#span(node), of: of[0] }, 'matrix'];
      }
      case 'SubqueryExpr': {
        const of = inner(node.firstChild);
        return of === undefined ? undefined : [{ is: 'past', how: 'range', over: this.#span(node), of: of[0] }, 'matrix'];
      }
      case 'OffsetExpr': {
        const of = inner(node.firstChild);
        const ago = node.getChild('OffsetDurationExpr') ?? node.getChild('DurationExpr');
        const seconds = ago === null ? null : secondsOf(this.#of(ago));
        return of === undefined ? undefined : [{ is: 'earlier', ago: seconds, of: of[0] }, of[1]];
      }
      case 'UnaryExpr': {
        const of = inner(node.lastChild);
        if (of === undefined) return undefined;
        const [measure, sort] = of;
        return [measure.is === 'number' ? { is: 'number', value: -measure.value } : { is: 'other', how: '-', of: [measure] }, sort];
      }
      case 'AggregateExpr':
        return this.#aggregate(node, depth);
      case 'FunctionCall':
        return this.#call(node, depth);
      case 'BinaryExpr':
        return this.#binary(node, depth);
      default:
        return undefined;
    }
  }

  #of(node: SyntaxNode): string {
    return this.#text.slice(node.from, node.to);
  }

  #span(node: SyntaxNode): number | null {
    const span = node.getChild('DurationExpr');
    if (span === null || this.#of(span) === OPEN_SPAN) return null;
    return secondsOf(this.#of(span));
  }

  #selector(node: SyntaxNode): Typed {
    const matchers: Matcher[] = [];
    let metric = '';
    const name = node.getChild('Identifier');
    if (name !== null) metric = this.#of(name);
    const list = node.getChild('LabelMatchers');
    for (let one = list?.firstChild ?? null; one !== null && matchers.length < 50; one = one.nextSibling) {
      const text = this.#of(one);
      if (one.name === 'QuotedLabelName') metric = unquoted(text);
      const parts = /^\s*"?([\w.:]+)"?\s*(=~|!~|!=|=)\s*(["'`][\s\S]*)$/.exec(text);
      if (parts === null) continue;
      const [, label = '', op = '=', value = ''] = parts;
      if (label === '__name__' && op === '=') metric = unquoted(value);
      else matchers.push({ label, op: op as Matcher['op'], value: unquoted(value) });
    }
    const behind = matchers.length === 0 ? this.#known(metric) : undefined;
    return [behind ?? { is: 'series', metric, matchers }, 'vector'];
  }

  #aggregate(node: SyntaxNode, depth: number): Typed | undefined {
    const how = node.getChild('AggregateOp');
    const modifier = node.getChild('AggregateModifier');
    const given = this.#arguments(node.getChild('FunctionCallBody'), depth);
    const last = given.at(-1);
    if (how === null || last === undefined) return undefined;
    if (last[1] === 'matrix') this.#fault(`${this.#of(how)}() is given a span of time, and needs one value for each series`);
    const grouped = modifier?.getChild('GroupingLabels') ?? null;
    const labels = this.#labels(grouped);
    const without = modifier?.getChild('Without') !== null && modifier !== null;
    const name = this.#of(how);
    if (name === 'quantile') {
      const q = given[0]?.[0];
      return [{ is: 'quantile', q: q?.is === 'number' ? q.value : null, from: 'samples', of: last[0] }, 'vector'];
    }
    const groups = modifier === null ? {} : without ? { without: labels } : { by: labels };
    return [{ is: 'aggregate', how: name, ...groups, of: last[0] }, 'vector'];
  }

  #labels(node: SyntaxNode | null): string[] {
    return (node?.getChildren('LabelName') ?? []).slice(0, 50).map(label => this.#of(label));
  }

  #arguments(body: SyntaxNode | null, depth: number): Typed[] {
    const out: Typed[] = [];
    for (let one = body?.firstChild ?? null; one !== null && out.length < 10; one = one.nextSibling) {
      const typed = this.convert(one, depth + 1);
      if (typed !== undefined) out.push(typed);
    }
    return out;
  }

  #call(node: SyntaxNode, depth: number): Typed | undefined {
    const identifier = node.getChild('FunctionIdentifier');
    const name = identifier === null ? '' : this.#of(identifier);
    const given = this.#arguments(node.getChild('FunctionCallBody'), depth);
    const values = given.map(([measure]) => measure);
    const growth = Object.hasOwn(GROWTH, name) ? GROWTH[name] : undefined;
    const past = PAST.exec(name);
    if (growth !== undefined || past !== null) {
      const range = given.find(([, sort]) => sort === 'matrix')?.[0];
      if (range === undefined) {
        if (given.some(([, sort]) => sort === 'vector')) this.#fault(`${name}() needs a span of time in brackets, such as [5m]`);
        return undefined;
      }
      const { over, of } = rangeOf(range);
      if (growth !== undefined) return [{ is: 'growth', per: growth, over, of }, 'vector'];
      return [{ is: 'past', how: past?.[1] ?? name, over, of }, 'vector'];
    }
    if (given.some(([, sort]) => sort === 'matrix')) this.#fault(`${name}() is given a span of time, and needs one value for each series`);
    if (name === 'histogram_quantile') {
      const [q, of] = values;
      return of === undefined ? undefined : [{ is: 'quantile', q: q?.is === 'number' ? q.value : null, from: 'buckets', of }, 'vector'];
    }
    if (name === 'vector' && values[0] !== undefined) return [values[0], 'vector'];
    if (name === 'scalar' && values[0] !== undefined) return [values[0], 'scalar'];
    return [{ is: 'other', how: name, of: values }, name === 'time' || name === 'pi' ? 'scalar' : 'vector'];
  }

  #binary(node: SyntaxNode, depth: number): Typed | undefined {
    const left = node.firstChild === null ? undefined : this.convert(node.firstChild, depth + 1);
    const right = node.lastChild === null ? undefined : this.convert(node.lastChild, depth + 1);
    if (left === undefined || right === undefined) return undefined;
    const operator = node.firstChild?.nextSibling?.name ?? '';
    const sort: Sort = left[1] === 'scalar' && right[1] === 'scalar' ? 'scalar' : 'vector';
    if (left[1] === 'matrix' || right[1] === 'matrix') this.#fault('a span of time in brackets is compared or computed with directly');
    const comparator = Object.hasOwn(COMPARATORS, operator) ? COMPARATORS[operator] : undefined;
    if (comparator !== undefined) {
      if (sort === 'scalar' && node.getChild('BoolModifier') === null) this.#fault('two plain numbers are compared without "bool"');
      return [{ is: 'comparison', op: comparator, left: left[0], right: right[0] }, sort];
    }
    const logic = Object.hasOwn(LOGIC, operator) ? LOGIC[operator] : undefined;
    if (logic !== undefined) return [{ is: 'logic', op: logic, left: left[0], right: right[0] }, 'vector'];
    const matched = node.getChild('MatchingModifierClause') !== null;
    const op = operator === 'Div' ? '/' : operator === 'Mul' ? '*' : operator === 'Add' ? '+' : operator === 'Sub' ? '-' : operator;
    return [{ is: op === '/' ? 'quotient' : 'sum-of', op, matched, left: left[0], right: right[0] }, sort];
  }

  #fault(why: string): void {
    this.broken ??= why;
  }
}

/** Takes the brackets off, so that what grows stands inside; an offset outside of them moves in. */
function rangeOf(range: Measure): { over: number | null; of: Measure } {
  if (range.is === 'earlier') {
    const { over, of } = rangeOf(range.of);
    return { over, of: { is: 'earlier', ago: range.ago, of } };
  }
  return range.is === 'past' ? { over: range.over, of: range.of } : { over: null, of: range };
}

function unquoted(text: string): string {
  const trimmed = text.trim();
  return trimmed.slice(1, -1).replace(/\\(.)/g, '$1');
}

const UNITS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800, y: 31_536_000 };

/** A span such as "1h30m", in seconds; null: not readable. */
export function secondsOf(text: string): number | null {
  const plain = text.trim();
  if (plain === '') return null;
  if (/^\d+(?:\.\d+)?$/.test(plain)) return Number(plain);
  let sum = 0;
  let rest = plain;
  for (let round = 0; round < 8 && rest !== ''; round++) {
    const part = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d|w|y)(?![a-z])/.exec(rest);
    if (part === null) return null;
    sum += Number(part[1]) * (UNITS[part[2] ?? 's'] ?? 1);
    rest = rest.slice(part[0].length);
  }
  return rest === '' ? sum : null;
}

function numberOf(text: string): number {
  const plain = text.trim().toLowerCase();
  if (plain === 'inf' || plain === '+inf') return Number.POSITIVE_INFINITY;
  if (/^[\d.]+(?:ms|[smhdwy])/.test(plain)) return secondsOf(plain) ?? Number.NaN;
  return Number(plain.replaceAll('_', ''));
}
