import { expect, it } from "vitest";
import { runScript } from "../run-script.js";
import { bytesPerLife } from "./trend.js";

it("finds what is kept of lives that are over, and lets programs end that have closed both ends (F-36, F-37, F-38)", async () => {
  const nothing = ["--connections", "0", "--clients", "0"];
  const { code, output } = await runScript(
    "soak.js",
    ...nothing,
    "--strays",
    "200",
    "--closings",
    "2",
    "--leak",
    "20000",
  );
  expect(output).toMatch(/^strays: expected at most \d+ bytes a life, got (1[5-9]|2[0-5])\d{3}$/m);
  expect(output).toMatch(/^closings: 2 programs, the slowest ended \d+ ms after it had closed$/m);
  expect(code).toBe(1);
});

it("takes the straight line nearest to what was measured", () => {
  expect(bytesPerLife([10, 20, 30].map((lives) => ({ lives, bytes: 500 })))).toBe(0);
  expect(bytesPerLife([10, 20, 30].map((lives) => ({ lives, bytes: 7 * lives + 500 })))).toBeCloseTo(7);
});
