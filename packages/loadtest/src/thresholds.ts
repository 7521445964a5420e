import type { Percentiles } from "./latency-histogram.js";

/** What a test must reach to pass. What is left out is not judged. */
export interface Thresholds {
  /** Milliseconds that half of the latencies may take at most. */
  readonly maxP50Ms?: number | undefined;
  /** Milliseconds that 95 % of the latencies may take at most. */
  readonly maxP95Ms?: number | undefined;
  /** Milliseconds that 99 % of the latencies may take at most. */
  readonly maxP99Ms?: number | undefined;
  /** How many errors there may be, lost and repeated messages included. */
  readonly maxErrors?: number | undefined;
}

/** What became of one threshold. */
export interface Judgement {
  /** As `p99` or `errors`. */
  readonly name: string;
  readonly limit: number;
  /** Null: nothing was measured, which is no pass. */
  readonly value: number | null;
  readonly passed: boolean;
}

/** Judges the figures of a test. */
export function judge(
  { maxP50Ms, maxP95Ms, maxP99Ms, maxErrors }: Thresholds,
  latency: Percentiles | undefined,
  errors: number,
): Judgement[] {
  const limits: readonly (readonly [string, number | undefined, number | undefined])[] = [
    ["p50", maxP50Ms, latency?.p50],
    ["p95", maxP95Ms, latency?.p95],
    ["p99", maxP99Ms, latency?.p99],
    ["errors", maxErrors, errors],
  ];
  return limits.flatMap(([name, limit, value]) =>
    limit === undefined
      ? []
      : [{ name, limit, value: value ?? null, passed: value !== undefined && value <= limit }],
  );
}
