// What models cost, as plain data, and how a price per token is read from it. Where the data comes from is not known here.

/** USD per million tokens. */
export interface Rate {
  readonly base: number;
  /** Dearer above so many input tokens of one request; the whole request is then charged at that rate. */
  readonly tiers: readonly { readonly above: number; readonly usd: number }[];
}

export interface ModelPrice {
  /** As the price list names provider and model. */
  readonly name: string;
  readonly input: Rate;
  readonly output: Rate;
  /** Input and output together, in tokens. */
  readonly contextWindow?: number;
  /** The most tokens of one answer. */
  readonly maxOutput?: number;
}

export interface PriceList {
  /** Where the prices come from, for example "@pydantic/genai-prices 0.1.8". */
  readonly source: string;
  /** Day of the data, YYYY-MM-DD. */
  readonly date: string;
  /** By `priceKey`. A model that is not in here has no known price. */
  readonly of: ReadonlyMap<string, ModelPrice>;
}

/** The key of a model of a provider in a price list. */
export function priceKey(provider: string, model: string): string {
  return `${provider}\0${model}`;
}

/** USD per million tokens for a request with so many input tokens. */
export function rateAt(rate: Rate, inputTokens: number): number {
  return rate.tiers.reduce((usd, tier) => (inputTokens > tier.above ? tier.usd : usd), rate.base);
}
