// The words for what one request can make the agent spend: a tree of calls, read from the code between an entry point and the model.
import type { CodeRole } from './fact.ts';
import type { Location } from './location.ts';

/** What may be spent on a way through the code. Nodes may be shared: two ways that lead through one function hold the same object. */
export type Spending =
  /** A model call; `location` is that of its fact. `budget`: USD after which the call stops by itself. */
  | { readonly do: 'call'; readonly location: Location; readonly budget?: number }
  /** A run of something whose own model calls are in the tree: the run of a graph. It spends nothing itself. */
  | { readonly do: 'run'; readonly location: Location }
  /** All of them, one after the other or at once. */
  | { readonly do: 'all'; readonly of: readonly Spending[] }
  /** One of them: the branches of a condition. */
  | { readonly do: 'one-of'; readonly of: readonly Spending[] }
  | Repeat;

export interface Repeat {
  readonly do: 'repeat';
  readonly of: Spending;
  /** The largest number of rounds; null: there is none, or it cannot be read. */
  readonly times: number | null;
  /** Why there is no number. `data`: once for each item of a list of any length; `endless`: nothing ends it; `unread`: could not tell. */
  readonly without?: 'data' | 'endless' | 'unread';
  /** In the reader's words: what repeats. */
  readonly how: string;
  readonly location: Location;
  /** What the count takes for granted, for example "each tool is called once in a round". */
  readonly assumes?: string;
  /** Made by a retry layer, which the call lists itself. */
  readonly retry?: boolean;
}

/** A request that comes in from outside, and what it can cause. */
export interface Request {
  readonly kind: 'request';
  readonly location: Location;
  readonly role: CodeRole;
  /** In the reader's words, for example "POST" or "app.post('/chat')". */
  readonly label: string;
  readonly spends: Spending;
  /** Files of the code that it may run on the way to a model call. */
  readonly files: readonly string[];
}
