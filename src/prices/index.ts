// What models cost: the one file that knows the price package. Offline data, of the day that is named; the package's own
// updating from the network is never switched on.
import { calcPrice, type ModelPrice as GenaiPrice } from '@pydantic/genai-prices';
import { type ModelCall, type ModelPrice, type PriceList, priceKey, type Rate } from '../core/index.ts';
import { candidates } from './names.ts';
import { contextWindowOf, maxOutputOf } from './sizes.ts';

/** The version that package.json pins, and the day it was published. */
const SOURCE = '@pydantic/genai-prices 0.1.8';
const DATE = '2026-09-23';
/** Some prices change on a set day; the day of the data decides, so that the same input gives the same report tomorrow. */
const DAY = new Date(`${DATE}T12:00:00Z`);

/** The prices of every model that the calls name. */
export function priceList(calls: readonly Pick<ModelCall, 'provider' | 'models'>[]): PriceList {
  const of = new Map<string, ModelPrice>();
  for (const { provider, models } of calls) {
    for (const model of models) {
      const key = priceKey(provider, model);
      const price = of.has(key) ? undefined : priceOf(provider, model);
      if (price !== undefined) of.set(key, price);
    }
  }
  return { source: SOURCE, date: DATE, of };
}

/** The price of one model; undefined: not known. */
export function priceOf(provider: string, model: string): ModelPrice | undefined {
  for (const { id, provider: providerId } of candidates(provider, model)) {
    const found = calcPrice({ input_tokens: 1 }, id, { timestamp: DAY, ...(providerId === undefined ? {} : { providerId }) });
    const price = found === null ? undefined : read(found.model_price, id);
    if (found === null || price === undefined) continue;
    const contextWindow = found.model.context_window ?? contextWindowOf(id) ?? contextWindowOf(found.model.id);
    const maxOutput = maxOutputOf(id) ?? maxOutputOf(found.model.id);
    return {
      name: `${found.provider.id} ${found.model.id}`,
      ...price,
      ...(contextWindow === undefined ? {} : { contextWindow }),
      ...(maxOutput === undefined ? {} : { maxOutput }),
    };
  }
  return undefined;
}

function read(price: GenaiPrice, id: string): Pick<ModelPrice, 'input' | 'output'> | undefined {
  const input = rate(price.input_mtok);
  // Embeddings have no output and so no price for it.
  const output = rate(price.output_mtok) ?? { base: 0, tiers: [] };
  if (input === undefined) return undefined;
  // Nothing at all is what the list says of models that are charged by the minute or not yet priced.
  const free = input.base === 0 && output.base === 0 && !id.endsWith(':free');
  return free ? undefined : { input, output };
}

function rate(price: GenaiPrice[string]): Rate | undefined {
  if (price === undefined) return undefined;
  if (typeof price === 'number') return { base: price, tiers: [] };
  return { base: price.base, tiers: price.tiers.map(tier => ({ above: tier.start, usd: tier.price })) };
}
