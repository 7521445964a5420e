import fc from "fast-check";
import { expect, it } from "vitest";
import { Fifo } from "../../src/network/fifo.js";

it("gives back what was put in, in order, however long it gets", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -1_500, max: 2_500 }), { maxLength: 12 }), (rounds) => {
      const fifo = new Fifo<number>();
      const taken: (number | undefined)[] = [];
      let put = 0;
      for (const count of rounds) {
        for (let more = 0; more < count; more++) fifo.push(put++);
        for (let less = 0; less > count && taken.length < put; less--) taken.push(fifo.shift());
      }
      expect(taken).toEqual(taken.map((_, index) => index));
      expect(fifo.first).toBe(taken.length < put ? taken.length : undefined);
    }),
    { numRuns: 40 },
  );
});
