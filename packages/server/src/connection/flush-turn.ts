import type { Clock } from "@tautline/protocol";
import { FrameSequence } from "./frame-sequence.js";

/** What is written out at the end of a turn of the event loop. */
export interface Flushable {
  /**
   * Writes all that waits. May not throw.
   *
   * @param at - the moment, by the monotonic clock: read once for all
   */
  flush(at: number): void;
}

/** The one flush of a whole server: everything that was pushed in a turn leaves at its end, in one write a socket. */
export class FlushTurn {
  readonly #clock: Clock;
  #waiting: Flushable[] = [];
  #start = FrameSequence.empty();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Where what is pushed in this turn begins: those that are given the same share what is made of it. */
  get start(): FrameSequence {
    return this.#start;
  }

  /** By the monotonic clock, for what does not wait for the end of the turn. */
  get now(): number {
    return this.#clock.monotonic();
  }

  /** Has `flush` called at the end of this turn. Call it once a turn for each. */
  schedule(flushable: Flushable): void {
    if (this.#waiting.push(flushable) === 1) this.#clock.immediate(this.#flush);
  }

  readonly #flush = (): void => {
    const waiting = this.#waiting;
    const at = this.now;
    this.#waiting = [];
    for (const flushable of waiting) flushable.flush(at);
    // Not before: it is what keeps the frames of this turn in memory.
    this.#start = FrameSequence.empty();
  };
}
