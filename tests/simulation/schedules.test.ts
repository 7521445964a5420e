import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { allSituations } from "./coverage/situations.js";

const script = fileURLToPath(new URL("../../scripts/sim.js", import.meta.url));

/** As `pnpm sim` runs them: on all cores, in processes of their own. */
async function sim(...args: string[]): Promise<{ readonly code: number; readonly output: string }> {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [script, ...args], { maxBuffer: 1e8 });
    return { code: 0, output: stdout };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, output: stdout + stderr };
  }
}

it("keeps every promise in 2,000 schedules, which meet every situation that matters", async () => {
  const { code, output } = await sim("--schedules", "2000");
  console.info(output.trim());
  expect({ code, output }).toMatchObject({ code: 0 });
  expect(output).toContain(`${allSituations.length} of ${allSituations.length} situations met`);
});

it("counts at least 40 situations", () => {
  expect(allSituations.length).toBeGreaterThanOrEqual(40);
});
