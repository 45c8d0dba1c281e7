/** At most so many repetitions at once, and one for ten answers from then on: a subgraph that is down is not asked twice as often as one that is up. */
const MOST = 10;
const SHARE = 0.1;

export class RetryBudget {
  #left = MOST;

  earn(): void {
    this.#left = Math.min(MOST, this.#left + SHARE);
  }

  /** May one more be asked again? */
  spend(): boolean {
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
