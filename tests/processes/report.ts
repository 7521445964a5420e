import { check } from "../simulation/checker/check.js";
import type { Violation } from "../simulation/checker/violation.js";
import type { HistoryRecord } from "../simulation/history/record.js";

/** What became of a run of real processes. */
export interface Report {
  readonly text: string;
  readonly violations: readonly Violation[];
}

/** Judges what all processes wrote down, and counts what happened. */
export function reportOf(history: readonly HistoryRecord[], clients: number): Report {
  const violations = check(history);
  const counts = new Map<string, number>();
  const count = (what: string): void => void counts.set(what, (counts.get(what) ?? 0) + 1);
  for (const record of history) {
    if (record.op === "publication") count("publications received");
    if (record.op === "append") count("publications kept");
    if (record.op === "gap") count(`gaps told: ${record.reason}`);
    if (record.op === "settled") count(`messages settled: ${record.outcome}`);
    if (record.op === "handler") count("handlers begun");
    if (record.op === "fault") count(`faults: ${record.kind}`);
    if (record.op === "admitted") count("connections");
  }
  const seconds = (history.at(-1)?.t ?? 0) / 1_000;
  const silences = silencesOf(history);
  const at = (share: number): string =>
    ((silences[Math.floor((silences.length - 1) * share)] ?? 0) / 1_000).toFixed(1);
  const lines = [
    `${clients} clients, ${seconds.toFixed(0)} s, ${history.length} events`,
    ...[...counts].sort().map(([what, n]) => `  ${what}: ${n}`),
    `  ${silences.length} times without a connection: median ${at(0.5)} s, longest ${at(1)} s`,
    `${violations.length} promises broken`,
    ...violations
      .slice(0, 20)
      .map(({ invariant, t, actor, text }) => `  ${invariant} ${t} ${actor}: ${text}`),
  ];
  return { text: lines.join("\n"), violations };
}

/** How long clients that had been connected were not, in milliseconds, the shortest first. */
function silencesOf(history: readonly HistoryRecord[]): readonly number[] {
  const lostAt = new Map<string, number>();
  const isUp = new Set<string>();
  const silences: number[] = [];
  for (const record of history) {
    if (record.op !== "client") continue;
    const { actor, outcome, t } = record;
    if (outcome === "connected") {
      const lost = lostAt.get(actor);
      if (lost !== undefined) silences.push(t - lost);
      lostAt.delete(actor);
      isUp.add(actor);
    } else if (isUp.delete(actor) && outcome !== "closed") lostAt.set(actor, t);
  }
  return silences.sort((one, other) => one - other);
}
