// The worst case of one request in words: the sentence for the third question, and the formula behind it.
import type { CostTerm, ReportCost, RequestCost } from './report.ts';

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
  const [gap] = worst.gaps;
  if (worst.limit === 'none' && gap !== undefined) {
    const others = cost.limitless > 1 ? ` (${cost.limitless} of ${cost.count} kinds of request are without a limit)` : '';
    return `what one request can cost is unbounded, because ${because(worst)}${others}`;
  }
  const unsure =
    worst.limit === 'unknown' && gap !== undefined
      ? `, if ${gap.why.replace(/ may go on, as far as it can be read$/, '')} ends (${place(gap.location)})`
      : '';
  return `one request can cause up to ${plural(worst.calls, 'model call')} ${money(worst)}(${place(worst)})${unsure}`;
}

/** "a loop over a list at src/a.ts:4 has no limit" */
function because(request: RequestCost): string {
  const gap = request.gaps.find(one => one.sort !== 'unread');
  if (gap === undefined) return 'something has no limit';
  return `${gap.why.replace(/ has no limit$/, '')} at ${place(gap.location)} has no limit`;
}

/** "and 4.10 USD ", as far as prices are known. */
function money(request: RequestCost): string {
  if (request.terms.length > 0 && request.unpriced === request.terms.length) return '(price unknown) ';
  return `and ${dollars(request.usd)} USD ${request.unpriced === 0 ? '' : `plus ${plural(request.unpriced, 'call')} without a known price `}`;
}

export const place = ({ file, line }: { readonly file: string; readonly line: number }): string => `${file}:${line}`;

/** The headline of a request: what it can cause at most, or each time round what has no limit. */
export function headlineOf(request: RequestCost): string {
  const what = `${plural(request.calls, 'model call')} ${money(request)}`.trim();
  if (request.limit === 'known') return `at most ${what}`;
  if (request.limit === 'none') return `unbounded, because ${because(request)}; each time round ${what}`;
  const [gap] = request.gaps;
  return `${what}, if ${gap === undefined ? 'what repeats it' : `${gap.why.replace(/ may go on, as far as it can be read$/, '')} at ${place(gap.location)}`} ends`;
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
