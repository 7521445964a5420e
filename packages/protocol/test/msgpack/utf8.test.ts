import { isUtf8 as isText } from "node:buffer";
import fc from "fast-check";
import { expect, it } from "vitest";
import { isUtf8 } from "../../src/msgpack/utf8.js";

it("says of any bytes what Node says", () => {
  const likely = fc.constantFrom(
    0x41,
    0x7f,
    0x80,
    0x8f,
    0x90,
    0x9f,
    0xa0,
    0xbf,
    0xc0,
    0xc1,
    0xc2,
    0xdf,
    0xe0,
    0xed,
    0xef,
    0xf0,
    0xf4,
    0xf5,
    0xff,
  );
  const bytes = fc
    .array(fc.oneof(likely, fc.nat(255)), { maxLength: 8 })
    .map((list) => Uint8Array.from(list));
  const characters = fc.array(fc.nat(0x10_ff_ff), { maxLength: 8 });
  const text = characters.map((codes) => Buffer.from(String.fromCodePoint(...codes)));
  fc.assert(
    fc.property(fc.oneof(bytes, text), (given) => {
      expect(isUtf8(given, 0, given.length)).toBe(isText(given));
    }),
    { numRuns: 1_000 },
  );
});

it("looks at no byte beyond the end that it is given", () => {
  const bytes = new TextEncoder().encode("é");
  expect([isUtf8(bytes, 0, 1), isUtf8(bytes, 0, 2), isUtf8(bytes, 1, 2), isUtf8(bytes, 2, 2)]).toEqual([
    false,
    true,
    false,
    true,
  ]);
});
