const shortest = 2_000;
const longest = 300_000;

/** When to try again: after a wait that doubles with each failure, part of it by chance, and never before the gateway asked. */
export class Backoff {
  #failures = 0;

  /** Milliseconds to wait after one more failure; `asked` is what Retry-After said, in seconds. */
  next(asked = 0, random = Math.random): number {
    const most = Math.min(longest, shortest * 2 ** this.#failures);
    this.#failures = Math.min(this.#failures + 1, 20);
    // A thousand phones that lost the same network do not come back in one moment.
    return Math.max(asked * 1000, most * (0.5 + 0.5 * random()));
  }

  reset(): void {
    this.#failures = 0;
  }
}
