import { describe, expect, it } from "vitest";
import { settingsOf } from "../../src/reconnecting-websocket/options.js";
import { delayAfter } from "../../src/reconnecting-websocket/retry-delay.js";
import type { RetryPolicy } from "../../src/reconnecting-websocket/retry-policy.js";

const context = (attempt = 0) => ({
  attempt,
  elapsedMs: 0,
  reason: { kind: "dropped", code: 1006, reason: "", wasClean: false } as const,
});
const ask = (retryPolicy: RetryPolicy, online = true, retryLimit = Infinity) => {
  const failures: unknown[] = [];
  const network = { online, subscribe: () => () => undefined };
  const settings = settingsOf({ retryPolicy, retryLimit, network, backoff: { maxMs: 30_000 } });
  const delayMs = delayAfter(context(3), settings, (error) => failures.push(error));
  return { delayMs, failures };
};

describe("the delay before the next attempt", () => {
  it("is the policy's answer", () => {
    expect(ask(() => 1234).delayMs).toBe(1234);
    expect(ask(() => 0).delayMs).toBe(0);
    expect(ask(() => null).delayMs).toBeNull();
  });

  it.each([Number.NaN, -1, undefined, "soon"])("is long where the policy answers %s", (answer) => {
    // A program in JavaScript can answer anything.
    expect(ask(() => answer as number).delayMs).toBe(30_000);
  });

  it("is long where the policy throws, and that is told", () => {
    const error = new Error("my policy");
    const { delayMs, failures } = ask(() => {
      throw error;
    });
    expect(delayMs).toBe(30_000);
    expect(failures).toEqual([error]);
  });

  it("is long while the device says that it is offline, and never shorter than the policy's", () => {
    expect(ask(() => 0, false).delayMs).toBe(30_000);
    expect(ask(() => 45_000, false).delayMs).toBe(45_000);
    expect(ask(() => null, false).delayMs).toBeNull();
  });

  it("is none after the limit, whatever the policy says", () => {
    expect(ask(() => 5, true, 4).delayMs).toBe(5);
    expect(ask(() => 5, true, 3).delayMs).toBeNull();
  });
});
