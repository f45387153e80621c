// What a measure is made of: its series, its comparisons, its span of time. Pure questions, used by rules and readers.
import type { Comparator, Measure } from './fact-operations.ts';

export type NamedSeries = Extract<Measure, { is: 'series' }>;

const DEEPEST = 100;
const MOST = 5000;

/** The parts that a measure is computed from, one level down. */
function partsOf(measure: Measure): readonly Measure[] {
  switch (measure.is) {
    case 'number':
    case 'series':
      return [];
    case 'comparison':
    case 'logic':
    case 'sum-of':
    case 'quotient':
      return [measure.left, measure.right];
    case 'other':
      return measure.of;
    default:
      return [measure.of];
  }
}

/** Every part of a measure, itself first. Recording rules are shared parts: the number of visits is bounded. */
export function everyPart(measure: Measure): Measure[] {
  const out: Measure[] = [];
  const visit = (one: Measure, depth: number): void => {
    if (depth > DEEPEST || out.length >= MOST) return;
    out.push(one);
    for (const part of partsOf(one)) visit(part, depth + 1);
  };
  visit(measure, 0);
  return out;
}

export function metricsIn(measure: Measure): NamedSeries[] {
  return everyPart(measure).filter((one): one is NamedSeries => one.is === 'series');
}

/** The number that a measure always is; undefined: it depends on series. */
export function constant(measure: Measure, depth = 0): number | undefined {
  if (measure.is === 'number') return measure.value;
  if ((measure.is !== 'sum-of' && measure.is !== 'quotient') || depth > DEEPEST) return undefined;
  const left = constant(measure.left, depth + 1);
  const right = constant(measure.right, depth + 1);
  if (left === undefined || right === undefined) return undefined;
  if (measure.is === 'quotient') return left / right;
  return measure.op === '*' ? left * right : measure.op === '+' ? left + right : measure.op === '-' ? left - right : undefined;
}

/** Takes factors off: `100 * x` is x, a hundred times larger. */
export function unscaled(measure: Measure, depth = 0): { readonly of: Measure; readonly factor: number } {
  if (depth < DEEPEST && (measure.is === 'quotient' || (measure.is === 'sum-of' && measure.op === '*'))) {
    const right = constant(measure.right);
    const left = measure.is === 'sum-of' ? constant(measure.left) : undefined;
    const factor = right !== undefined ? (measure.is === 'quotient' ? 1 / right : right) : left;
    if (factor !== undefined && Number.isFinite(factor) && factor !== 0) {
      const inner = unscaled(right !== undefined ? measure.left : measure.right, depth + 1);
      return { of: inner.of, factor: inner.factor * factor };
    }
  }
  return { of: measure, factor: 1 };
}

export interface Comparison {
  readonly left: Measure;
  readonly op: Comparator;
  readonly right: Measure;
}

const TURNED: Readonly<Record<Comparator, Comparator>> = { '>': '<', '<': '>', '>=': '<=', '<=': '>=', '==': '==', '!=': '!=' };

/** All comparisons of a condition, with plain numbers on the right. A part behind `unless` keeps it silent, and is left out. */
export function comparisonsOf(condition: Measure, depth = 0): Comparison[] {
  if (depth > DEEPEST) return [];
  if (condition.is === 'logic') {
    const left = comparisonsOf(condition.left, depth + 1);
    return condition.op === 'unless' ? left : [...left, ...comparisonsOf(condition.right, depth + 1)];
  }
  if (condition.is === 'aggregate') return comparisonsOf(condition.of, depth + 1);
  if (condition.is !== 'comparison') return [];
  const { left, op, right } = condition;
  return constant(left) === undefined ? [{ left, op, right }] : [{ left: right, op: TURNED[op], right: left }];
}

/** Is it a comparison upwards? */
export const isOver = (op: Comparator): boolean => op === '>' || op === '>=';
export const isUnder = (op: Comparator): boolean => op === '<' || op === '<=';

/** The longest span of time that a measure looks back over, in seconds; null: only a run knows; undefined: it looks at the moment. */
export function spanOf(measure: Measure): number | null | undefined {
  const spans = everyPart(measure).flatMap(one => (one.is === 'growth' || one.is === 'past' ? [one.over] : []));
  if (spans.length === 0) return undefined;
  return spans.includes(null) ? null : Math.max(...spans.map(span => span ?? 0));
}

const ENDINGS = /_(?:total|bucket|sum|count|created|info|seconds|second|milliseconds|millis|ms|bytes|ratio|percent)$/;

/** A name without what exporters add to it: dots become underscores, units and endings go. */
export function stemOf(name: string): string {
  let stem = name
    .toLowerCase()
    .replace(/[.\-/:]+/g, '_')
    .replace(/_+$/, '');
  for (let round = 0; round < 3; round++) {
    const shorter = stem.replace(ENDINGS, '');
    if (shorter === stem || shorter.length < 3) break;
    stem = shorter;
  }
  return stem;
}
