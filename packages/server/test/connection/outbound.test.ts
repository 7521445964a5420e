import { type Frame, jsonCodec } from "@tautline/protocol";
import { ScriptedTransport, VirtualClock } from "@tautline/testing";
import { describe, expect, it } from "vitest";
import { FlushTurn } from "../../src/connection/flush-turn.js";
import { Outbound } from "../../src/connection/outbound.js";
import { SendQueues } from "../../src/limits/send-queues.js";

function frame(type: string, bytes = 0): Frame {
  const encoded = jsonCodec.encode({ type, ...(bytes > 0 && { data: "x".repeat(bytes) }) });
  if (!encoded.ok) throw encoded.error;
  return encoded.value;
}

function outbound(marks = { highWaterBytes: 100, limitBytes: 300 }) {
  const limits = new SendQueues({ ...marks, totalBytes: 1_000_000 }, () => 2);
  const clock = new VirtualClock();
  const totals = { framesSent: 0, bytesSent: 0 };
  const turn = new FlushTurn(clock, totals);
  const overflows: number[] = [];
  /** Whether the reader was behind whenever something was told of it. */
  const told: boolean[] = [];
  const events = {
    overflowed: (bytes: number) => void overflows.push(bytes),
    changed: () => void told.push(queue.isBehind),
  };
  const transport = new ScriptedTransport();
  const queue: Outbound = new Outbound(transport, turn, limits, events);
  const nothing = () => undefined;
  transport.start({
    ...{ message: nothing, alive: nothing, closed: nothing },
    drained: () => queue.drained(),
  });
  const other = new ScriptedTransport();
  return {
    clock,
    transport,
    queue,
    other,
    otherQueue: new Outbound(other, turn, limits, events),
    overflows,
    totals,
    told,
  };
}

const types = (transport: ScriptedTransport) => transport.sent.map(({ type }) => type);

