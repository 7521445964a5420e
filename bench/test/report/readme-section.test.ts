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

  it("say what is not as it was meant to be", () => {
    expect(written).toContain("1 of 4 bounds hold");
    expect(written).toContain("- work, against Socket.IO: 2.00 ×, meant to be at most 0.50 ×");
    expect(written).toContain("- size of createClient: 9.0 KB, meant to be at most 8.0 KB");
    expect(written).toContain("- compression: not measured, meant to be at most 0.08 ×");
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
