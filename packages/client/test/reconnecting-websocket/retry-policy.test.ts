import { closeCodes, isRetryable } from "@tautline/protocol";
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
  it("comes back at once when an open connection was lost, then with doubling waits", () => {
    const waits = [0, 1, 2, 3, 7, 8].map((attempt) => policy(context(attempt)) as number);
    expect(waits.map(Math.ceil)).toEqual([0, 500, 1000, 2000, 30_000, 30_000]);
  });

  it("waits before the second attempt when the first one failed", () => {
    const waits = [0, 1, 2].map((attempt) => policy(context(attempt, { kind: "refused" })) as number);
    expect(waits.map(Math.ceil)).toEqual([500, 500, 1000]);
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
    expect([1, 2, 3].map((attempt) => Math.ceil(quick(context(attempt)) as number))).toEqual([10, 15, 15]);
  });
});