describe("what a connection has to send", () => {
  it("leaves in order, in one write a turn", async () => {
    const { clock, transport, queue } = outbound();
    for (const type of ["a", "b", "c"]) queue.push(frame(type));
    expect(transport.writes).toEqual([]);
    await clock.settle();
    expect(transport.writes).toEqual([3]);
    queue.push(frame("d"));
    await clock.settle();
    expect(transport.writes).toEqual([3, 1]);
    expect(types(transport)).toEqual(["a", "b", "c", "d"]);
  });

  it("shares one flush of the turn with all others", async () => {
    const { clock, transport, queue, other, otherQueue } = outbound();
    queue.push(frame("a"));
    otherQueue.push(frame("b"));
    expect(clock.pending).toBe(1);
    await clock.settle();
    expect([types(transport), types(other)]).toEqual([["a"], ["b"]]);
    expect(clock.pending).toBe(0);
  });

  it("drops volatile frames for a reader that is behind, and no others", async () => {
    const { clock, transport, queue } = outbound();
    transport.takesBytes = false;
    queue.push(frame("a", 100));
    await clock.settle();
    expect(queue.isBehind).toBe(true);
    expect(queue.pushVolatile(frame("typing"))).toBe("dropped");
    expect(queue.push(frame("b"))).toBe("queued");
    transport.drain();
    expect(queue.pushVolatile(frame("typing"))).toBe("queued");
    await clock.settle();
    expect(types(transport)).toEqual(["a", "b", "typing"]);
  });

  it("[3.8] gives up at the hard limit, counting what waits here and in the socket", async () => {
    const { clock, transport, queue, overflows } = outbound();
    transport.takesBytes = false;
    queue.push(frame("a", 200));
    await clock.settle();
    expect(queue.push(frame("b", 100))).toBe("dropped");
    expect(overflows).toHaveLength(1);
    expect(queue.push(frame("c"))).toBe("dropped");
    await clock.settle();
    expect(overflows).toHaveLength(1);
    expect(types(transport)).toEqual(["a"]);
  });

  it("sends nothing before the first frame while it is held back", async () => {
    const { clock, transport, queue } = outbound();
    queue.hold();
    queue.push(frame("late"));
    await clock.settle();
    expect(types(transport)).toEqual([]);
    queue.release(frame("first"));
    await clock.settle();
    expect(types(transport)).toEqual(["first", "late"]);
    expect(transport.writes).toEqual([2]);
  });

  it("sends at its end what waits, and drops what was held back", async () => {
    const { transport, queue, other, otherQueue } = outbound();
    queue.push(frame("a"));
    queue.end();
    expect(types(transport)).toEqual(["a"]);
    otherQueue.hold();
    otherQueue.push(frame("a"));
    otherQueue.end();
    expect(types(other)).toEqual([]);
  });

  it("writes a large turn in pieces, so that nobody seems slow to whom nothing was written yet", async () => {
    const { clock, transport, queue } = outbound({ highWaterBytes: 100, limitBytes: 300 });
    for (let i = 0; i < 100; i++) expect(queue.push(frame(`${i}`, 40))).toBe("queued");
    expect(queue.isBehind).toBe(false);
    await clock.settle();
    expect(transport.writes).toEqual(Array.from({ length: 50 }, () => 2));
    expect(types(transport)).toEqual(Array.from({ length: 100 }, (_, i) => `${i}`));
  });

  it("[8.11] keeps the newest of each slot for a reader that is behind, and sends it when asked, at the end", async () => {
    const { clock, transport, queue } = outbound({ highWaterBytes: 1_000, limitBytes: 3_000 });
    transport.takesBytes = false;
    queue.push(frame("a", 1_000));
    await clock.settle();
    for (const type of ["x1", "y1", "x2"])
      queue.pushConflated(frame(type), { room: "r", key: type.slice(0, 1) });
    queue.pushConflated(frame("gone"), { room: "left", key: "x" });
    queue.forgetConflated("left");
    queue.push(frame("b"));
    queue.sendConflated();
    transport.drain();
    expect(queue.pushConflated(frame("y2"), { room: "r", key: "y" })).toBe("queued");
    queue.sendConflated();
    expect(queue.pushConflated(frame("y3"), { room: "r", key: "y" })).toBe("queued");
    await clock.settle();
    expect(types(transport)).toEqual(["a", "b", "x2", "y2", "y3"]);
  });

  it("counts what it wrote, and knows when", async () => {
    const { clock, queue, totals } = outbound();
    await clock.advance(5);
    queue.push(frame("a"));
    queue.push(frame("b"));
    await clock.settle();
    expect(totals).toEqual({ framesSent: 2, bytesSent: 2 * frame("a").byteLength });
    expect(queue.wroteAt).toBe(5);
  });

  it("counts what had to wait and was taken then, and nothing of what was taken at once", async () => {
    const { clock, transport, queue } = outbound();
    queue.push(frame("a"));
    await clock.settle();
    transport.drain();
    expect(queue.bytesTaken).toBe(0);
    transport.takesBytes = false;
    queue.push(frame("b", 50));
    await clock.settle();
    transport.drain(20);
    expect(queue.bytesTaken).toBe(frame("b", 50).byteLength - 20);
  });

  it("tells that the reader is behind, and once when it no longer is; of one that keeps up it tells nothing", async () => {
    const { clock, transport, queue, told } = outbound();
    queue.push(frame("a"));
    await clock.settle();
    transport.drain();
    expect(told).toEqual([]);
    transport.takesBytes = false;
    queue.push(frame("b", 150));
    await clock.settle();
    expect(told).toEqual([true]);
    transport.drain();
    expect(told).toEqual([true, false]);
    transport.takesBytes = true;
    queue.push(frame("c"));
    await clock.settle();
    expect(told).toEqual([true, false]);
  });

  it("tells who waits for the reader, also where it was behind within one turn only", async () => {
    const { clock, queue, told } = outbound({ highWaterBytes: 1_000, limitBytes: 3_000 });
    queue.push(frame("a", 900));
    queue.awaitRelief();
    expect(told).toEqual([]);
    await clock.settle();
    expect(told).toEqual([false]);
    queue.push(frame("b"));
    await clock.settle();
    expect(told).toEqual([false]);
  });
});
