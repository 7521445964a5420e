import type { Campaign, Failure } from "./campaign.js";
import { allSituations, missing } from "./coverage/situations.js";
import type { Schedule } from "./schedule/schedule.js";

/** A campaign in a few lines. */
export function summary({ schedules, events, simulatedMs, seconds, counts, failures }: Campaign): string {
  const days = (simulatedMs / 86_400_000).toFixed(1);
  const met = allSituations.length - missing(counts).length;
  return [
    `${schedules} schedules, ${events} events, ${days} simulated days, ${seconds.toFixed(1)} s;`,
    `${met} of ${allSituations.length} situations met, ${failures.length} schedules failed`,
  ].join(" ");
}

/** A failing seed, what it broke, and how to see it again. */
export function failureText({ seed, violations }: Failure): string {
  const lines = violations
    .slice(0, 5)
    .map(({ invariant, t, actor, text }) => `  ${invariant} at ${t.toFixed(1)} ms, ${actor}: ${text}`);
  const more = violations.length > 5 ? [`  and ${violations.length - 5} more`] : [];
  return [`seed ${seed} failed: pnpm sim --seed ${seed}`, ...lines, ...more].join("\n");
}

/** A schedule to be read: its setup, and a line for each step. */
export function scheduleText({ setup, steps }: Schedule): string {
  return [JSON.stringify(setup), ...steps.map((step) => `  ${JSON.stringify(step)}`)].join("\n");
}
