import type { Clock } from "@tautline/protocol";

/** What wants through a gate: timers that are due go before what arrived, as an event loop has it. */
export type Passage = "timer" | "event";

/**
 * Between a process and everything that happens to it. Open, all goes through at once. Closed, it waits: the process
 * stands still. Shut, it is lost: the process is dead.
 */
export class Gate {
  readonly #clock: Clock;
  #state: "open" | "closed" | "shut" = "open";
  #timers: (() => void)[] = [];
  #events: (() => void)[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get isShut(): boolean {
    return this.#state === "shut";
  }

  get isOpen(): boolean {
    return this.#state === "open";
  }

  pass(kind: Passage, act: () => void): void {
    if (this.#state === "open") act();
    else if (this.#state === "closed") (kind === "timer" ? this.#timers : this.#events).push(act);
  }

  close(): void {
    if (this.#state === "open") this.#state = "closed";
  }

  /** Lets through what waits, each in a turn of its own, and then whatever comes. */
  open(): void {
    if (this.#state === "closed") this.#clock.setTimeout(() => this.#next(), 0);
  }

  /** Nothing goes through ever again. */
  shut(): void {
    this.#state = "shut";
    this.#timers = [];
    this.#events = [];
  }

  #next(): void {
    if (this.#state !== "closed") return;
    const act = this.#timers.shift() ?? this.#events.shift();
    if (!act) {
      this.#state = "open";
      return;
    }
    act();
    this.open();
  }
}
