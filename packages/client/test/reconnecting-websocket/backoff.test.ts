import { seededRandom } from "@tautline/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backoff, backoffDefaults } from "../../src/reconnecting-websocket/backoff.js";

const limits = fc
  .tuple(fc.integer({ min: 1, max: 60_000 }), fc.integer({ min: 1, max: 3_600_000 }))
  .map(([minMs, maxMs]) => ({ minMs, maxMs }));
const fraction = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe("backoff", () => {
  it("starts at half a second and ends at thirty", () => {
    expect(backoffDefaults).toEqual({ minMs: 500, maxMs: 30_000 });
    const ceilings = [0, 1, 2, 3, 4, 5, 6, 7, 1000].map((step) => backoff(step, () => 1));
    expect(ceilings).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  });

  it("never leaves 0 … min(maxMs, minMs · 2^step)", () => {
    fc.assert(
      fc.property(fc.nat(2000), fraction, limits, (step, random, { minMs, maxMs }) => {
        const ms = backoff(step, () => random, { minMs, maxMs });
        expect(ms).toBeGreaterThanOrEqual(0);
        expect(ms).toBeLessThanOrEqual(Math.min(maxMs, minMs * 2 ** step));
      }),
    );
  });

  it("never shortens with a later step, the same dice given", () => {
    fc.assert(
      fc.property(fc.nat(100), fraction, limits, (step, random, some) => {
        expect(backoff(step + 1, () => random, some)).toBeGreaterThanOrEqual(
          backoff(step, () => random, some),
        );
      }),
    );
  });

  it("spreads over the whole span: full jitter", () => {
    const { float } = seededRandom(1);
    const waits = Array.from({ length: 2000 }, () => backoff(3, float));
    const inQuarter = (n: number) => waits.filter((ms) => Math.floor(ms / 1000) === n).length;
    for (const quarter of [0, 1, 2, 3]) expect(inQuarter(quarter)).toBeGreaterThan(400);
  });
});
