import { expect, it } from "vitest";
import { measureStorm } from "../measure/storm.js";

it("has all clients back and whole that were cut off in one moment, each after few tries (F-18)", async () => {
  const report = await measureStorm(60);
  const { lost, twiceOrLate, gaps, failures, moves } = report;
  expect({ lost, twiceOrLate, gaps, failures, moves }).toEqual({
    ...{ lost: 0, twiceOrLate: 0, gaps: 0, failures: {}, moves: 60 },
  });
  expect(report.breaksPerClient).toBeLessThan(3);
});
