import { expect, it } from "vitest";
import { columns, costTable, sizeTable, verdictTable } from "../../src/report/table.js";
import { sampleResults } from "./sample-results.js";

it("makes each column as wide as its widest cell", () => {
  expect(
    columns([
      ["a", "b"],
      ["long", "c"],
    ]),
  ).toEqual(["a     b", "long  c"]);
});

it("tells median and spread of each side", () => {
  expect(costTable(sampleResults.rows)).toContain("  ws         15.0 µs   10.0 – 20.0");
});

it("tells the sizes of clients, and nothing where none were measured", () => {
  expect(sizeTable(sampleResults.bundles)).toContain("  Phoenix                 8.0 KB");
  expect(sizeTable([])).toBe("");
});

it("marks what is over its bound, and what was not measured", () => {
  const [win, loss, size, unmeasured] = verdictTable(sampleResults.verdicts).split("\n");
  expect(win).toMatch(/^ok +0\.10 × /);
  expect(loss).toMatch(/^OVER +2\.00 × /);
  expect(size).toMatch(/^OVER +9\.0 KB +at most 8\.0 KB +size of createClient$/);
  expect(unmeasured).toMatch(/^OVER +not measured /);
});
