import { describe, expect, it } from "vitest";
import { pictureOf } from "../../src/report/picture.js";
import { sampleResults } from "./sample-results.js";

describe("the picture", () => {
  const picture = pictureOf(sampleResults, "light");

  it("has a bar for each side of each row that compares, and for each client", () => {
    expect(picture.match(/<rect class="ours"/g)).toHaveLength(2);
    expect(picture.match(/<rect class="theirs"/g)).toHaveLength(3);
  });

  it("draws to the scale of the dearest", () => {
    const [ours, ws] = [...picture.matchAll(/<rect [^>]*width="([\d.]+)"/g)].map(([, width]) =>
      Number(width),
    );
    expect((ours as number) / (ws as number)).toBeCloseTo(0.1, 2);
  });

  it("escapes what would be markup", () => {
    expect(picture).toContain("work &amp; talk");
  });

  it("has other colours where the page is dark, and is else the same", () => {
    const withoutColours = (svg: string) => svg.replaceAll(/#[0-9a-f]{6}/g, "");
    const dark = pictureOf(sampleResults, "dark");
    expect(dark).not.toBe(picture);
    expect(withoutColours(dark)).toBe(withoutColours(picture));
  });
});
