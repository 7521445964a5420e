import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SlidingLog } from "../../src/throttler/rate-limit.js";

/** Arrivals: how long after the one before, and how much each costs. */
const schedule = fc.array(
  fc.record({ afterMs: fc.nat({ max: 400 }), cost: fc.integer({ min: 1, max: 4 }) }),
  { maxLength: 300 },
);
const limits = fc.record({
  messages: fc.oneof(fc.integer({ min: 4, max: 40 }), fc.integer({ min: 129, max: 400 })),
  windowMs: fc.integer({ min: 1, max: 3_000 }),
});

describe("SlidingLog", () => {
  it("never lets more than `messages` units pass in any span of `windowMs`", () => {
    fc.assert(
      fc.property(limits, schedule, (limit, arrivals) => {
        const log = new SlidingLog(limit);
        const admitted: { at: number; cost: number }[] = [];
        let now = 0;
        for (const { afterMs, cost } of arrivals) {
          now += afterMs;
          if (log.take(now, cost).ok) admitted.push({ at: now, cost });
        }
        // The fullest spans begin with an admitted message.
        for (const { at: start } of admitted) {
          const within = admitted.filter(({ at }) => at >= start && at < start + limit.windowMs);
          expect(within.reduce((sum, { cost }) => sum + cost, 0)).toBeLessThanOrEqual(limit.messages);
        }
      }),
    );
  });

  it("lets a refused caller pass that waited as long as it was told, and never tells it to wait a full window longer", () => {
    fc.assert(
      fc.property(
        limits,
        schedule,
        fc.double({ min: 0, max: 1e9, noNaN: true }),
        (limit, arrivals, start) => {
          const log = new SlidingLog(limit);
          let now = start;
          for (const { afterMs, cost } of arrivals) {
            now += afterMs / 3;
            const verdict = log.take(now, cost);
            if (verdict.ok) continue;
            expect(verdict.retryAfterMs).toBeGreaterThan(0);
            expect(verdict.retryAfterMs).toBeLessThanOrEqual(limit.windowMs + 1);
            now += verdict.retryAfterMs;
            expect(log.take(now, cost)).toEqual({ ok: true });
          }
        },
      ),
    );
  });

  it("is exact up to 128 messages: a unit comes free in the very millisecond its window ends", () => {
    const log = new SlidingLog({ messages: 2, windowMs: 1_000 });
    expect(log.take(0, 1).ok).toBe(true);
    expect(log.take(600, 1).ok).toBe(true);
    expect(log.take(999, 1)).toEqual({ ok: false, retryAfterMs: 1 });
    expect(log.take(1_000, 1).ok).toBe(true);
    expect(log.take(1_000, 1)).toEqual({ ok: false, retryAfterMs: 600 });
  });

  it("beyond 128 messages frees a unit at most 1/128 of the window late", () => {
    const windowMs = 12_800;
    const log = new SlidingLog({ messages: 1_000, windowMs });
    for (let i = 0; i < 1_000; i++) expect(log.take(i, 1).ok).toBe(true);
    const verdict = log.take(1_000, 1);
    expect(verdict).toMatchObject({ ok: false });
    const late = verdict.ok ? 0 : 1_000 + verdict.retryAfterMs - windowMs;
    expect(late).toBeGreaterThanOrEqual(0);
    expect(late).toBeLessThanOrEqual(windowMs / 128);
  });

  it("takes the whole burst at once on an idle key, and again a window later, but not across the edge", () => {
    const log = new SlidingLog({ messages: 50, windowMs: 60_000 });
    expect(log.take(59_000, 50).ok).toBe(true);
    expect(log.take(60_000, 1)).toEqual({ ok: false, retryAfterMs: 59_000 });
    expect(log.isIdle(118_999)).toBe(false);
    expect(log.isIdle(119_000)).toBe(true);
    expect(log.take(119_000, 50).ok).toBe(true);
  });

  it("tells a costly message to wait until enough units are free", () => {
    const log = new SlidingLog({ messages: 3, windowMs: 100 });
    for (const at of [0, 10, 20]) log.take(at, 1);
    expect(log.take(30, 1)).toEqual({ ok: false, retryAfterMs: 70 });
    expect(log.take(30, 3)).toEqual({ ok: false, retryAfterMs: 90 });
    expect(log.take(30, 0)).toEqual({ ok: true });
  });
});
