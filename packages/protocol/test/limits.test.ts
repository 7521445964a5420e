import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cutToBytes, utf8Length } from "../src/index.js";

const encoder = new TextEncoder();
const bytesOf = (text: string) => encoder.encode(text).byteLength;
/** Any UTF-16 units at all: lone surrogates too. */
const units = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 0xffff }), fc.integer({ min: 0xd7f0, max: 0xe00f })), {
    maxLength: 60,
  })
  .map((codes) => String.fromCharCode(...codes));

describe("utf8Length", () => {
  it("counts what TextEncoder writes, for any text", () => {
    fc.assert(
      fc.property(units, (text) => {
        expect(utf8Length(text)).toBe(bytesOf(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it("counts 1 to 4 bytes a character at the edges of each length", () => {
    const edges = ["\u0000", "\u007f", "\u0080", "\u07ff", "\u0800", "\uffff", "\u{10000}", "\u{10ffff}"];
    expect(edges.map(utf8Length)).toEqual([1, 1, 2, 2, 3, 3, 4, 4]);
  });
});

describe("cutToBytes", () => {
  it("[13.2] keeps the longest beginning that fits, and no half characters", () => {
    fc.assert(
      fc.property(units, fc.nat(80), (text, maxBytes) => {
        const cut = cutToBytes(text, maxBytes);
        expect(text.startsWith(cut)).toBe(true);
        expect(bytesOf(cut)).toBeLessThanOrEqual(maxBytes);
        const [next] = text.slice(cut.length);
        if (next === undefined) return;
        const following = String.fromCodePoint(text.codePointAt(cut.length) ?? 0);
        expect(bytesOf(cut) + bytesOf(following)).toBeGreaterThan(maxBytes);
      }),
      { numRuns: 1_000 },
    );
  });

  it("never splits a pair", () => {
    expect(["a😀", "a😀", "a😀", "a😀", "a😀"].map((text, i) => cutToBytes(text, i + 1))).toEqual([
      "a",
      "a",
      "a",
      "a",
      "a😀",
    ]);
  });
});
