/** Something to be done at a moment. */
export interface Timer {
  /** Milliseconds on the clock's monotonic scale. */
  readonly at: number;
  /** Among timers of one moment the lower one is first. */
  readonly sequence: number;
  readonly run: () => void;
  /** Where it is in the heap; -1: not in it. Belongs to the heap. */
  index: number;
}

/** Timers by their moments: a binary heap, so that a simulation with thousands of timers stays fast. */
export class TimerHeap {
  readonly #timers: Timer[] = [];

  get size(): number {
    return this.#timers.length;
  }

  /** The earliest, left in its place. */
  get first(): Timer | undefined {
    return this.#timers[0];
  }

  add(timer: Timer): void {
    this.#rise(timer, this.#timers.length);
  }

  /** Takes it out. One that is not in it is ignored. */
  delete(timer: Timer): void {
    const { index } = timer;
    if (index < 0 || this.#timers[index] !== timer) return;
    timer.index = -1;
    const last = this.#timers.pop();
    if (!last || last === timer) return;
    this.#sink(last, index);
    this.#rise(last, last.index);
  }

  #rise(timer: Timer, from: number): void {
    let index = from;
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = this.#timers[above];
      if (!parent || isBefore(parent, timer)) break;
      this.#put(parent, index);
      index = above;
    }
    this.#put(timer, index);
  }

  #sink(timer: Timer, from: number): void {
    let index = from;
    for (;;) {
      const left = this.#timers[2 * index + 1];
      const right = this.#timers[2 * index + 2];
      const child = left && right && isBefore(right, left) ? right : left;
      if (!child || isBefore(timer, child)) break;
      const below = child.index;
      this.#put(child, index);
      index = below;
    }
    this.#put(timer, index);
  }

  #put(timer: Timer, index: number): void {
    this.#timers[index] = timer;
    timer.index = index;
  }
}

function isBefore(one: Timer, other: Timer): boolean {
  return one.at < other.at || (one.at === other.at && one.sequence < other.sequence);
}
