import { LatencyHistogram, type Percentiles } from "./latency-histogram.js";
import { addCounts, type Counts, noCounts, type Sample } from "./tally.js";

/** What happened in one second of a test, in all processes. */
export interface TimelinePoint {
  /** Counted from 0. */
  readonly second: number;
  readonly counts: Readonly<Counts>;
  /** Sockets that were open at its end. */
  readonly open: number;
  readonly errors: number;
  /** Undefined where nothing was measured. */
  readonly latency: Percentiles | undefined;
}

/** A second to which samples are still added. */
interface Growing {
  readonly counts: Counts;
  readonly latency: LatencyHistogram;
  readonly open: Map<number, number>;
  errors: number;
}

/** Samples that come later than this many seconds after the newest are left out of the timeline: their histograms are gone. */
const openSeconds = 5;
/** More than the longest test has. */
const maxSeconds = 3 * 3_600;

/** A test second by second: the samples of all processes, merged. Only the newest seconds keep their histograms. */
export class Timeline {
  readonly #points = new Map<number, TimelinePoint>();
  readonly #growing = new Map<number, Growing>();
  #newest = 0;

  add(process: number, { second, counts, latency, open, errors }: Sample): void {
    if (this.#points.has(second) || second >= maxSeconds) return;
    let growing = this.#growing.get(second);
    if (!growing) {
      growing = { counts: noCounts(), latency: new LatencyHistogram(), open: new Map(), errors: 0 };
      this.#growing.set(second, growing);
    }
    addCounts(growing.counts, counts);
    growing.latency.add(latency);
    growing.open.set(process, open);
    growing.errors += errors.reduce((sum, { count }) => sum + count, 0) + counts.lost + counts.repeated;
    this.#newest = Math.max(this.#newest, second);
    for (const [older, value] of this.#growing) {
      if (older > this.#newest - openSeconds) continue;
      this.#points.set(older, pointOf(older, value));
      this.#growing.delete(older);
    }
  }

  /** The newest second before this one in which anything was received; for a figure that is not of half a second. */
  lastWhole(before: number): TimelinePoint | undefined {
    for (let second = before - 1; second > before - openSeconds && second >= 0; second--) {
      const growing = this.#growing.get(second);
      if (growing && growing.latency.count > 0) return pointOf(second, growing);
    }
    return undefined;
  }

  /** Every second from the first to the newest. */
  points(): TimelinePoint[] {
    const growing = [...this.#growing].map(([second, value]) => [second, pointOf(second, value)] as const);
    const all = new Map([...this.#points, ...growing]);
    if (all.size === 0) return [];
    return Array.from({ length: this.#newest + 1 }, (_, second) => all.get(second) ?? nothing(second));
  }
}

function pointOf(second: number, { counts, latency, open, errors }: Growing): TimelinePoint {
  const sockets = [...open.values()].reduce((sum, count) => sum + count, 0);
  return { second, counts: { ...counts }, open: sockets, errors, latency: latency.percentiles() };
}

/** A process that is too busy to tell leaves a hole. */
function nothing(second: number): TimelinePoint {
  return { second, counts: noCounts(), open: 0, errors: 0, latency: undefined };
}
