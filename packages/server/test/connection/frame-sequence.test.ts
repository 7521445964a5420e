import type { Frame, FrameBatch } from "@tautline/protocol";
import { ScriptedTransport, VirtualClock } from "@tautline/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FlushTurn } from "../../src/connection/flush-turn.js";
import { FrameSequence } from "../../src/connection/frame-sequence.js";
import { Outbound } from "../../src/connection/outbound.js";
import { SendQueues } from "../../src/limits/send-queues.js";

function frame(type: string, bytes = 0): Frame {
  const payload = JSON.stringify({ type, data: "x".repeat(bytes) });
  return { payload, byteLength: payload.length, wire: undefined };
}

/** Keeps what it was given to write: not a copy of it. */
class KeepingTransport extends ScriptedTransport {
  readonly batches: FrameBatch[] = [];

  override write(frames: FrameBatch): void {
    this.batches.push(frames);
    super.write(frames);
  }
}

describe("frames one after the other", () => {
  it("are the same sequence, and the same batch, for all that are given the same in turn", () => {
    const start = FrameSequence.empty();
    const [a, b] = [frame("a"), frame("b")];
    const ones = [start.followedBy(a), start.followedBy(a)];
    const twos = ones.map((sequence) => sequence.followedBy(b));
    expect(twos[0]).toBe(twos[1]);
    expect(twos[0]?.batch).toBe(twos[1]?.batch);
    expect(twos[0]?.batch).toEqual([a, b]);
    expect([twos[0]?.count, twos[0]?.byteLength]).toEqual([2, a.byteLength + b.byteLength]);
  });

  it("part where what is given differs", () => {
    const start = FrameSequence.empty();
    const [a, b, c] = [frame("a"), frame("b"), frame("c")];
    const both = start.followedBy(a);
    const [left, right] = [both.followedBy(b), both.followedBy(c)];
    expect([left.batch, right.batch, both.batch]).toEqual([[a, b], [a, c], [a]]);
  });

  it("are a run's own batch where nothing but the run was given: whatever is made of it is made once for all turns", () => {
    const run = { batch: [frame("a"), frame("b")], byteLength: 20 };
    expect(FrameSequence.empty().followedBy(run).batch).toBe(run.batch);
    expect(FrameSequence.empty().followedBy(run).batch).toBe(run.batch);
  });

  it("tell of which runs they are put together", () => {
    const [welcome, last] = [frame("welcome"), frame("last")];
    const run = { batch: [frame("a"), frame("b")], byteLength: 20 };
    const sequence = FrameSequence.empty().followedBy(welcome).followedBy(run).followedBy(last);
    expect([...sequence.batch]).toEqual([welcome, ...run.batch, last]);
    expect(sequence.batch.parts).toEqual([welcome, run.batch, last]);
    expect(sequence.parts).toEqual([welcome, run, last]);
    expect([sequence.count, sequence.byteLength]).toEqual([4, welcome.byteLength + 20 + last.byteLength]);
  });

  it("are just those that were given, whoever else was given what in between", () => {
    const frames = [frame("a"), frame("b"), frame("c")];
    const given = fc.array(fc.tuple(fc.nat(3), fc.nat(2)), { maxLength: 40 });
    fc.assert(
      fc.property(given, (gifts) => {
        const start = FrameSequence.empty();
        const sequences = Array.from({ length: 4 }, () => start);
        const expected: Frame[][] = Array.from({ length: 4 }, () => []);
        for (const [who, what] of gifts) {
          sequences[who] = (sequences[who] as FrameSequence).followedBy(frames[what] as Frame);
          expected[who]?.push(frames[what] as Frame);
        }
        expect(sequences.map(({ batch }) => [...batch])).toEqual(expected);
      }),
    );
  });
});

describe("connections that are given the same in a turn", () => {
  const marks = { highWaterBytes: 100_000, limitBytes: 1_000_000 };
  const limits = new SendQueues({ ...marks, totalBytes: 1_000_000 }, () => 3);
  const nothing = () => undefined;
  const events = { overflowed: nothing, changed: nothing };

  function three() {
    const clock = new VirtualClock();
    const turn = new FlushTurn(clock, { framesSent: 0, bytesSent: 0 });
    const transports = [1, 2, 3].map(() => new KeepingTransport());
    return {
      clock,
      transports,
      queues: transports.map((transport) => new Outbound(transport, turn, limits, events)),
    };
  }

  it("are given one batch to write, and those that got something else their own", async () => {
    const { clock, transports, queues } = three();
    const [a, b] = [frame("a"), frame("b")];
    for (const queue of queues) queue.push(a);
    queues[2]?.push(frame("reply"));
    for (const queue of queues) queue.push(b);
    await clock.settle();
    const [first, second, third] = transports.map(({ batches }) => batches[0]);
    expect(first).toBe(second);
    expect(third).toHaveLength(3);
    expect(transports.map(({ writes }) => writes)).toEqual([[2], [2], [3]]);
  });

  it("share also what a large turn brings in pieces", async () => {
    const { clock, transports, queues } = three();
    const frames = Array.from({ length: 10 }, (_, i) => frame(`${i}`, 30_000));
    for (const each of frames) for (const queue of queues) queue.push(each);
    await clock.settle();
    expect(transports[0]?.batches.length).toBeGreaterThan(1);
    expect(transports[1]?.batches.every((batch, i) => batch === transports[0]?.batches[i])).toBe(true);
    expect(transports[1]?.sent.map(({ type }) => type)).toEqual(frames.map((_, i) => `${i}`));
  });

  it("keep nothing of a turn that is over", async () => {
    const { clock, transports, queues } = three();
    const again = frame("a");
    for (const queue of queues) queue.push(again);
    await clock.settle();
    for (const queue of queues) queue.push(again);
    await clock.settle();
    expect(transports[0]?.batches[0]).not.toBe(transports[0]?.batches[1]);
    expect(transports[0]?.batches[1]).toBe(transports[1]?.batches[1]);
  });
});
