import { describe, expect, it } from "vitest";
import { type ReconnectingWebSocketOptions, settingsOf } from "../../src/reconnecting-websocket/options.js";

const refused: readonly [string, unknown, string][] = [
  ["a negative duration", { connectTimeoutMs: -1 }, "connectTimeoutMs: expected number from 0, got -1"],
  ["a duration as text", { stableAfterMs: "15s" }, "stableAfterMs: expected number from 0, got 15s"],
  [
    "a number that is none",
    { connectTimeoutMs: Number.NaN },
    "connectTimeoutMs: expected number from 0, got NaN",
  ],
  ["a negative limit", { retryLimit: -2 }, "retryLimit: expected number from 0, got -2"],
  ["a backoff that is none", { backoff: 5 }, "backoff: expected object from 0, got 5"],
  ["a negative backoff", { backoff: { minMs: -5 } }, "minMs: expected number from 0, got -5"],
  ["a queue without size", { queue: { maxBytes: "1MB" } }, "maxBytes: expected number from 0, got 1MB"],
  ["a policy that is none", { queue: { dropOldest: "yes" } }, "dropOldest: expected boolean from 0, got yes"],
  ["autoConnect as text", { autoConnect: "no" }, "autoConnect: expected boolean from 0, got no"],
];

describe("the options of a reconnecting socket", () => {
  it.each(refused)("refuse %s", (_, options, message) => {
    expect(() => settingsOf(options as ReconnectingWebSocketOptions)).toThrow(
      expect.objectContaining({ code: "INVALID_OPTION", message }),
    );
  });

  it("have the defaults that the documentation names", () => {
    expect(settingsOf({})).toMatchObject({
      autoConnect: true,
      backoff: { minMs: 500, maxMs: 30_000 },
      connectTimeoutMs: 10_000,
      queue: { dropOldest: false, maxBytes: 1_048_576, maxCount: 1000 },
      retryLimit: Number.POSITIVE_INFINITY,
      stableAfterMs: 5000,
    });
  });

  it("draw lots from a source that is an object with a memory", () => {
    class Counting {
      readonly #value = 0.5;
      float(): number {
        return this.#value;
      }
      bytes(count: number): Uint8Array {
        return new Uint8Array(count);
      }
    }
    const { retryPolicy } = settingsOf({ random: new Counting() });
    const reason = { kind: "refused", code: 1006, reason: "", wasClean: false } as const;
    expect(retryPolicy({ attempt: 0, elapsedMs: 0, reason })).toBe(250);
  });

  it("take undefined for absent, in groups too, and keep what is given", () => {
    const settings = settingsOf({
      retryLimit: undefined,
      backoff: { minMs: undefined, maxMs: 9 },
      stableAfterMs: 0,
    });
    expect(settings).toMatchObject({
      retryLimit: Infinity,
      backoff: { minMs: 500, maxMs: 9 },
      stableAfterMs: 0,
    });
  });
});
