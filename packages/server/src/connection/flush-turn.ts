import type { Clock } from "@tautline/protocol";

/** What is written out at the end of a turn of the event loop. */
export interface Flushable {
  /** Writes all that waits. May not throw. */
  flush(): void;
}

/** The one flush of a whole server: everything that was pushed in a turn leaves at its end, in one write a socket. */
export class FlushTurn {
  readonly #clock: Clock;
  #waiting: Flushable[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Has `flush` called at the end of this turn. Call it once a turn for each. */
  schedule(flushable: Flushable): void {
    if (this.#waiting.push(flushable) === 1) this.#clock.immediate(this.#flush);
  }

  readonly #flush = (): void => {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const flushable of waiting) flushable.flush();
  };
}
