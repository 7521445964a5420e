import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TakenIds } from "../../src/broker/taken-ids.js";

describe("the ids that were taken", () => {
  it("are told one by one among the newest, and all count as taken before", () => {
    const ids = fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 40 });
    fc.assert(
      fc.property(ids, fc.constantFrom(1, 8, 13, 32), (taken, size) => {
        const window = Math.ceil(size / 8) * 8;
        const subject = new TakenIds(size);
        const model = new Set<number>();
        let highest = 0;
        for (const id of taken) {
          subject.add(id);
          model.add(id);
          highest = Math.max(highest, id);
          expect(subject.highest).toBe(highest);
          for (let asked = 1; asked <= 70; asked++)
            expect(subject.has(asked)).toBe(asked <= highest - window || model.has(asked));
        }
      }),
    );
  });

  it("may be as large as ids may be", () => {
    const subject = new TakenIds(256);
    subject.add(Number.MAX_SAFE_INTEGER);
    expect(subject.has(Number.MAX_SAFE_INTEGER)).toBe(true);
    expect(subject.has(Number.MAX_SAFE_INTEGER - 1)).toBe(false);
    expect(subject.has(Number.MAX_SAFE_INTEGER - 256)).toBe(true);
  });
});
