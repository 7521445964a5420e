import type { Clock, TimerHandle } from "@tautline/protocol";
import type { Gate } from "./gate.js";

interface Timer {
  handle: TimerHandle;
  isOver: boolean;
}

/** Time as one process has it: while it stands still, its timers wait, and its clock goes on. */
export class ProcessClock implements Clock {
  readonly #clock: Clock;
  readonly #gate: Gate;
  readonly #pending = new Set<Timer>();

  constructor(clock: Clock, gate: Gate) {
    this.#clock = clock;
    this.#gate = gate;
  }

  /** Timers that were set and neither fired nor were cleared. */
  get pending(): number {
    return this.#pending.size;
  }

  now(): number {
    return this.#clock.now();
  }

  monotonic(): number {
    return this.#clock.monotonic();
  }

  setTimeout(callback: () => void, ms: number): TimerHandle {
    const timer: Timer = { handle: undefined, isOver: false };
    const fire = () => {
      if (timer.isOver) return;
      this.#end(timer);
      callback();
    };
    this.#pending.add(timer);
    timer.handle = this.#clock.setTimeout(() => this.#gate.pass("timer", fire), ms);
    return timer;
  }

  clearTimeout(handle: TimerHandle): void {
    if (handle === undefined) return;
    const timer = handle as Timer;
    this.#clock.clearTimeout(timer.handle);
    this.#end(timer);
  }

  immediate(callback: () => void): void {
    this.#clock.immediate(() => this.#gate.pass("timer", callback));
  }

  /** Clears everything: the process is over. */
  end(): void {
    for (const timer of [...this.#pending]) this.clearTimeout(timer);
  }

  #end(timer: Timer): void {
    timer.isOver = true;
    this.#pending.delete(timer);
  }
}
