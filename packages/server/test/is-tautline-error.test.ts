import { TautlineError } from "@tautline/protocol";
import { expect, it } from "vitest";
import { isTautlineError } from "../src/is-tautline-error.js";

it("tells errors of the catalogue from all else, also from what throws when it is looked at", () => {
  const refusing = () => {
    throw new Error("no");
  };
  const proxy = new Proxy({}, { has: refusing, get: refusing, getPrototypeOf: refusing });
  expect([new TautlineError("BUSY", "later"), new Error("BUSY"), proxy].map(isTautlineError)).toEqual([
    true,
    false,
    false,
  ]);
});
