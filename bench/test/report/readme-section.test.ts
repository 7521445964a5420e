import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { withFigures } from "../../src/report/readme-section.js";
import { sampleResults } from "./sample-results.js";

const page = "# top\n\n<!-- bench: written by `pnpm bench` -->\n\nformer\n\n<!-- /bench -->\n\nafter\n";

describe("the figures in the readme", () => {
  const written = withFigures(page, sampleResults);

  it("take the place of the old ones, and of nothing else", () => {
    expect(written).not.toContain("former");
    expect(written.startsWith("# top\n\n<!-- bench")).toBe(true);
    expect(written.endsWith("<!-- /bench -->\n\nafter\n")).toBe(true);
    expect(withFigures(written, sampleResults)).toBe(written);
  });

  it("say what everyone costs, and how many times that ours is", () => {
    expect(written).toContain(
      "| work & talk: CPU per delivery | 1.50 µs | ws 15.0 (0.10 ×), Socket.IO 0.750 (2.00 ×) |",
    );
  });

  it("say how many of our bounds hold", () => {
    expect(written).toContain(
      "Of the 4 [bounds](bench/src/bounds.ts) that we set ourselves, 1 hold in this run",
    );
  });

  it("keep each row of the table to its three columns, whatever the number of clients", () => {
    const rows = written.split("\n").filter((line) => line.startsWith("| "));
    expect(rows.length).toBeGreaterThan(3);
    for (const row of rows) expect(row.split(" | ")).toHaveLength(3);
  });

  it("say on what machine, with which versions and by which command", () => {
    expect(written).toContain("Some CPU, 2 cores, 8 GiB, Linux 6; Node 20.20.0, ws 8.23.0; not pinned.");
    expect(written).toContain("`npx -y pnpm@10.34.9 bench` on 2026-11-29");
  });

  it("are refused a page without a place for them", () => {
    expect(() => withFigures("# top\n", sampleResults)).toThrow("expected a page with");
  });

  it("have their place in README.md", () => {
    const readme = readFileSync(new URL("../../../README.md", import.meta.url), "utf8");
    expect(withFigures(readme, sampleResults)).toContain("work & talk");
  });
});
