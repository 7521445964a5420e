import type { Percentiles } from "../../src/latency-histogram.js";
import type { Summary } from "../../src/summary.js";
import { noCounts } from "../../src/tally.js";

const percentiles = (ms: number): Percentiles => ({
  count: 100,
  min: ms / 10,
  p50: ms,
  p90: ms * 2,
  p95: ms * 3,
  p99: ms * 5,
  p999: ms * 8,
  max: ms * 10,
});

/** A test of 12 seconds, as it might have been. */
export function summaryWith(some: Partial<Summary>): Summary {
  return {
    target: "ws://localhost:8080/live",
    scenario: "broadcast",
    measures: "deliveries",
    startedAt: "2026-11-29T12:00:00.000Z",
    durationMs: 12_000,
    ended: "complete",
    load: { connections: 100, rampMs: 2_000, senders: 1, rate: 10, messages: 100, rooms: 1, processes: 1 },
    counts: { ...noCounts(), connected: 100, sent: 100, answered: 100, delivered: 9_900 },
    latency: percentiles(4),
    connecting: percentiles(20),
    curve: [
      [0, 0.4],
      [50, 4],
      [90, 8],
      [99, 20],
      [99.9, 32],
    ],
    throughput: { sent: 10, received: 990 },
    errors: 3,
    errorsByCode: [{ code: "RATE_LIMITED", count: 3, example: "Rate limit exceeded" }],
    timeline: Array.from({ length: 12 }, (_, second) => ({
      second,
      counts: { ...noCounts(), sent: second < 2 ? 0 : 10, delivered: second < 2 ? 0 : 990 },
      open: Math.min(100, (second + 1) * 50),
      errors: second === 5 ? 3 : 0,
      latency: second < 2 ? undefined : percentiles(2 + second / 2),
    })),
    utilization: 0.2,
    thresholds: [{ name: "p99", limit: 50, value: 20, passed: true }],
    passed: true,
    ...some,
  };
}
