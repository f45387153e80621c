// Is a way that a quota chooses the cheaper one? Readers know the names of the models, and the price list what they cost.
import type { Facts, ModelCall } from './fact.ts';
import type { Fallback } from './fact-cost.ts';
import { type PriceList, priceKey } from './price.ts';

/** The facts, with what the price list says of the models that a quota chooses between. */
export function priceFallbacks(facts: Facts, prices: PriceList | undefined): Facts {
  if (prices === undefined || !facts.fallback.some(way => way.sides !== undefined)) return facts;
  return { ...facts, fallback: facts.fallback.map(way => pricedWay(way, facts['model-call'], prices)) };
}

function pricedWay(way: Fallback, calls: readonly ModelCall[], prices: PriceList): Fallback {
  const { sides, from } = way;
  if (sides === undefined) return way;
  const [place] = from;
  const call = calls.find(
    ({ location }) => location.file === place?.file && location.line === place.line && location.column === place.column,
  );
  const cost = (names: readonly string[]): number[] =>
    names.flatMap(name => {
      const price = call === undefined ? undefined : prices.of.get(priceKey(call.provider, name));
      return price === undefined ? [] : [price.input.base + price.output.base];
    });
  const [short, ample] = [cost(sides.short), cost(sides.ample)];
  const all = short.length === sides.short.length && ample.length === sides.ample.length && short.length > 0 && ample.length > 0;
  return all ? { ...way, dearer: Math.min(...short) > Math.max(...ample) } : way;
}
