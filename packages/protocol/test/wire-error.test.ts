import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type ErrorCode,
  errorCatalogue,
  fromWire,
  isWireCode,
  limits,
  TautlineError,
  toWire,
  type WireError,
} from "../src/index.js";

const codes = Object.keys(errorCatalogue) as ErrorCode[];
const fromPeer = (error: unknown) => fromWire(error as WireError);

describe("an error on the wire", () => {
  it("[14.1] arrives as it was sent, without what lies behind it", () => {
    const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
    const details = fc.record({
      retryAfterMs: optional(fc.nat(limits.retryAfterMs)),
      issues: optional(
        fc.array(fc.record({ message: fc.string(), path: fc.array(fc.oneof(fc.string(), fc.nat())) })),
      ),
      name: optional(fc.string()),
      data: optional(fc.jsonValue()),
    });
    fc.assert(
      fc.property(
        fc.constantFrom(...codes.filter(isWireCode)),
        fc.string(),
        details,
        (code, message, sent) => {
          const error = new TautlineError(code, message, {
            ...sent,
            cause: new Error("the password is hunter2"),
          });
          const wire = JSON.parse(JSON.stringify(toWire(error)));
          expect(JSON.stringify(wire)).not.toContain("hunter2");
          expect(fromPeer(wire)).toMatchObject({ code, message });
          expect(toWire(fromPeer(wire))).toEqual(wire);
        },
      ),
    );
  });

  it("says nothing of errors that concern this process alone", () => {
    for (const code of codes.filter((code) => !isWireCode(code))) {
      const error = new TautlineError(code, "in /srv/app/secret.ts", { data: "secret", name: "secret" });
      const wire = toWire(error);
      expect(wire).toEqual({ code: "HANDLER_FAILED", message: errorCatalogue.HANDLER_FAILED.text });
    }
  });

  it("[14.5] does not know a code of the future, says which, and takes it for one that does not pass", () => {
    const error = fromPeer({ code: "QUOTA_EXCEEDED", message: "Come back tomorrow", retryAfterMs: 5 });
    expect(error).toMatchObject({
      code: "UNKNOWN_CODE",
      message: '"QUOTA_EXCEEDED": Come back tomorrow',
      retryAfterMs: 5,
    });
    expect(errorCatalogue[error.code].retryable).toBe(false);
    for (const code of ["constructor", "__proto__", "DROPPED", "INVALID_OPTION", "x".repeat(1_000_000)]) {
      expect(fromPeer({ code, message: "" }).code).toBe("UNKNOWN_CODE");
      expect(fromPeer({ code, message: "" }).message.length).toBeLessThan(100);
    }
  });

  it("[14.2] asks for no longer a wait than a day, and for none that is no number", () => {
    const wait = (retryAfterMs: unknown) =>
      fromPeer({ code: "BUSY", message: "", retryAfterMs }).retryAfterMs;
    expect([0, 1.5, 1e12, Number.POSITIVE_INFINITY].map(wait)).toEqual([0, 1.5, 86_400_000, 86_400_000]);
    expect([-1, Number.NaN, "5", null, {}, [], true].map(wait)).toEqual(Array(7).fill(undefined));
  });

  it("leaves out whatever else came in place of its fields", () => {
    const issues = [
      { message: "a" },
      { message: 5 },
      null,
      "b",
      { message: "c", path: ["x", 0] },
      { message: "d", path: [{}] },
    ];
    const error = fromPeer({ code: "BAD_DATA", message: "", issues, name: 5, cause: "mine", stack: "mine" });
    expect(error.issues).toEqual([{ message: "a" }, { message: "c", path: ["x", 0] }]);
    expect(error.details).not.toHaveProperty("name");
    expect(error.cause).toBeUndefined();
    expect(error.stack).not.toBe("mine");
    expect(fromPeer({ code: "BAD_DATA", message: "", issues: "many" }).issues).toBeUndefined();
  });
});
