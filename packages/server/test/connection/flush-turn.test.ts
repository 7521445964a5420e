import { VirtualClock } from "@tautline/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FlushTurn } from "../../src/connection/flush-turn.js";

function turnOf(clock: VirtualClock): FlushTurn {
  return new FlushTurn(clock, { framesSent: 0, bytesSent: 0 });
}

describe("the end of a turn", () => {
  it("flushes each that was scheduled once, in order, at one moment, and looked at it before", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(100), async (count) => {
        const clock = new VirtualClock();
        const turn = turnOf(clock);
        const seen = new Set<number>();
        const flushed: { readonly number: number; readonly wasSeen: boolean; readonly at: number }[] = [];
        for (let number = 0; number < count; number++)
          turn.schedule({
            lookAhead: () => seen.add(number).size,
            flush: (at) => void flushed.push({ number, wasSeen: seen.has(number), at }),
          });
        const at = turn.now;
        await clock.settle();
        expect(flushed).toEqual(
          Array.from({ length: count }, (_, number) => ({ number, wasSeen: true, at })),
        );
      }),
    );
  });

  it("leaves to the next turn what is scheduled by a flush", async () => {
    const clock = new VirtualClock();
    const turn = turnOf(clock);
    const flushed: string[] = [];
    const lookAhead = () => 0;
    turn.schedule({
      lookAhead,
      flush: () => {
        flushed.push("first");
        turn.schedule({ lookAhead, flush: () => void flushed.push("next") });
        expect(clock.pending).toBe(1);
      },
    });
    turn.schedule({ lookAhead, flush: () => void flushed.push("second") });
    await clock.settle();
    expect(flushed).toEqual(["first", "second", "next"]);
  });
});
