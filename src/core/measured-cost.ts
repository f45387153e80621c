// What one message was seen to cost: model calls that arrived, the size of what was sent, and the list price of it.
import { dollars } from './cost-words.ts';
import type { Outcome } from './experiment.ts';
import { sum } from './numbers.ts';
import type { Dialect, Trial } from './observation.ts';
import { type PriceList, priceKey, rateAt } from './price.ts';
import { modelCalls } from './rule-observe.ts';

/** The provider whose prices a wire format means, as descriptors name it. */
const PROVIDERS: Readonly<Record<Dialect, string>> = {
  'anthropic-messages': 'anthropic',
  'openai-chat': 'openai',
  'openai-responses': 'openai',
  gemini: 'google',
};
/** Bytes of a JSON body per token: an estimate, as texts in English come out; the stand-in counts no tokens. */
const BYTES_PER_TOKEN = 4;

export interface MeasuredCost {
  /** Model calls that one plain question caused. */
  readonly calls: number;
  /** About as many tokens were sent: bytes of the bodies / 4. */
  readonly inputTokens: number;
  /** The output caps of these calls together; null: one has none. */
  readonly outputTokens: number | null;
  /** At the list price, with all caps used up; null: no price or no cap. */
  readonly usd: number | null;
  /** The most model calls that one message was seen to cause. */
  readonly worst: { readonly probe: string; readonly calls: number; readonly stopped: boolean };
}

/** The models that were asked for, for a price list. */
export function modelsSeen(outcomes: readonly Outcome[]): readonly { readonly provider: string; readonly models: readonly string[] }[] {
  return plain(outcomes).flatMap(trial =>
    modelCalls(trial).map(({ request }) => ({ provider: PROVIDERS[request.dialect], models: [request.model] })),
  );
}

/** undefined when no plain question was answered. */
export function measuredCost(outcomes: readonly Outcome[], prices: PriceList | undefined): MeasuredCost | undefined {
  const [trial] = plain(outcomes);
  if (trial === undefined) return undefined;
  const calls = modelCalls(trial);
  const usd = calls.map(({ bytes, request: { dialect, model, maxTokens } }) => {
    const price = prices?.of.get(priceKey(PROVIDERS[dialect], model));
    if (price === undefined || maxTokens === null) return null;
    const input = bytes / BYTES_PER_TOKEN;
    return (input * rateAt(price.input, input) + maxTokens * rateAt(price.output, input)) / 1e6;
  });
  return {
    calls: calls.length,
    inputTokens: Math.round(sum(calls.map(call => call.bytes)) / BYTES_PER_TOKEN),
    outputTokens: calls.some(call => call.request.maxTokens === null) ? null : sum(calls.map(call => call.request.maxTokens ?? 0)),
    usd: usd.includes(null) ? null : sum(usd.map(one => one ?? 0)),
    worst: worstOf(outcomes, calls.length),
  };
}

/** "one plain question caused 1 model call with about 320 tokens in and at most 1,024 out (0.0163 USD); ..." */
export function measuredSentence({ calls, inputTokens, outputTokens, usd, worst }: MeasuredCost): string {
  const out = outputTokens === null ? 'no cap on what comes out' : `at most ${outputTokens.toLocaleString('en')} out`;
  const money = usd === null ? '' : ` (up to ${dollars(usd)} USD)`;
  const seen = `measured, one plain question caused ${calls} model call${calls === 1 ? '' : 's'} with about ${inputTokens.toLocaleString('en')} tokens in and ${out}${money}`;
  if (worst.calls <= calls) return seen;
  return `${seen}, and the worst message ${worst.calls} model calls${worst.stopped ? '' : ', which only our own limit ended'} (${worst.probe})`;
}

function plain(outcomes: readonly Outcome[]): readonly Trial[] {
  const found = outcomes.find(outcome => outcome.probe === 'plain-question');
  return found?.kind === 'done' ? Object.values(found.observation.arms) : [];
}

function worstOf(outcomes: readonly Outcome[], usual: number): MeasuredCost['worst'] {
  let worst = { probe: 'plain-question', calls: usual, stopped: true };
  for (const outcome of outcomes) {
    if (outcome.kind !== 'done') continue;
    for (const trial of Object.values(outcome.observation.arms)) {
      const calls = modelCalls(trial).length;
      if (trial.replies.length === 1 && calls > worst.calls) worst = { probe: outcome.probe, calls, stopped: !trial.capped };
    }
  }
  return worst;
}
