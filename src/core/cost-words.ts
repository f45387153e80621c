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
    const others = cost.limitless > 1 ? ` (so are ${cost.limitless} of ${cost.count} kinds of request)` : '';
    return `what one request can cost is unbounded, because ${place(gap.location)} has no limit: ${gap.why}${others}`;
  }
  const unsure = gap === undefined ? '' : `, as far as it can be read: how often ${place(gap.location)} runs is not known`;
  return `one request can cause up to ${figures(worst)} (${place(worst)})${unsure}`;
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

/** What a request can cause at most, or each time round what has no limit, in one sentence. */
export function headlineOf(request: RequestCost): string {
  const gap = gapOf(request);
  if (gap === undefined) return `at most ${figures(request)}`;
  const at = place(gap.location);
  if (request.limit === 'none') return `unbounded, because ${at} has no limit (${gap.why}); each time round at most ${figures(request)}`;
  return `${figures(request)}, and more if ${at} runs more than once (${gap.why})`;
}

/** "3 attempts x 20 rounds x (200,000 tokens in x 3 + 64,000 out x 15 USD per million) = 31.20 USD" */
export function formula(term: CostTerm): string {
  const factors = [
    term.rounds === 1 ? '' : `${plural(term.rounds, 'round')} x `,
    term.inputTokens === null || term.outputTokens === null || term.inputPrice === null || term.outputPrice === null
      ? ''
      : `(${figure(term.inputTokens)} tokens in x ${rate(term.inputPrice)} + ${figure(term.outputTokens)} out x ${rate(term.outputPrice)} USD per million)`,
  ].join('');
  const total = term.usd === null ? 'price unknown' : `${dollars(term.usd)} USD`;
  const tries = term.attempts === null || term.attempts === 1 ? '' : `, up to ${plural(term.attempts, 'attempt')} each`;
  return `${factors === '' ? total : factors.endsWith(' x ') ? `${factors}${total}` : `${factors} = ${total}`}${tries}`;
}

const rate = (usd: number): string => usd.toLocaleString('en-US', { maximumFractionDigits: 4 });
