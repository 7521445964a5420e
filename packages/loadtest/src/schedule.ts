/** When which sender is to act. Senders are counted over all processes: each process takes its share of them. */
export interface ScheduleShape {
  /** All senders of the load test. */
  readonly senders: number;
  /** Turns a second of each sender. */
  readonly rate: number;
  /** Turns of each sender. */
  readonly turns: number;
  /** All senders act at the same moment, instead of evenly spread over the time between two turns. */
  readonly together: boolean;
}

/** One turn of one sender. */
export interface DueTurn {
  readonly sender: number;
  /** Counts the sender's turns from 0. */
  readonly number: number;
  /** Microseconds after the begin of the work. */
  readonly afterMicros: number;
}

/** One after another, the turns of those `senders` that one process has, in order. They depend on nothing that happens meanwhile. */
export class Schedule {
  readonly #shape: ScheduleShape;
  readonly #senders: readonly number[];

  /** @param senders in ascending order */
  constructor(shape: ScheduleShape, senders: readonly number[]) {
    this.#shape = shape;
    this.#senders = senders;
  }

  /** How many turns there are in all. */
  get length(): number {
    return this.#senders.length * this.#shape.turns;
  }

  /** The turn at this place, counted from 0; undefined after the last one. */
  at(place: number): DueTurn | undefined {
    if (place >= this.length) return undefined;
    const number = Math.floor(place / this.#senders.length);
    const sender = this.#senders[place % this.#senders.length] as number;
    const { rate, senders, together } = this.#shape;
    const offset = together ? 0 : sender / senders;
    return { sender, number, afterMicros: Math.round(((number + offset) / rate) * 1_000_000) };
  }
}

/** When user `number` of `connections` is to connect, in milliseconds after the begin: evenly over the ramp. */
export function connectAfterMs(number: number, connections: number, rampMs: number): number {
  return (number / connections) * rampMs;
}

/** The users of one of several processes: dealt out like cards, so that each process has its share of every room and of the ramp. */
export function usersOf(process: number, processes: number, connections: number): number[] {
  const count = Math.max(0, Math.ceil((connections - process) / processes));
  return Array.from({ length: count }, (_, index) => process + index * processes);
}
