import type { MaybePromise } from "@tautline/protocol";

/** How many may wait behind one another. */
const maxWaiting = 1_000;

/**
 * Hands over results in the order in which they were asked for. A synchronous one is handed over at once where nothing is
 * ahead of it; behind an asynchronous check everything waits.
 */
export class InOrder {
  readonly #report: (error: unknown) => void;
  #waiting = 0;
  #tail: Promise<void> = Promise.resolve();

  /** @param report - gets what a callback threw that had to wait: those behind it go on */
  constructor(report: (error: unknown) => void) {
    this.#report = report;
  }

  /** @returns false where too much waits already: then `then` is never called. */
  pass<T>(result: MaybePromise<T>, then: (value: T) => void): boolean {
    if (this.#waiting === 0 && !(result instanceof Promise)) {
      then(result);
      return true;
    }
    if (this.#waiting >= maxWaiting) return false;
    this.#waiting++;
    this.#tail = this.#tail
      .then(() => result)
      .then((value) => {
        this.#waiting--;
        then(value);
      })
      .catch(this.#report);
    return true;
  }
}
