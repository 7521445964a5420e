import type { Clock, TimerHandle } from "@tautline/protocol";

interface Task {
  readonly at: number;
  readonly sequence: number;
  readonly run: () => void;
}

/** A clock that stands still until it is turned by hand. Due timers run in the order of their moments. */
export class VirtualClock implements Clock {
  readonly #start: number;
  #elapsed = 0;
  #sequence = 0;
  readonly #tasks = new Set<Task>();
  readonly #immediates: (() => void)[] = [];

  /** @param start - what `now()` says at first, in milliseconds since 1970. @default 1700000000000 */
  constructor(start = 1_700_000_000_000) {
    this.#start = start;
  }

  now(): number {
    return this.#start + this.#elapsed;
  }

  monotonic(): number {
    return this.#elapsed;
  }

  setTimeout(callback: () => void, ms: number): TimerHandle {
    const task: Task = { at: this.#elapsed + Math.max(0, ms), sequence: this.#sequence++, run: callback };
    this.#tasks.add(task);
    return task;
  }

  clearTimeout(handle: TimerHandle): void {
    this.#tasks.delete(handle as Task);
  }

  immediate(callback: () => void): void {
    this.#immediates.push(callback);
  }

  /** Timers that wait. A test of clean-up expects 0. */
  get pending(): number {
    return this.#tasks.size + this.#immediates.length;
  }

  /** Ends the current turn: runs promise callbacks, then everything `immediate` was asked for, until none is left. */
  async settle(): Promise<void> {
    do {
      // A macrotask: promise chains of whatever length end before it.
      await new Promise<void>((resolve) => realSetImmediate(resolve));
      for (const run of this.#immediates.splice(0)) run();
    } while (this.#immediates.length > 0);
    await new Promise<void>((resolve) => realSetImmediate(resolve));
  }

  /** Lets `ms` milliseconds pass, stopping at each due timer, and settles after each. */
  async advance(ms: number): Promise<void> {
    const end = this.#elapsed + ms;
    await this.settle();
    for (let task = this.#nextBefore(end); task; task = this.#nextBefore(end)) {
      this.#tasks.delete(task);
      this.#elapsed = Math.max(this.#elapsed, task.at);
      task.run();
      await this.settle();
    }
    this.#elapsed = end;
  }

  #nextBefore(end: number): Task | undefined {
    let next: Task | undefined;
    for (const task of this.#tasks) {
      if (task.at > end) continue;
      if (!next || task.at < next.at || (task.at === next.at && task.sequence < next.sequence)) next = task;
    }
    return next;
  }
}

/** Kept from before any test runner replaces it by a fake. */
const realSetImmediate = setImmediate;
