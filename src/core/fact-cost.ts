// The words for money: what a request cost, where that is written down, and what is done when there is no more of it.
import type { CodeRole, Usage } from './fact.ts';
import type { Standing } from './fact-path.ts';
import type { Location } from './location.ts';

/** A place where the cost of a model call is computed, or read from what the provider reports. */
export interface CostFigure {
  readonly kind: 'cost-figure';
  readonly location: Location;
  readonly role: CodeRole;
  /** `rates`: tokens times prices; `library`: a price package; `provider`: the sum that the provider reports. */
  readonly by: 'rates' | 'library' | 'provider';
  /** One price for input and output. */
  readonly blended: boolean;
  /** Where the figure goes. */
  readonly goes: Usage['how'];
  /** The figure is added to a total that all requests share, and is nowhere kept alone. */
  readonly total?: boolean;
  /** In the reader's words, for example "calcPrice of @pydantic/genai-prices". */
  readonly label: string;
}

/** Another, usually cheaper, way to a model: a batch, or a second model. */
export interface Fallback extends Standing {
  readonly kind: 'fallback';
  readonly location: Location;
  readonly role: CodeRole;
  readonly sort: 'batch' | 'other-model';
  /** `condition`: a condition that a run decides chooses between this way and the ordinary one; `error`: a failure; `none`: nothing chooses. */
  readonly trigger: 'condition' | 'error' | 'none';
  /** The model calls between which it chooses, by their places; for one call with several models, that call alone. */
  readonly from: readonly Location[];
  readonly to: readonly Location[];
  /** The models that are asked when little is left, and those that are asked before; undefined: which is which cannot be told. */
  readonly sides?: { readonly short: readonly string[]; readonly ample: readonly string[] };
  /** By the price list: are those that are asked when little is left the dearer ones? The assessment looks; undefined: no prices. */
  readonly dearer?: boolean;
  /** In the reader's words, for example "messages.batches.create". */
  readonly label: string;
}
