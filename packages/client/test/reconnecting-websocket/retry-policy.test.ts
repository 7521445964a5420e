import { closeCodes, isRetryable } from "@tautline/protocol";
import { seededRandom } from "@tautline/testing";
import { describe, expect, it } from "vitest";
import {
  type CloseReason,
  defaultRetryPolicy,
  type RetryContext,
} from "../../src/reconnecting-websocket/retry-policy.js";

const almostOne = 1 - Number.EPSILON;
const policy = defaultRetryPolicy(() => almostOne);
const context = (attempt: number, reason: Partial<CloseReason> = {}): RetryContext => ({
  attempt,
  elapsedMs: 0,
  reason: { kind: "dropped", code: 1006, reason: "", wasClean: false, ...reason },
});

describe("the default retry policy", () => {
  it.each(["dropped", "refused"] as const)(
    "comes back within half a second at first, then after doubling waits (%s)",
    (kind) => {
      const waits = [0, 1, 2, 6, 7].map((attempt) => policy(context(attempt, { kind })) as number);
      expect(waits.map(Math.ceil)).toEqual([500, 1000, 2000, 30_000, 30_000]);
    },
  );

  it("spreads even the first attempts of all who were cut together (F-18)", () => {
    const { float } = seededRandom(1);
    const waits = Array.from({ length: 10_000 }, () => defaultRetryPolicy(float)(context(0)) as number);
    for (let tenth = 0; tenth < 10; tenth++) {
      const { length } = waits.filter((ms) => Math.floor(ms / 50) === tenth);
      expect(length).toBeLessThan(1_150);
    }
  });

  it.each(Object.entries(closeCodes))("obeys isRetryable after %s (%i)", (_, code) => {
    expect(policy(context(0, { code })) !== null).toBe(isRetryable(code));
  });

  it.each([closeCodes.tryAgainLater, closeCodes.rateLimited])(
    "gives a server that said %i a long rest",
    (code) => {
      expect(defaultRetryPolicy(() => 0)(context(0, { code }))).toBe(15_000);
      expect(Math.ceil(policy(context(0, { code })) as number)).toBe(30_000);
    },
  );

  it("does not try again what is no address at all", () => {
    expect(policy(context(0, { kind: "address", error: new SyntaxError("Invalid URL") }))).toBeNull();
    expect(policy(context(0, { kind: "address", error: new Error("no ticket") }))).not.toBeNull();
  });

  it("takes other limits", () => {
    const quick = defaultRetryPolicy(() => almostOne, { minMs: 10, maxMs: 15 });
    expect([0, 1, 2].map((attempt) => Math.ceil(quick(context(attempt)) as number))).toEqual([10, 15, 15]);
  });
});
