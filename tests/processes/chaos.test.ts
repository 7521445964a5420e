import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";

it("keeps every promise between real processes that are cut, stopped, replaced and killed (F-01, F-03, F-05, F-16, F-17)", async () => {
  const script = fileURLToPath(new URL("../../scripts/chaos.js", import.meta.url));
  // Long enough for one fault of each kind, on most machines.
  const args = [script, "--clients", "20", "--seconds", "12", "--seed", "3"];
  // Where a promise is broken it ends with 1, and says which.
  const run = promisify(execFile)(process.execPath, args);
  const { stdout } = await run.catch((ended: { stdout: string }) => ended);
  expect(stdout).toMatch(/faults: kill: \d/);
  expect(stdout).toMatch(/publications received: \d{3}/);
  expect(stdout).toContain("0 promises broken");
}, 120_000);
