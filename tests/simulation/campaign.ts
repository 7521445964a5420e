import type { Violation } from "./checker/violation.js";
import { Coverage } from "./coverage/coverage.js";
import { add, type Counts } from "./coverage/situations.js";
import { run } from "./run.js";
import { generate } from "./schedule/generate.js";

/** A schedule that broke a promise. */
export interface Failure {
  readonly seed: number;
  readonly violations: readonly Violation[];
}

/** What many schedules came to. */
export interface Campaign {
  readonly schedules: number;
  /** Records of all histories. */
  readonly events: number;
  readonly simulatedMs: number;
  readonly seconds: number;
  readonly failures: readonly Failure[];
  readonly counts: Counts;
}

/** Runs the schedules of the seeds from `first` on, `step` apart, and counts what they met. */
export async function campaign(first: number, schedules: number, step = 1): Promise<Campaign> {
  const counts: Counts = new Map();
  const failures: Failure[] = [];
  const start = performance.now();
  let [events, simulatedMs] = [0, 0];
  for (let i = 0; i < schedules; i++) {
    const seed = first + i * step;
    const coverage = new Coverage();
    const { history, violations, simulatedMs: ms } = await run(generate(seed), coverage);
    add(counts, coverage.counts);
    events += history.length;
    simulatedMs += ms;
    if (violations.length > 0) failures.push({ seed, violations });
  }
  const seconds = (performance.now() - start) / 1_000;
  return { schedules, events, simulatedMs, seconds, failures, counts };
}

/** The sum of campaigns that ran side by side. */
export function together(campaigns: readonly Campaign[]): Campaign {
  const counts: Counts = new Map();
  for (const each of campaigns) add(counts, each.counts);
  const sum = (value: (each: Campaign) => number) =>
    campaigns.reduce((total, each) => total + value(each), 0);
  return {
    schedules: sum(({ schedules }) => schedules),
    events: sum(({ events }) => events),
    simulatedMs: sum(({ simulatedMs }) => simulatedMs),
    seconds: Math.max(...campaigns.map(({ seconds }) => seconds)),
    failures: campaigns.flatMap(({ failures }) => failures),
    counts,
  };
}
