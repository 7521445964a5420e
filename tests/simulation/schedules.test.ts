import { expect, it } from "vitest";
import { runScript } from "../run-script.js";
import { allSituations } from "./coverage/situations.js";

it("keeps every promise in 2,000 schedules, which meet every situation that matters", async () => {
  // On all cores; nothing in it waits for real time, so it can give way to tests that do.
  const { code, output } = await runScript("sim.js", "--schedules", "2000", "--nice", "10");
  console.info(output.trim());
  expect({ code, output }).toMatchObject({ code: 0 });
  expect(output).toContain(`${allSituations.length} of ${allSituations.length} situations met`);
});

it("counts at least 40 situations", () => {
  expect(allSituations.length).toBeGreaterThanOrEqual(40);
});
