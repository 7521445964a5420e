import { expect, it } from "vitest";
import { fill, unknownPlaceholder } from "../src/template.js";

it("fills in what is known, wherever and however often it stands", () => {
  const values = { key: "~k~", user: 3, n: 0 };
  expect(fill('{"a":"{{key}} {{key}}","u":{{user}},"n":{{n}}}', values)).toBe('{"a":"~k~ ~k~","u":3,"n":0}');
});

it("leaves what has no value, and names of no placeholder, as they are", () => {
  expect(fill("{{key}} {{user}} {{constructor}}", { user: 1 })).toBe("{{key}} 1 {{constructor}}");
});

it("finds the placeholder that means nothing", () => {
  expect(unknownPlaceholder("{{key}} {{uesr}}")).toBe("{{uesr}}");
  expect(unknownPlaceholder("{{key}} {{user}} {{n}} {key}")).toBeUndefined();
});
