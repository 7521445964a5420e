import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SmallMultiMap } from "../src/small-multi-map.js";

describe("a small multi-map", () => {
  // One of them is a set itself: it is a value like any other.
  const values = [{ n: 0 }, { n: 1 }, new Set([2])];

  it("says and holds what a map of sets does, whatever is added and deleted", () => {
    const call = fc.record({
      adds: fc.boolean(),
      key: fc.constantFrom("a", "b"),
      value: fc.constantFrom<object>(...values),
    });
    fc.assert(
      fc.property(fc.array(call), (calls) => {
        const small = new SmallMultiMap<string, object>();
        const model = new Map([
          ["a", new Set<object>()],
          ["b", new Set<object>()],
        ]);
        for (const { adds, key, value } of calls) {
          const held = model.get(key) as Set<object>;
          if (adds) small.add(key, value);
          else expect(small.delete(key, value)).toBe(held.has(value));
          if (adds) held.add(value);
          else held.delete(value);
          expect([...(small.get(key)?.values() ?? [])]).toEqual([...held]);
          expect(small.get(key)?.size ?? 0).toBe(held.size);
          expect(small.has(key)).toBe(held.size > 0);
          expect(small.size).toBe([...model.values()].filter(({ size }) => size > 0).length);
        }
        small.clear();
        expect([small.size, small.get("a")]).toEqual([0, undefined]);
      }),
    );
  });
});
