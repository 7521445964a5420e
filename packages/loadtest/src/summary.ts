import { isoTime } from "./clock.js";
import type { LatencyHistogram, Percentiles } from "./latency-histogram.js";
import { type Plan, workMs } from "./options.js";
import type { Counts, ErrorCount } from "./tally.js";
import { withoutQuery } from "./target.js";
import { type Judgement, judge, type Thresholds } from "./thresholds.js";
import type { TimelinePoint } from "./timeline.js";

/** What a test has shown. Latencies are milliseconds. */
export interface Summary {
  /** The server, without query. */
  readonly target: string;
  readonly scenario: string;
  /** What the latencies are: see `Scenario.measures`. */
  readonly measures: "answers" | "deliveries";
  /** ISO 8601. */
  readonly startedAt: string;
  readonly durationMs: number;
  /**
   * - `complete`: everything was done;
   * - `interrupted`: its signal was aborted;
   * - `overdue`: it took much longer than its schedule, and was stopped;
   * - `failed`: it could not go on.
   */
  readonly ended: Ending;
  /** Why it failed. */
  readonly failure?: string | undefined;
  readonly load: {
    readonly connections: number;
    readonly rampMs: number;
    readonly senders: number;
    /** Messages a second of each sender. */
    readonly rate: number;
    /** Messages of each sender. */
    readonly messages: number;
    readonly rooms: number;
    readonly processes: number;
  };
  readonly counts: Readonly<Counts>;
  /** From when a message was due by the schedule; undefined where nothing was measured. */
  readonly latency: Percentiles | undefined;
  /** From when a user was to connect until it was ready. */
  readonly connecting: Percentiles | undefined;
  /** Pairs of percentile (0 to 100) and latency: the curve. */
  readonly curve: readonly (readonly [percentile: number, ms: number])[];
  /** Messages a second while messages were sent, and answers or deliveries a second. */
  readonly throughput: { readonly sent: number; readonly received: number };
  /** All errors, lost and repeated messages included. */
  readonly errors: number;
  readonly errorsByCode: readonly ErrorCount[];
  readonly timeline: readonly TimelinePoint[];
  /** How busy the busiest process of the load itself was while messages were sent, 0 to 1. Near 1, the figures are its own and not the server's. */
  readonly utilization: number;
  readonly thresholds: readonly Judgement[];
  /** It was not cut short by failing, a user has connected, and all thresholds are kept. */
  readonly passed: boolean;
}

/** How a test ended. */
export type Ending = "complete" | "interrupted" | "overdue" | "failed";

/** What a summary is made of. */
export interface Results {
  readonly plan: Plan;
  readonly scenario: string;
  readonly measures: "answers" | "deliveries";
  readonly thresholds: Thresholds;
  readonly startedAt: number;
  readonly durationMs: number;
  /** How long messages were sent. */
  readonly workedMs: number;
  readonly ended: Ending;
  readonly failure?: string | undefined;
  readonly counts: Readonly<Counts>;
  readonly latency: LatencyHistogram;
  readonly connecting: LatencyHistogram;
  readonly errors: readonly ErrorCount[];
  readonly timeline: readonly TimelinePoint[];
  readonly utilization: number;
}

export function summaryOf(results: Results): Summary {
  const { plan, counts, ended, measures } = results;
  const errors = results.errors.reduce((sum, { count }) => sum + count, 0) + counts.lost + counts.repeated;
  const latency = results.latency.percentiles();
  const thresholds = judge(results.thresholds, latency, errors);
  const seconds = Math.max(results.workedMs, Math.min(workMs(plan), 1)) / 1_000;
  const received = measures === "deliveries" ? counts.delivered : counts.answered;
  return {
    target: withoutQuery(new URL(plan.url)),
    scenario: results.scenario,
    measures,
    startedAt: isoTime(results.startedAt),
    durationMs: Math.round(results.durationMs),
    ended,
    failure: results.failure,
    load: loadOf(plan),
    counts,
    latency,
    connecting: results.connecting.percentiles(),
    curve: curveOf(results.latency),
    throughput: { sent: perSecond(counts.sent, seconds), received: perSecond(received, seconds) },
    errors,
    errorsByCode: results.errors,
    timeline: results.timeline,
    utilization: Math.round(results.utilization * 1_000) / 1_000,
    thresholds,
    passed: ended !== "failed" && counts.connected > 0 && thresholds.every(({ passed }) => passed),
  };
}

function loadOf(plan: Plan): Summary["load"] {
  const { connections, rampMs, senders, rate, turns, rooms, processes } = plan;
  return { connections, rampMs, senders, rate, messages: turns, rooms, processes };
}

const perSecond = (count: number, seconds: number): number => Math.round((count / seconds) * 10) / 10;

/** Twenty points for each further nine: to 99.999 %, or as far as there are enough latencies to tell. */
function curveOf(latency: LatencyHistogram): (readonly [number, number])[] {
  if (latency.count === 0) return [];
  const nines = Math.min(5, Math.log10(latency.count));
  const points = Math.round(nines * 20);
  const percentiles = Array.from({ length: points + 1 }, (_, step) => 100 * (1 - 10 ** (-step / 20)));
  return percentiles.map(
    (percentile) => [Math.round(percentile * 1e5) / 1e5, latency.at(percentile)] as const,
  );
}
