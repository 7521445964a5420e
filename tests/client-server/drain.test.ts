import { expect, it } from "vitest";
import { measureDrain } from "../measure/drain.js";

it("[12.3] [12.4] moves busy clients to another node: nothing lost, nothing twice, no request failed (P12, F-16)", async () => {
  const report = await measureDrain({ clients: 40, withinMs: 1_500, quietMs: 400 });
  const { lost, twiceOrLate, gaps, handledTwice, failures } = report;
  expect({ lost, twiceOrLate, gaps, handledTwice, failures }).toEqual({
    ...{ lost: 0, twiceOrLate: 0, gaps: 0, handledTwice: 0, failures: {} },
  });
  expect(report.moves).toBeGreaterThanOrEqual(40);
  expect(report.requests).toBeGreaterThan(40);
}, 60_000);
