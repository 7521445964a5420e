import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { invalidOption, quote, TautlineError } from "../src/index.js";

describe("TautlineError", () => {
  it("is an Error with a name, a code, a text and a cause", () => {
    const cause = new Error("behind");
    const error = new TautlineError("TIMEOUT", "no answer", { cause });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: "TautlineError", code: "TIMEOUT", message: "no answer", cause });
    expect(Object.keys(error)).not.toContain("cause");
  });

  it("is told from everything else", () => {
    expect(TautlineError.is(new TautlineError("CLOSED", ""))).toBe(true);
    for (const value of [undefined, null, 0, "", new Error("CLOSED"), { code: "CLOSED" }, () => 1]) {
      expect(TautlineError.is(value)).toBe(false);
    }
  });
});

describe("invalidOption", () => {
  it("says which option, what was expected and what came", () => {
    expect(invalidOption("heartbeat.intervalMs", "a finite number of at least 1000", "15s")).toMatchObject({
      code: "INVALID_OPTION",
      message: 'heartbeat.intervalMs: expected a finite number of at least 1000, got "15s"',
    });
  });
});

describe("quote", () => {
  it("writes any value in at most 60 characters, and never throws", () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withNullPrototype: true }), (value) => {
        expect(quote(value).length).toBeLessThanOrEqual(60);
      }),
    );
  });

  it.each<[unknown, string]>([
    ["a", '"a"'],
    [undefined, "undefined"],
    [Number.NaN, "null"],
    [10n, "10"],
    [Symbol("s"), "Symbol(s)"],
    [() => 1, "a function"],
    [
      {
        toJSON: () => {
          throw new Error("no");
        },
      },
      "an object",
    ],
    [{ a: 1 }, '{"a":1}'],
    ["x".repeat(100), `"${"x".repeat(56)}...`],
    [`${"x".repeat(55)}😀😀😀`, `"${"x".repeat(55)}...`],
  ])("%o", (value, text) => {
    expect(quote(value)).toBe(text);
  });
});
