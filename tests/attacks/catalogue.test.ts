import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { catalogue } from "./catalogue/catalogue.js";
import { attacksPage, vectorsOf } from "./catalogue/page.js";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Ids of the catalogue: those between are its sections' ends. */
const ids = [
  ...[
    [1, 15],
    [20, 30],
    [40, 52],
    [60, 70],
    [80, 88],
    [90, 97],
    [100, 106],
  ].flatMap(([first = 0, last = 0]) =>
    Array.from({ length: last - first + 1 }, (_, i) => `A-${String(first + i).padStart(2, "0")}`),
  ),
];

describe("the catalogue of attacks", () => {
  it("has every row, once: with a test, or with the reason why there is none", () => {
    const found = catalogue.flatMap(({ rows, absent }) => [...Object.keys(rows), ...Object.keys(absent)]);
    expect([...found].sort()).toEqual([...ids].sort());
  });

  it.each(catalogue.map((section) => [section.title, section] as const))(
    "%s: each row is put to the test, and nothing else is",
    (_title, { test, rows }) => {
      const text = readFileSync(`${root}tests/attacks/${test}`, "utf8");
      const tested = [...text.matchAll(/^attack\(\s*"(A-\d+)"/gm)].map(([, id]) => id);
      expect(tested).toEqual(Object.keys(rows));
    },
  );

  it("tries some inputs, or something often, in every row but those that go step by step", () => {
    const stepwise = catalogue.flatMap(({ rows }) =>
      Object.entries(rows).flatMap(([id, { vectors, volume }]) => (vectors || volume ? [] : [id])),
    );
    expect(stepwise).toEqual(["A-92", "A-93", "A-94"]);
  });

  it("tries a thousand different inputs", () => {
    expect(catalogue.reduce((sum, section) => sum + vectorsOf(section), 0)).toBeGreaterThanOrEqual(1_000);
    for (const { rows } of catalogue)
      for (const [id, { vectors = [] }] of Object.entries(rows)) {
        const names = vectors.map(({ what }) => what);
        expect([id, new Set(names).size]).toEqual([id, names.length]);
      }
  });

  it("tries as many as each row asks for", () => {
    const count = (id: string) => catalogue.find(({ rows }) => rows[id])?.rows[id]?.vectors?.length;
    expect(count("A-01")).toBeGreaterThanOrEqual(60);
    expect(count("A-08")).toBeGreaterThanOrEqual(40);
    expect(count("A-100")).toBeGreaterThanOrEqual(20);
  });

  it("points at nothing that is not there", () => {
    const files = catalogue.flatMap(({ rows, absent }) =>
      [...Object.values(rows), ...Object.values(absent)].flatMap(({ also = [] }) => also),
    );
    const missing = files.filter((file) => !existsSync(`${root}${file}`));
    // It comes with the attacks on the client.
    expect(missing.filter((file) => file !== "packages/client/test/hostile-server/")).toEqual([]);
  });

  // `pnpm vitest run --project apart-attacks -u` writes it anew.
  it("is what docs/reference/attacks.md says", async () => {
    await expect(attacksPage(catalogue)).toMatchFileSnapshot(`${root}docs/reference/attacks.md`);
  });
});
