import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { connectAfterMs, type DueTurn, Schedule, usersOf } from "../src/schedule.js";

const all = (schedule: Schedule): DueTurn[] =>
  Array.from({ length: schedule.length }, (_, place) => schedule.at(place) as DueTurn);

describe("a schedule", () => {
  it("spreads the senders evenly over the time between two turns", () => {
    const schedule = new Schedule({ senders: 2, rate: 5, turns: 2, together: false }, [0, 1]);
    expect(all(schedule)).toEqual([
      { sender: 0, number: 0, afterMicros: 0 },
      { sender: 1, number: 0, afterMicros: 100_000 },
      { sender: 0, number: 1, afterMicros: 200_000 },
      { sender: 1, number: 1, afterMicros: 300_000 },
    ]);
    expect(schedule.at(4)).toBeUndefined();
  });

  it("lets all act at the same moment where that is asked for", () => {
    const schedule = new Schedule({ senders: 3, rate: 0.5, turns: 2, together: true }, [0, 1, 2]);
    expect(all(schedule).map(({ afterMicros }) => afterMicros)).toEqual([0, 0, 0, 2e6, 2e6, 2e6]);
  });

  it("has no turns without senders", () => {
    expect(new Schedule({ senders: 3, rate: 1, turns: 5, together: false }, []).at(0)).toBeUndefined();
  });

  const shapes = fc.record({
    senders: fc.integer({ min: 1, max: 30 }),
    rate: fc.double({ min: 0.01, max: 1_000, noNaN: true }),
    turns: fc.integer({ min: 1, max: 20 }),
    together: fc.boolean(),
  });

  it("comes in order, and is the same over any number of processes as in one", () => {
    fc.assert(
      fc.property(shapes, fc.integer({ min: 1, max: 5 }), (shape, processes) => {
        const whole = all(new Schedule(shape, usersOf(0, 1, shape.senders)));
        const dues = whole.map(({ afterMicros }) => afterMicros);
        expect(dues).toEqual([...dues].sort((a, b) => a - b));
        const parts = Array.from({ length: processes }, (_, process) =>
          all(new Schedule(shape, usersOf(process, processes, shape.senders))),
        );
        const byPlace = (a: DueTurn, b: DueTurn) => a.number - b.number || a.sender - b.sender;
        expect(parts.flat().sort(byPlace)).toEqual(whole.sort(byPlace));
      }),
    );
  });
});

it("connects users evenly over the ramp", () => {
  expect([0, 1, 2, 3].map((number) => connectAfterMs(number, 4, 1_000))).toEqual([0, 250, 500, 750]);
});

it("deals the users out to the processes", () => {
  expect([0, 1, 2].map((process) => usersOf(process, 3, 7))).toEqual([
    [0, 3, 6],
    [1, 4],
    [2, 5],
  ]);
});
