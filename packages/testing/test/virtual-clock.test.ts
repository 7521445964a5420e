import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { VirtualClock } from "../src/virtual-clock.js";

describe("a clock turned by hand", () => {
  it("runs timers in the order of their moments, and those of one moment in the order in which they were set", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ ms: fc.nat(200), cleared: fc.boolean() }), { maxLength: 80 }),
        async (timers) => {
          const clock = new VirtualClock();
          const ran: number[] = [];
          const handles = timers.map(({ ms }, index) => clock.setTimeout(() => ran.push(index), ms));
          for (const [index, { cleared }] of timers.entries())
            if (cleared) clock.clearTimeout(handles[index]);
          await clock.advance(200);
          const expected = timers
            .map(({ ms, cleared }, index) => ({ ms, cleared, index }))
            .filter(({ cleared }) => !cleared)
            .sort((a, b) => a.ms - b.ms || a.index - b.index);
          expect(ran).toEqual(expected.map(({ index }) => index));
          expect(clock.pending).toBe(0);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("stops exactly where it was told to, at whole milliseconds for people", async () => {
    const clock = new VirtualClock(1_000);
    let ran = false;
    clock.setTimeout(() => (ran = true), 10);
    await clock.advance(9.5);
    expect([ran, clock.monotonic(), clock.now()]).toEqual([false, 9.5, 1_009]);
    await clock.advance(0.5);
    expect([ran, clock.monotonic(), clock.now()]).toEqual([true, 10, 1_010]);
  });

  it("ends each turn as an event loop does: timer, its promises, then what was immediate, then its promises", async () => {
    const clock = new VirtualClock();
    const ran: string[] = [];
    clock.setTimeout(() => {
      clock.immediate(() => {
        ran.push("immediate");
        clock.immediate(() => ran.push("immediate of the immediate"));
        void Promise.resolve().then(() => ran.push("promise of the immediate"));
      });
      void (async () => {
        for (let turn = 0; turn < 50; turn++) await undefined;
        ran.push("promise of the timer");
      })();
    }, 1);
    clock.setTimeout(() => ran.push("next timer"), 1);
    await clock.advance(1);
    expect(ran).toEqual([
      "promise of the timer",
      "immediate",
      "promise of the immediate",
      "immediate of the immediate",
      "next timer",
    ]);
  });

  it("never runs what comes after an endless time, and does not count it as pending", async () => {
    const clock = new VirtualClock();
    clock.setTimeout(() => expect.unreachable(), Infinity);
    expect(clock.pending).toBe(0);
    expect(await clock.step()).toBe(false);
  });

  it("takes a wait that is no number, or below nothing, for none", async () => {
    const clock = new VirtualClock();
    let ran = 0;
    for (const ms of [Number.NaN, -5]) clock.setTimeout(() => ran++, ms);
    await clock.advance(0);
    expect(ran).toBe(2);
  });

  it("ends even the shortest wait later than it began", async () => {
    const clock = new VirtualClock();
    await clock.advance(1e9);
    clock.setTimeout(() => undefined, 1e-12);
    await clock.step();
    expect(clock.monotonic()).toBeGreaterThan(1e9);
  });

  it("ignores handles that it does not know or that have fired", async () => {
    const clock = new VirtualClock();
    const fired = clock.setTimeout(() => undefined, 1);
    await clock.advance(1);
    clock.setTimeout(() => undefined, 5);
    clock.clearTimeout(fired);
    clock.clearTimeout(undefined);
    expect(clock.pending).toBe(1);
  });

  it("goes timer by timer with step", async () => {
    const clock = new VirtualClock();
    clock.setTimeout(() => undefined, 3);
    clock.setTimeout(() => undefined, 7);
    expect([await clock.step(), clock.monotonic()]).toEqual([true, 3]);
    expect([await clock.step(), clock.monotonic()]).toEqual([true, 7]);
    expect([await clock.step(), clock.monotonic()]).toEqual([false, 7]);
  });

  it("lets a failing timer be seen by whoever turned the clock, and goes on after it", async () => {
    const clock = new VirtualClock();
    clock.setTimeout(() => {
      throw new Error("of the timer");
    }, 1);
    let ran = false;
    clock.setTimeout(() => (ran = true), 2);
    await expect(clock.advance(5)).rejects.toThrow("of the timer");
    await clock.advance(5);
    expect(ran).toBe(true);
  });
});

describe("waiting for a fact", () => {
  it("lets as much time pass as a promise needs, and gives its value", async () => {
    const clock = new VirtualClock();
    const value = new Promise((resolve) => clock.setTimeout(() => resolve("there"), 5_000));
    clock.setTimeout(() => undefined, 9_000);
    expect(await clock.until(value)).toBe("there");
    expect(clock.monotonic()).toBe(5_000);
  });

  it("throws what a promise is rejected with", async () => {
    const clock = new VirtualClock();
    const failed = new Promise((_, reject) => clock.setTimeout(() => reject(new Error("lost")), 5));
    await expect(clock.until(failed)).rejects.toThrow("lost");
  });

  it("waits for a condition, and not at all for one that holds", async () => {
    const clock = new VirtualClock();
    let ticks = 0;
    clock.setTimeout(() => ticks++, 40);
    await clock.until(() => ticks === 0);
    expect(clock.monotonic()).toBe(0);
    await clock.until(() => ticks === 1);
    expect(clock.monotonic()).toBe(40);
  });

  it("says so when the time is over, and when nothing is left that could bring it about", async () => {
    const clock = new VirtualClock();
    await expect(clock.until(() => false)).rejects.toThrow("no timer is left");
    const again = (): void => void clock.setTimeout(again, 1_000);
    again();
    await expect(clock.until(() => false, 60_000)).rejects.toThrow("within 60000 ms");
    expect(clock.monotonic()).toBe(60_000);
  });
});
