import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SmallSet } from "../src/small-set.js";

describe("a small set", () => {
  const items = [{ n: 0 }, { n: 1 }, { n: 2 }];

  it("says and holds what a set does, whatever is added and deleted", () => {
    const call = fc.record({ adds: fc.boolean(), item: fc.constantFrom(...items) });
    fc.assert(
      fc.property(fc.array(call), (calls) => {
        const small = new SmallSet<object>();
        const model = new Set<object>();
        for (const { adds, item } of calls) {
          if (adds) expect(small.add(item)).toBe(small);
          if (adds) model.add(item);
          else expect(small.delete(item)).toBe(model.delete(item));
          expect(small.size).toBe(model.size);
          expect([...small.values()]).toEqual([...model]);
        }
      }),
    );
  });
});
