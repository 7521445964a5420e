import { expect, it } from "vitest";
import { closeCodes, isRetryable } from "../src/index.js";

it("[13.3] comes back after every code but the final ones", () => {
  const final = Object.entries(closeCodes).filter(([, code]) => !isRetryable(code));
  expect(final.map(([name]) => name)).toEqual([
    "normal",
    "protocolError",
    "unsupportedData",
    "invalidPayload",
    "policyViolation",
    "messageTooBig",
    "serverBrokeProtocol",
    "replaced",
  ]);
});

it("[13.3] comes back after codes that it does not know", () => {
  for (const code of [0, 1004, 1010, 1014, 1015, 3000, 4000, 4401, 4999, Number.NaN, -1]) {
    expect(isRetryable(code)).toBe(true);
  }
});
