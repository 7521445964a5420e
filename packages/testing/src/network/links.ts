import type { Clock } from "@tautline/protocol";
import type { CutOptions, Link } from "./link.js";
import type { Direction } from "./network-record.js";

/** The living connections of a network, of a device or of a listener: what is done to them is done to each. */
export class Links implements Iterable<Link> {
  readonly #clock: Clock;
  readonly #links: Set<Link> = new Set();
  readonly #stalled: Set<Direction> = new Set();

  /** @internal */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many live. */
  get size(): number {
    return this.#links.size;
  }

  /** The newest. Throws when there is none. */
  get last(): Link {
    const last = [...this.#links].at(-1);
    if (!last) throw new Error("no connection is open");
    return last;
  }

  /** From the oldest to the newest. */
  [Symbol.iterator](): IterableIterator<Link> {
    return [...this.#links].values();
  }

  /** {@link Link.cut} */
  cut(options?: CutOptions): void {
    for (const link of this) link.cut(options);
  }

  /** {@link Link.fin} */
  fin(): void {
    for (const link of this) link.fin();
  }

  /** {@link Link.halfOpen} */
  halfOpen(direction?: Direction): void {
    for (const link of this) link.halfOpen(direction);
  }

  /** Holds everything up until {@link resume}: also connections that are only made meanwhile. Nothing is lost. */
  stall(direction?: Direction): void {
    for (const way of direction ? [direction] : both) this.#stalled.add(way);
  }

  /** Lets everything go on after {@link stall}. What was stalled on its own stays so. */
  resume(direction?: Direction): void {
    for (const way of direction ? [direction] : both) this.#stalled.delete(way);
    for (const link of this) link.kick();
  }

  /** Holds everything up for some milliseconds. */
  blackout(ms: number): void {
    this.stall();
    this.#clock.setTimeout(() => this.resume(), ms);
  }

  /** @internal */
  isStalled(direction: Direction): boolean {
    return this.#stalled.has(direction);
  }

  /** @internal */
  add(link: Link): void {
    this.#links.add(link);
  }

  /** @internal */
  delete(link: Link): void {
    this.#links.delete(link);
  }
}

const both: readonly Direction[] = ["toServer", "toClient"];
