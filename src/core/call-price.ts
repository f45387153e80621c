// The ceiling of one round of one model call: how many attempts it may take, and what the dearest model that it can select charges.
import type { ModelCall, RetryLayer } from './fact.ts';
import { type ModelPrice, type PriceList, priceKey, rateAt } from './price.ts';
import { acts } from './rule.ts';

/** How often one round may send its request; `paid`: how many of those may be billed. null: cannot be read. */
export function attemptsOf(call: ModelCall): { all: number | null; paid: number | null } {
  const acting = call.retries.layers.filter(acts);
  const product = (layers: readonly RetryLayer[]): number | null =>
    layers.reduce<number | null>((n, layer) => (n === null || layer.attempts === null ? null : n * layer.attempts), 1);
  return { all: product(acting), paid: product(acting.filter(paysAgain)) };
}

/** Does a layer run again after an answer that was paid for? Own code and libraries repeat whatever failed, be it the reading of the answer. */
export function paysAgain(layer: RetryLayer): boolean {
  return layer.by === 'own-loop' || layer.by === 'library' || (layer.by === 'framework' && layer.on.clientError === 'yes');
}

/** The ceiling of one round of a call, in tokens and USD. */
export interface Unit {
  readonly model: string | null;
  readonly input: number | null;
  readonly output: number | null;
  readonly inputPrice: number | null;
  readonly outputPrice: number | null;
  readonly usd: number | null;
  readonly notes: readonly string[];
}

const NO_FIGURES = { input: null, output: null, inputPrice: null, outputPrice: null, usd: null };

/** One round of a call at the dearest model that the code can select. */
export function priced(call: ModelCall, prices: PriceList | undefined): Unit {
  const { purpose, provider, models } = call;
  const [first = null] = models;
  if (provider === 'local')
    return {
      ...NO_FIGURES,
      model: first,
      inputPrice: 0,
      outputPrice: 0,
      usd: 0,
      notes: ['a model on your own machine has no price per token'],
    };
  if (purpose !== 'chat' && purpose !== 'agent-run' && purpose !== 'embedding')
    return { ...NO_FIGURES, model: first, notes: [`price unknown: ${purpose} is not charged by tokens of text alone`] };
  if (models.length === 0) return { ...NO_FIGURES, model: null, notes: ['price unknown: the model is decided in a run'] };
  const known = models.flatMap(model => {
    const price = prices?.of.get(priceKey(provider, model));
    return price === undefined ? [] : [unitOf(call, model, price)];
  });
  const unknown = models.filter(model => prices?.of.has(priceKey(provider, model)) !== true);
  const [dear] = known.toSorted((a, b) => (b.usd ?? Number.POSITIVE_INFINITY) - (a.usd ?? Number.POSITIVE_INFINITY));
  if (dear === undefined) return { ...NO_FIGURES, model: first, notes: [`price unknown: no price for ${few(models)}`] };
  const notes = [
    ...dear.notes,
    ...(models.length > 1 ? [`the dearest of ${models.length} models that the code can select`] : []),
    ...(unknown.length > 0 ? [`no price for ${few(unknown)}`] : []),
    ...(call.model.state === 'set' || models.length > 1 ? [] : ['a run may select another model']),
  ];
  return { ...dear, notes };
}

const few = (names: readonly string[]): string => names.slice(0, 3).join(', ') + (names.length > 3 ? ` and ${names.length - 3} more` : '');

function unitOf(call: ModelCall, model: string, price: ModelPrice): Unit {
  const notes: string[] = [];
  const input = price.contextWindow ?? null;
  if (input !== null) notes.push('nothing that was read bounds the input, so it may fill the context window of the model');
  let output: number | null = call.purpose === 'embedding' ? 0 : call.outputCap.set === false ? null : call.outputCap.tokens;
  if (output === null) {
    output = price.maxOutput ?? price.contextWindow ?? null;
    const cap = call.outputCap.set === true ? 'the number of the output cap cannot be read' : 'no output cap was found';
    if (output !== null)
      notes.push(`${cap}, so ${price.maxOutput === undefined ? 'the context window' : 'the maximum'} of the model is the ceiling`);
  } else if (price.maxOutput !== undefined && output > price.maxOutput) {
    output = price.maxOutput;
    notes.push('the cap is above what the model can write');
  }
  if (input === null || output === null)
    return {
      ...NO_FIGURES,
      model,
      input,
      output,
      inputPrice: price.input.base,
      outputPrice: price.output.base,
      notes: [...notes, `cost unknown: the context window of ${model} is not known`],
    };
  const inputPrice = rateAt(price.input, input);
  const outputPrice = rateAt(price.output, input);
  return { model, input, output, inputPrice, outputPrice, usd: (input * inputPrice + output * outputPrice) / 1e6, notes };
}
