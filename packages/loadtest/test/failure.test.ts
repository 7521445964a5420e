import { TautlineError } from "@tautline/protocol";
import { describe, expect, it } from "vitest";
import { failureOf, Redaction } from "../src/failure.js";

describe("an error is counted by", () => {
  const refused = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });

  it.each([
    ["its code", new TautlineError("FORBIDDEN", "no"), "FORBIDDEN"],
    [
      "the name that the contract gives it",
      new TautlineError("APP", "no", { name: "NAME_TAKEN" }),
      "NAME_TAKEN",
    ],
    ["what the network said", new TautlineError("CLOSED", "gone", { cause: refused }), "ECONNREFUSED"],
    ["the system's code", refused, "ECONNREFUSED"],
    ["the status of a refused upgrade", new Error("Unexpected server response: 404"), "HTTP_404"],
    ["nothing but that it is one", new Error("odd"), "ERROR"],
    ["the same where it is none at all", "odd", "ERROR"],
  ])("%s", (_name, error, code) => {
    expect(failureOf(error).code).toBe(code);
  });
});

it("takes secrets out of what is printed, also one that begins with another", () => {
  const redaction = new Redaction(["abc", undefined, "", "abcdef"]);
  expect(redaction.apply("token abcdef, then abc")).toBe("token …, then …");
});
