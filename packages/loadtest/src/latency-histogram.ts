import {
  build,
  decodeFromCompressedBase64,
  encodeIntoCompressedBase64,
  type Histogram,
} from "hdr-histogram-js";

/** An hour: longer than any deadline that a test may have. */
const highest = 3_600_000_000;

/** Milliseconds at some percentiles. */
export interface Percentiles {
  readonly count: number;
  readonly min: number;
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** How often which latency was seen, to three digits, in a fixed amount of memory. */
export class LatencyHistogram {
  #counts: Histogram = empty();

  get count(): number {
    return this.#counts.totalCount;
  }

  /** Negative ones, of clocks that disagree by a microsecond, count as 0. */
  record(micros: number): void {
    this.#counts.recordValue(Math.min(Math.max(0, Math.round(micros)), highest));
  }

  /** Adds what another process, or another second, has counted. */
  add(encoded: string): void {
    if (encoded === "") return;
    this.#counts.add(decodeFromCompressedBase64(encoded, 32, false));
  }

  /** What was counted since the last call, for {@link add}; empty where nothing was. */
  take(): string {
    if (this.count === 0) return "";
    const encoded = encodeIntoCompressedBase64(this.#counts);
    this.#counts.reset();
    return encoded;
  }

  /** Milliseconds at this percentile, 0 to 100. */
  at(percentile: number): number {
    return this.#counts.getValueAtPercentile(percentile) / 1_000;
  }

  /** Undefined where nothing was counted: a latency of 0 would be a lie. */
  percentiles(): Percentiles | undefined {
    if (this.count === 0) return undefined;
    return {
      count: this.count,
      min: this.at(0),
      p50: this.at(50),
      p90: this.at(90),
      p95: this.at(95),
      p99: this.at(99),
      p999: this.at(99.9),
      max: this.at(100),
    };
  }
}

function empty(): Histogram {
  return build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: highest,
    numberOfSignificantValueDigits: 3,
    bitBucketSize: 32,
    useWebAssembly: false,
  });
}
