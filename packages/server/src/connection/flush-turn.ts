import type { Clock } from "@tautline/protocol";
import { FrameSequence } from "./frame-sequence.js";

/**
 * So many are looked at before the first of them is written. A write takes so long that the next connection has to be
 * fetched from memory; this way the processor fetches several at a time, and not one after each write.
 */
const lookedAtTogether = 16;

/** What is written out at the end of a turn of the event loop. */
export interface Flushable {
  /** Looks at what {@link flush} will need, and changes nothing: how many bytes wait after earlier writes. */
  lookAhead(): number;
  /**
   * Writes all that waits. May not throw.
   *
   * @param at - the moment, in whole milliseconds of the monotonic clock: read once for all
   */
  flush(at: number): void;
}

/** What was handed to transports: frames, and the bytes of their payloads. */
export interface SentTotals {
  framesSent: number;
  bytesSent: number;
}

/** The one flush of a whole server: everything that was pushed in a turn leaves at its end, in one write a socket. */
export class FlushTurn {
  readonly #clock: Clock;
  readonly #totals: SentTotals;
  #waiting: Flushable[] = [];
  #start = FrameSequence.empty();

  constructor(clock: Clock, totals: SentTotals) {
    this.#clock = clock;
    this.#totals = totals;
  }

  /** Where what is pushed in this turn begins: those that are given the same share what is made of it. */
  get start(): FrameSequence {
    return this.#start;
  }

  /**
   * By the monotonic clock, for what does not wait for the end of the turn: in whole milliseconds. A fraction would be an object of
   * its own for each connection that keeps it.
   */
  get now(): number {
    return Math.floor(this.#clock.monotonic());
  }

  /** Counts what a connection has written. */
  wrote(frames: number, bytes: number): void {
    this.#totals.framesSent += frames;
    this.#totals.bytesSent += bytes;
  }

  /** Has `flush` called at the end of this turn. Call it once a turn for each. */
  schedule(flushable: Flushable): void {
    if (this.#waiting.push(flushable) === 1) this.#clock.immediate(this.#flush);
  }

  readonly #flush = (): void => {
    const waiting = this.#waiting;
    const at = this.now;
    this.#waiting = [];
    for (let first = 0; first < waiting.length; first += lookedAtTogether) {
      const together = waiting.slice(first, first + lookedAtTogether);
      for (const flushable of together) flushable.lookAhead();
      for (const flushable of together) flushable.flush(at);
    }
    // Not before: it is what keeps the frames of this turn in memory.
    this.#start = FrameSequence.empty();
  };
}
