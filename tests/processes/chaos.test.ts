import { expect, it } from "vitest";
import { runScript } from "../run-script.js";

it("keeps every promise between real processes that are cut, stopped, replaced and killed (F-01, F-03, F-05, F-16, F-17)", async () => {
  // Long enough for one fault of each kind, on most machines. Where a promise is broken it says which.
  const { output } = await runScript("chaos.js", "--clients", "20", "--seconds", "12", "--seed", "3");
  expect(output).toMatch(/faults: kill: \d/);
  expect(output).toMatch(/publications received: \d{3}/);
  expect(output).toContain("0 promises broken");
}, 120_000);
