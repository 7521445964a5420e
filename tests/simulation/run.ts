import { check } from "./checker/check.js";
import type { Violation } from "./checker/violation.js";
import type { HistoryRecord } from "./history/record.js";
import type { Schedule } from "./schedule/schedule.js";
import { perform } from "./world/perform.js";
import { goQuiet } from "./world/quiet-end.js";
import { type Onlooker, World } from "./world/world.js";

/** What became of a run. */
export interface Run {
  readonly schedule: Schedule;
  readonly history: readonly HistoryRecord[];
  readonly violations: readonly Violation[];
  /** Names the history by its content. */
  readonly hash: () => string;
  /** Milliseconds of the run's own clock. */
  readonly simulatedMs: number;
}

const nobody: Onlooker = { recorded: () => undefined, passed: () => undefined };

/** Runs a schedule from its first step to its quiet end, and judges what it left behind. */
export async function run(schedule: Schedule, onlooker: Onlooker = nobody): Promise<Run> {
  const world = new World(schedule, onlooker);
  for (const step of schedule.steps) world.clock.setTimeout(() => perform(world, step), step.at);
  await world.clock.advance(schedule.setup.quietAt + 1);
  await goQuiet(world);
  const { history } = world.recorder;
  return {
    schedule,
    history,
    violations: check(history),
    hash: () => world.recorder.hash(),
    simulatedMs: world.clock.monotonic(),
  };
}
