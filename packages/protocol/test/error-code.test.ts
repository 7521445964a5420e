import { expect, expectTypeOf, it } from "vitest";
import { closeCodes, type ErrorCode, type ErrorCodeEntry, errorCatalogue, isWireCode } from "../src/index.js";

/** Codes that were once given out. They stay here when they leave the catalogue, and never come back. */
const retired: readonly string[] = [];

it("has a sentence for each code", () => {
  expectTypeOf(errorCatalogue).toExtend<Readonly<Record<ErrorCode, ErrorCodeEntry>>>();
  for (const [code, { text }] of Object.entries(errorCatalogue)) {
    expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
    expect(text).toMatch(/^[A-Z].*[^.]$/);
  }
});

it("[14.6] never gives a retired code out again", () => {
  expect(Object.keys(errorCatalogue).filter((code) => retired.includes(code))).toEqual([]);
});

it("[14.6] has given out these codes: one that is missing here was retired, and belongs on the list above", () => {
  expect(Object.keys(errorCatalogue)).toMatchInlineSnapshot(`
    [
      "BAD_JSON",
      "BAD_ENVELOPE",
      "UNKNOWN_TYPE",
      "BAD_DATA",
      "UNAUTHENTICATED",
      "FORBIDDEN",
      "RATE_LIMITED",
      "UNKNOWN_ROOM",
      "NOT_A_MEMBER",
      "TOO_MANY_ROOMS",
      "TOO_LARGE",
      "BUSY",
      "UNAVAILABLE",
      "TIMEOUT",
      "CANCELLED",
      "DROPPED",
      "USER_CHANGED",
      "HANDLER_FAILED",
      "OUTCOME_UNKNOWN",
      "TOO_MANY_CONNECTIONS",
      "CLOSED",
      "APP",
      "UNKNOWN_CODE",
      "INVALID_OPTION",
      "INVALID_CONTRACT",
      "ADDRESS_IN_USE",
    ]
  `);
  expect(closeCodes).toMatchInlineSnapshot(`
    {
      "abnormal": 1006,
      "goingAway": 1001,
      "helloTimeout": 4408,
      "invalidPayload": 1007,
      "messageTooBig": 1009,
      "noStatus": 1005,
      "normal": 1000,
      "policyViolation": 1008,
      "protocolError": 1002,
      "rateLimited": 4429,
      "replaced": 4409,
      "serverBrokeProtocol": 4400,
      "serverError": 1011,
      "serviceRestart": 1012,
      "tooSlow": 4410,
      "tryAgainLater": 1013,
      "unsupportedData": 1003,
    }
  `);
});

it("knows which codes travel, whatever it is asked", () => {
  expect(isWireCode("BUSY")).toBe(true);
  for (const code of [
    "DROPPED",
    "INVALID_OPTION",
    "UNKNOWN_CODE",
    "FUTURE",
    "constructor",
    "__proto__",
    "",
    5,
    null,
    undefined,
    {},
  ]) {
    expect(isWireCode(code)).toBe(false);
  }
});
