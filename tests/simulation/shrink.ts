import type { Schedule, Step } from "./schedule/schedule.js";

/** Says whether a schedule still fails as the first one did. */
export type Fails = (schedule: Schedule) => Promise<boolean>;

/** The most runs that making a schedule smaller may take. */
const maxRuns = 400;

/** Makes a failing schedule smaller: leaves out steps, first halves of them, then single ones, as long as it fails. */
export async function shrink(schedule: Schedule, fails: Fails): Promise<Schedule> {
  let runs = 0;
  const without = (from: number, count: number): readonly Step[] => steps.toSpliced(from, count);
  let { steps } = schedule;
  for (let size = Math.ceil(steps.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let from = 0; from < steps.length && runs < maxRuns; ) {
      const rest = without(from, size);
      runs++;
      if (await fails({ ...schedule, steps: rest })) steps = rest;
      else from += size;
    }
  }
  return { ...schedule, steps };
}
