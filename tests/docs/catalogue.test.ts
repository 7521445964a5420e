import { readFileSync } from "node:fs";
import { closeCodes, errorCatalogue, isRetryable } from "@tautline/protocol";
import { describe, expect, it } from "vitest";

/** A page's parts, by the headings of its second level. */
function partsOf(page: string): Map<string, string> {
  const text = readFileSync(new URL(`../../docs/reference/${page}`, import.meta.url), "utf8");
  const [, ...parts] = text.split(/^## /m);
  return new Map(
    parts.map((part) => [part.slice(0, part.indexOf("\n")), part.slice(part.indexOf("\n")).trim()]),
  );
}

describe("the page of error codes", () => {
  const parts = partsOf("errors.md");

  it("has a part for every code, in the order of the catalogue, and none besides", () => {
    expect([...parts.keys()]).toEqual(Object.keys(errorCatalogue));
  });

  it.each(Object.entries(errorCatalogue))(
    "says of %s what the catalogue says",
    (code, { text, retryable, onWire }) => {
      const [quoted, facts, ...rest] = (parts.get(code) ?? "").split("\n\n");
      expect(quoted).toBe(`> ${text}`);
      expect(facts).toBe(
        `${onWire ? "On the wire" : "In this process only"}. ${retryable ? "May pass" : "Does not pass"}.`,
      );
      expect(rest.join("\n")).toMatch(/What it means.*Who\s+gives it.*What to do/s);
    },
  );
});

describe("the page of close codes", () => {
  const parts = partsOf("close-codes.md");

  it("has a part for every code, in their order, and none besides", () => {
    expect([...parts.keys()]).toEqual(Object.entries(closeCodes).map(([name, code]) => `${code} ${name}`));
  });

  it.each(Object.entries(closeCodes))("says of %s whether the client comes back", (name, code) => {
    expect(parts.get(`${code} ${name}`)).toMatch(isRetryable(code) ? /^Comes back[.,]/ : /^Final[.,]/);
  });
});
