import type { Frame } from "@tautline/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ConflatedFrames } from "../../src/connection/conflated-frames.js";

const frame = (payload: string, byteLength = payload.length): Frame => ({
  payload,
  byteLength,
  wire: undefined,
});

const takeAll = (frames: ConflatedFrames) => {
  const taken: unknown[] = [];
  for (let next = frames.take(); next; next = frames.take()) taken.push(next.payload);
  return taken;
};

describe("frames that wait for a slow reader", () => {
  it("are the newest of each slot, in the order in which these came", () => {
    const frames = new ConflatedFrames(10_000);
    for (const [payload, room, key] of [
      ["a1", "r", "a"],
      ["b1", "r", "b"],
      ["other", "s", "a"],
      ["a2", "r", "a"],
    ] as const)
      frames.put(frame(payload), { room, key });
    expect(frames.size).toBe(3);
    expect(takeAll(frames)).toEqual(["b1", "other", "a2"]);
    expect(frames.take()).toBeUndefined();
  });

  it("are no more than the limit, however many slots and however large they are (A-80)", () => {
    const frames = new ConflatedFrames(10_000);
    for (let i = 0; i < 1_000; i++) frames.put(frame(`${i}`), { room: "r", key: `${i}` });
    expect(frames.size).toBeLessThanOrEqual(100);
    expect(takeAll(frames).at(-1)).toBe("999");
    frames.put(frame("large", 20_000), { room: "r", key: "large" });
    expect(frames.size).toBe(0);
  });

  it("count right, whatever is put, taken and forgotten", () => {
    const step = fc.record({
      act: fc.constantFrom("put", "put", "put", "take", "forget"),
      room: fc.constantFrom("r", "s"),
      key: fc.constantFrom("a", "b", "c"),
    });
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const frames = new ConflatedFrames(1_000_000);
        let model: { slot: string; payload: string }[] = [];
        for (const [i, { act, room, key }] of steps.entries()) {
          const slot = `${room}/${key}`;
          if (act === "put") {
            frames.put(frame(`${i}`), { room, key });
            model = [...model.filter((one) => one.slot !== slot), { slot, payload: `${i}` }];
          } else if (act === "take") expect(frames.take()?.payload).toBe(model.shift()?.payload);
          else {
            frames.forget(room);
            model = model.filter((one) => !one.slot.startsWith(room));
          }
          expect(frames.size).toBe(model.length);
        }
        expect(takeAll(frames)).toEqual(model.map(({ payload }) => payload));
        // Nothing is counted that is not there: there is room for everything again.
        frames.put(frame("", 999_000), { room: "r", key: "a" });
        expect(frames.size).toBe(1);
      }),
    );
  });
});
