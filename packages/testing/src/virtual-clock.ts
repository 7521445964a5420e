import type { Clock, TimerHandle } from "@tautline/protocol";
import { type Timer, TimerHeap } from "./timer-heap.js";

/**
 * A clock that stands still until it is turned by hand. Due timers run in the order of their moments, those of one moment
 * in the order in which they were set. After each timer the turn is ended as a real event loop would: promise callbacks,
 * then what `immediate` was asked for. So the same program on the same clock does the same in each run.
 */
export class VirtualClock implements Clock {
  readonly #start: number;
  readonly #timers: TimerHeap = new TimerHeap();
  #elapsed = 0;
  #sequence = 0;
  #immediates: (() => void)[] = [];

  /** @param start - what `now()` says at first, in milliseconds since 1970. @default 1700000000000 */
  constructor(start = 1_700_000_000_000) {
    this.#start = start;
  }

  /** Milliseconds since 1970, a whole number as of `Date.now`. */
  now(): number {
    return this.#start + Math.floor(this.#elapsed);
  }

  /** Milliseconds since the clock was made. */
  monotonic(): number {
    return this.#elapsed;
  }

  setTimeout(callback: () => void, ms: number): TimerHandle {
    const at = ms > 0 ? later(this.#elapsed, ms) : this.#elapsed;
    const timer: Timer = { at, sequence: this.#sequence++, run: callback, index: -1 };
    // What never comes is not waited for either.
    if (at < Infinity) this.#timers.add(timer);
    return timer;
  }

  clearTimeout(handle: TimerHandle): void {
    if (handle !== undefined) this.#timers.delete(handle as Timer);
  }

  immediate(callback: () => void): void {
    this.#immediates.push(callback);
  }

  /** Timers that wait. A test of clean-up expects 0. */
  get pending(): number {
    return this.#timers.size + this.#immediates.length;
  }

  /** Ends the current turn: runs promise callbacks, then everything `immediate` was asked for, until none is left. */
  async settle(): Promise<void> {
    await untilPromisesRan();
    while (this.#immediates.length > 0) {
      const due = this.#immediates;
      this.#immediates = [];
      for (const run of due) run();
      await untilPromisesRan();
    }
  }

  /** Turns the clock to the next timer, runs it, and settles. @returns false where no timer waits. */
  async step(): Promise<boolean> {
    await this.settle();
    return this.#runNext(Infinity);
  }

  /** Lets `ms` milliseconds pass, stopping at each due timer, and settles after each. */
  async advance(ms: number): Promise<void> {
    const end = this.#elapsed + ms;
    await this.settle();
    while (await this.#runNext(end));
    this.#elapsed = Math.max(this.#elapsed, end);
  }

  /**
   * Lets time pass, timer by timer, until a promise settles, or a condition holds: for a fact that takes as long as it takes.
   *
   * @returns the promise's value; its rejection is thrown.
   * @throws when `withinMs` of this clock have passed, or nothing is left that could bring it about.
   */
  until<T>(fact: PromiseLike<T>, withinMs?: number): Promise<T>;
  until(fact: () => boolean, withinMs?: number): Promise<void>;
  async until<T>(fact: PromiseLike<T> | (() => boolean), withinMs = 600_000): Promise<T | undefined> {
    const end = this.#elapsed + withinMs;
    const isWaiting = typeof fact === "function" ? () => !fact() : waitingFor(fact);
    await this.settle();
    while (isWaiting()) {
      if (await this.#runNext(end)) continue;
      const why = this.#timers.size > 0 ? `within ${withinMs} ms` : "and no timer is left";
      throw new Error(`what was waited for did not happen, ${why}`);
    }
    return typeof fact === "function" ? undefined : await fact;
  }

  async #runNext(end: number): Promise<boolean> {
    const timer = this.#timers.first;
    if (!timer || timer.at > end) return false;
    this.#timers.delete(timer);
    this.#elapsed = Math.max(this.#elapsed, timer.at);
    timer.run();
    await this.settle();
    return true;
  }
}

/** Later by `ms`: by however little, it is later, or a program that waits for the rest of a wait would do so for ever. */
function later(moment: number, ms: number): number {
  return Math.max(moment + ms, moment * (1 + Number.EPSILON));
}

/** Tells whether a promise has not settled yet. */
function waitingFor(promise: PromiseLike<unknown>): () => boolean {
  let waits = true;
  const settled = (): void => {
    waits = false;
  };
  promise.then(settled, settled);
  return () => waits;
}

/** Kept from before any test runner replaces it by a fake. Jest's jsdom has none; a timer does the same, slowly. */
const macrotask: (callback: () => void) => unknown =
  (globalThis as { setImmediate?: typeof setImmediate }).setImmediate ?? setTimeout;

/** A turn of the real event loop: promise chains of whatever length end before it. It costs about a microsecond. */
function untilPromisesRan(): Promise<void> {
  return new Promise((resolve) => macrotask(resolve));
}
