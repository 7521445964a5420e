import type { Target } from "../target.js";
import type { Scale } from "./workload.js";

/**
 * Does something again and again: first to warm up, then while the CPU time of the server is measured.
 *
 * @param step - does it once; resolves when nothing of it is under way any more. Gives how often it counts.
 * @returns microseconds of the server's CPU time for each that counts.
 */
export async function cpuPerUnit(
  target: Target,
  { warmUpMs, measureMs }: Scale,
  step: (until: number) => Promise<number>,
): Promise<number> {
  await step(performance.now() + warmUpMs);
  const before = await target.cpuMicros();
  const units = await step(performance.now() + measureMs);
  return ((await target.cpuMicros()) - before) / units;
}
