import { LatencyHistogram } from "./latency-histogram.js";

/** What is counted, over users and processes. */
export interface Counts {
  /** Users that are ready: connected, and in their room. */
  connected: number;
  /** Users that could not be made ready. */
  refused: number;
  /** Turns that were begun. */
  sent: number;
  /** Turns that were answered. */
  answered: number;
  /** Messages that reached another user. */
  delivered: number;
  /** Messages that did not reach a user that they were for. */
  lost: number;
  /** Messages that reached a user again, or after a later one. */
  repeated: number;
}

/** One kind of error. */
export interface ErrorCount {
  readonly code: string;
  readonly count: number;
  /** What the first of them said. */
  readonly example: string;
}

/** What one process counted since its last sample. */
export interface Sample {
  /** Of the run, counted from 0. */
  readonly second: number;
  readonly counts: Counts;
  /** Sockets that are open now. */
  readonly open: number;
  readonly errors: readonly ErrorCount[];
  /** Encoded histograms. */
  readonly latency: string;
  readonly connecting: string;
  /** How busy the process itself was, 0 to 1. */
  readonly utilization: number;
}

/** Kinds of errors that are told apart: a server that makes up a new code for each error fills no memory. */
const maxKinds = 50;
const maxExampleLength = 200;

export const noCounts = (): Counts => ({
  connected: 0,
  refused: 0,
  sent: 0,
  answered: 0,
  delivered: 0,
  lost: 0,
  repeated: 0,
});

/** Adds `more` to `sum`. */
export function addCounts(sum: Counts, more: Counts): void {
  for (const name of Object.keys(sum) as (keyof Counts)[]) sum[name] += more[name];
}

/** Errors by their code. */
export class ErrorTally {
  readonly #byCode = new Map<string, { count: number; example: string }>();

  add(code: string, example: string, count = 1): void {
    const kind = this.#byCode.has(code) || this.#byCode.size < maxKinds ? code : "OTHER";
    const known = this.#byCode.get(kind);
    if (known) known.count += count;
    else this.#byCode.set(kind, { count, example: example.slice(0, maxExampleLength) });
  }

  get total(): number {
    return [...this.#byCode.values()].reduce((sum, { count }) => sum + count, 0);
  }

  /** The most frequent first. */
  list(): ErrorCount[] {
    return [...this.#byCode]
      .map(([code, { count, example }]) => ({ code, count, example }))
      .sort((a, b) => b.count - a.count);
  }

  clear(): void {
    this.#byCode.clear();
  }
}

/** What one process counts between two samples. */
export class Tally {
  /** Sockets that are open now. */
  open = 0;
  counts: Counts = noCounts();
  readonly errors: ErrorTally = new ErrorTally();
  readonly latency: LatencyHistogram = new LatencyHistogram();
  readonly connecting: LatencyHistogram = new LatencyHistogram();

  /** What was counted since the last call. */
  take(second: number, utilization: number): Sample {
    const { counts, open } = this;
    const errors = this.errors.list();
    this.counts = noCounts();
    this.errors.clear();
    return {
      second,
      counts,
      open,
      errors,
      utilization,
      latency: this.latency.take(),
      connecting: this.connecting.take(),
    };
  }
}
