import { afterEach, describe, expect, it, vi } from "vitest";
import { defaultClock } from "../src/clock.js";

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("the default clock", () => {
  it("reads the globals at each call, so that fake timers work", () => {
    vi.useFakeTimers({ now: 1000 });
    const before = defaultClock.monotonic();
    let fired = 0;
    const handle = defaultClock.setTimeout(() => fired++, 50);
    defaultClock.setTimeout(() => fired++, 50);
    defaultClock.clearTimeout(handle);
    defaultClock.clearTimeout(undefined);
    vi.advanceTimersByTime(50);
    expect(fired).toBe(1);
    expect(defaultClock.now()).toBe(1050);
    expect(defaultClock.monotonic() - before).toBe(50);
  });

  it("measures durations by the wall clock where there is no other", () => {
    vi.stubGlobal("performance", undefined);
    vi.useFakeTimers({ now: 5000, toFake: ["Date"] });
    expect(defaultClock.monotonic()).toBe(5000);
  });

  it("runs `immediate` after the current turn, with setImmediate or without", async () => {
    const order: string[] = [];
    await new Promise<void>((resolve) => {
      defaultClock.immediate(() => resolve(void order.push("immediate")));
      order.push("now");
    });
    vi.stubGlobal("setImmediate", undefined);
    await new Promise<void>((resolve) => {
      defaultClock.immediate(() => resolve(void order.push("timeout")));
      order.push("then");
    });
    expect(order).toEqual(["now", "immediate", "then", "timeout"]);
  });
});
