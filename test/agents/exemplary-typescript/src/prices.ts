// What the models cost, in US dollars for a million tokens. Source: the provider's price page, 2026-09-01.
import { CHEAPER_MODEL, MODEL } from './config.ts';

interface Price {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
}

const PRICES: Readonly<Record<string, Price>> = {
  'claude-sonnet-4-6': { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 },
  'claude-haiku-4-5': { input: 1, output: 5, cacheRead: 0.1, cacheWrite: 1.25 },
};

export interface Usage {
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cache_read_input_tokens?: number | null;
  readonly cache_creation_input_tokens?: number | null;
}

function priceOf(model: string): Price {
  const price = PRICES[model];
  if (price === undefined) throw new Error(`no price is known for ${model}`);
  return price;
}

/** US dollars of one model call. @throws Error for a model without a price: a guess would make every limit wrong */
export function costOf(model: string, usage: Usage): number {
  const price = priceOf(model);
  const input = usage.input_tokens * price.input + usage.output_tokens * price.output;
  const cached = (usage.cache_read_input_tokens ?? 0) * price.cacheRead + (usage.cache_creation_input_tokens ?? 0) * price.cacheWrite;
  return (input + cached) / 1_000_000;
}

// The service does not start with a model that has no price.
for (const model of [MODEL, CHEAPER_MODEL]) priceOf(model);
