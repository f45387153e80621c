// The worst case of one request in words: the sentence for the third question, and the formula behind it.
import type { CostGap, CostTerm, ReportCost, RequestCost } from './report.ts';

const figure = (n: number): string => n.toLocaleString('en-US', { maximumFractionDigits: 0 });
const plural = (n: number, word: string): string => `${figure(n)} ${word}${n === 1 ? '' : 's'}`;

/** Dollars as people write them: cents from one dollar on, two digits below that. */
export function dollars(usd: number): string {
  if (usd >= 1 || usd === 0)
    return usd.toLocaleString('en-US', { minimumFractionDigits: usd >= 1000 ? 0 : 2, maximumFractionDigits: usd >= 1000 ? 0 : 2 });
  return usd >= 0.01 ? usd.toFixed(2) : usd >= 1e-6 ? usd.toPrecision(2).replace(/e.*/, '') : 'less than 0.000001';
}

/** What the sentence for the third question says about the worst case; empty when there is nothing to say. */
export function costSentence(cost: ReportCost): string {
  const [worst] = cost.requests;
  if (worst === undefined) return '';
  const gap = gapOf(worst);
  if (worst.limit === 'none' && gap !== undefined) {
    const others = cost.limitless > 1 ? ` (one of ${cost.limitless} such kinds of request)` : '';
    return `what one request can cost is unbounded, because ${place(gap.location)} has no limit: ${gap.why}${others}`;
  }
  const unsure = gap === undefined ? '' : `, as far as it can be read: how often ${place(gap.location)} runs is not known`;
  return `one request can cause up to ${figures(worst)} (${worst.label}, ${place(worst)})${unsure}`;
}

/** The gap that says most: an endless loop before a list of any length, and that before what could not be read. */
function gapOf({ gaps }: RequestCost): CostGap | undefined {
  return gaps.find(gap => gap.sort === 'endless') ?? gaps.find(gap => gap.sort === 'data') ?? gaps[0];
}

/** "126 model calls and 4.10 USD", as far as prices are known. */
function figures(request: RequestCost): string {
  const calls = plural(request.calls, 'model call');
  if (request.unpriced === request.terms.length) return `${calls}, price unknown`;
  return `${calls} and ${dollars(request.usd)} USD${request.unpriced === 0 ? '' : `, not counting ${plural(request.unpriced, 'call')} without a known price`}`;
}

const place = ({ file, line }: { readonly file: string; readonly line: number }): string => `${file}:${line}`;

/** What the sentence leaves open: how dear one time round is, where the number of rounds has no limit or is not known; else empty. */
export function eachRound(request: RequestCost): string {
  const gap = gapOf(request);
  return gap === undefined ? '' : `Each time round: at most ${figures(request)}, in ${request.label} (${place(request)})`;
}

/** "20 x (200,000 x 3 + 8,192 x 15) = 14.46 USD", with prices per million tokens of input and output. */
export function formula(term: CostTerm): string {
  const { rounds, inputTokens, outputTokens, inputPrice, outputPrice, usd, model } = term;
  const times = rounds === 1 ? '' : `${figure(rounds)} x `;
  if (inputTokens === null || outputTokens === null || inputPrice === null || outputPrice === null || usd === null)
    return `${times}${usd === null ? (model === null ? 'a model that a run decides' : `${model}, ${inputPrice === null ? 'price' : 'size of its input'} unknown`) : `${dollars(usd)} USD`}`;
  return `${times}(${figure(inputTokens)} x ${rate(inputPrice)} + ${figure(outputTokens)} x ${rate(outputPrice)}) = ${dollars(usd)} USD`;
}

const rate = (usd: number): string => usd.toLocaleString('en-US', { maximumFractionDigits: 4 });
