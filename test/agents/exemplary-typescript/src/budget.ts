// The money of one request: asked before each model call, charged after it.
import { AgentError } from './errors.ts';

export class RequestBudget {
  readonly #limit: number;
  #spent = 0;

  /** @param limit US dollars */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get spent(): number {
    return this.#spent;
  }

  /** @throws AgentError of kind `budget` when nothing is left */
  check(): void {
    if (this.#spent >= this.#limit) throw new AgentError('budget', `the request has cost ${this.#spent.toFixed(4)} USD`);
  }

  charge(usd: number): void {
    this.#spent += usd;
  }
}
