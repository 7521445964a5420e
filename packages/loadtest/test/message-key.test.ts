import fc from "fast-check";
import { expect, it } from "vitest";
import { MessageKeys } from "../src/message-key.js";

const keys = new MessageKeys("a1b2c3d4");
const key = { sender: 41, number: 1_000, dueMicros: 98_765_432_109 };

it("finds a key again in whatever holds it, from start to end", () => {
  const natural = fc.nat(Number.MAX_SAFE_INTEGER);
  const any = fc.record({ sender: natural, number: natural, dueMicros: natural });
  fc.assert(
    fc.property(any, fc.string(), fc.string(), (some, before, after) => {
      const frame = Buffer.from(`${before}${keys.write(some)}${after}`);
      expect(keys.find(frame)).toEqual(some);
    }),
  );
});

it("writes what JSON leaves as it is", () => {
  expect(JSON.stringify(keys.write(key))).toBe(`"${keys.write(key)}"`);
});

it.each([
  ["another run's key", new MessageKeys("ffffffff").write(key)],
  ["a key that is cut off", keys.write(key).slice(0, -1)],
  ["too few numbers", "~a1b2c3d4.1.2~"],
  ["too many numbers", "~a1b2c3d4.1.2.3.4~"],
  ["an empty number", "~a1b2c3d4.1..3~"],
  ["what is no number", "~a1b2c3d4.1.-2.3~"],
  ["a number beyond all bounds", `~a1b2c3d4.1.2.${"z".repeat(40)}~`],
  ["nothing", ""],
])("takes %s for no key", (_name, text) => {
  expect(keys.find(Buffer.from(text))).toBeUndefined();
});
