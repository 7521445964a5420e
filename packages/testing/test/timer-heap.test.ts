import fc from "fast-check";
import { expect, it } from "vitest";
import { type Timer, TimerHeap } from "../src/timer-heap.js";

it("has the earliest first, whatever was added and taken out", () => {
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.record({ add: fc.nat(50) }) },
    { weight: 2, arbitrary: fc.record({ take: fc.nat(100) }) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120, size: "max" }), (steps) => {
      const [heap, known] = [new TimerHeap(), [] as Timer[]];
      for (const [sequence, act] of steps.entries()) {
        if ("add" in act) {
          const timer: Timer = { at: act.add, sequence, run: () => undefined, index: -1 };
          heap.add(timer);
          known.push(timer);
        } else if (known.length > 0) {
          const [taken] = known.splice(act.take % known.length, 1);
          if (taken) heap.delete(taken);
        }
        known.sort((a, b) => a.at - b.at || a.sequence - b.sequence);
        expect([heap.first, heap.size]).toEqual([known[0], known.length]);
      }
    }),
    { numRuns: 60 },
  );
});
