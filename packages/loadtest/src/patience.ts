import { TautlineError } from "@tautline/protocol";
import type { LoadClock } from "./clock.js";

/** Waits for things, each for so long, and for nothing any more once it is ended. */
export class Patience {
  readonly #clock: LoadClock;
  readonly #waiting = new Set<(error: TautlineError) => void>();
  #isEnded = false;

  constructor(clock: LoadClock) {
    this.#clock = clock;
  }

  /**
   * What `run` gives; rejected with `TIMEOUT` where that takes longer, and with `CANCELLED` once this is ended. What it does
   * later is nobody's business.
   */
  async within<T>(timeoutMs: number, run: () => T | PromiseLike<T>): Promise<T> {
    let giveUp = (_error: TautlineError): void => {};
    const end = new Promise<never>((_, reject) => {
      giveUp = reject;
    });
    const late = (): void => giveUp(new TautlineError("TIMEOUT", `no answer in ${timeoutMs} ms`));
    const timer = this.#clock.setTimeout(late, timeoutMs);
    this.#waiting.add(giveUp);
    if (this.#isEnded) giveUp(cancelled());
    try {
      return await Promise.race([Promise.resolve(run()), end]);
    } finally {
      this.#clock.clearTimeout(timer);
      this.#waiting.delete(giveUp);
    }
  }

  end(): void {
    this.#isEnded = true;
    for (const giveUp of this.#waiting) giveUp(cancelled());
  }
}

const cancelled = (): TautlineError => new TautlineError("CANCELLED", "the test has ended");
