import fc from "fast-check";
import { expect, it } from "vitest";
import { Fifo } from "../../src/network/fifo.js";

it("gives back what was put in, in order, however long it gets", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -1_500, max: 2_500 }), { maxLength: 12 }), (rounds) => {
      const fifo = new Fifo<number>();
      const expected: number[] = [];
      let next = 0;
      for (const count of rounds) {
        for (let put = 0; put < count; put++) {
          fifo.push(next);
          expected.push(next++);
        }
        for (let taken = 0; taken > count && expected.length > 0; taken--) {
          expect([fifo.first, fifo.shift()]).toEqual([expected[0], expected.shift()]);
        }
      }
      expect(fifo.first).toBe(expected[0]);
    }),
    { numRuns: 40 },
  );
});
