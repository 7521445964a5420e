import { describe, expect, it } from "vitest";
import { InboundQueue } from "../../src/connection/inbound-queue.js";
import { deferred } from "../support/serving.js";

function flow() {
  const calls: string[] = [];
  return { calls, pause: () => void calls.push("pause"), resume: () => void calls.push("resume") };
}

describe("the queue of what came in", () => {
  it("starts at once what need not wait", () => {
    const started: number[] = [];
    const queue = new InboundQueue<number>((item) => void started.push(item), flow());
    queue.push(1);
    queue.push(2);
    expect(started).toEqual([1, 2]);
  });

  it("starts in order, however long a start takes", async () => {
    const started: number[] = [];
    const first = deferred();
    const queue = new InboundQueue<number>((item) => {
      started.push(item);
      return item === 1 ? first.promise : undefined;
    }, flow());
    for (const item of [1, 2, 3]) queue.push(item);
    expect(started).toEqual([1]);
    first.resolve();
    await first.promise;
    expect(started).toEqual([1, 2, 3]);
  });

  it("starts what came while another began, after it", () => {
    const started: string[] = [];
    const queue = new InboundQueue<number>((item) => {
      started.push(`${item} begins`);
      if (item === 1) queue.push(2);
      started.push(`${item} has begun`);
    }, flow());
    queue.push(1);
    expect(started).toEqual(["1 begins", "1 has begun", "2 begins", "2 has begun"]);
  });

  it("starts nothing while it is held, and holds are counted", () => {
    const started: number[] = [];
    const queue = new InboundQueue<number>((item) => void started.push(item), flow());
    queue.hold();
    queue.hold();
    queue.push(1);
    queue.release();
    expect(started).toEqual([]);
    queue.release();
    expect(started).toEqual([1]);
  });

  it("stops reading when much waits, and reads on when half of it has begun", () => {
    const stream = flow();
    const queue = new InboundQueue<number>(() => undefined, stream);
    queue.hold();
    for (let i = 0; i < 63; i++) queue.push(i);
    expect(stream.calls).toEqual([]);
    queue.push(63);
    queue.push(64);
    expect(stream.calls).toEqual(["pause"]);
    expect(queue.isPaused).toBe(true);
    queue.release();
    expect(stream.calls).toEqual(["pause", "resume"]);
    expect(queue.isPaused).toBe(false);
  });

  it("refuses what would pass its bound, also where reading cannot be stopped", () => {
    const queue = new InboundQueue<number>(() => undefined, flow());
    queue.hold();
    for (let i = 0; i < 4_096; i++) expect(queue.push(i)).toBe(true);
    expect(queue.push(4_096)).toBe(false);
  });

  it("lets one that waits be taken out", () => {
    const started: number[] = [];
    const queue = new InboundQueue<number>((item) => void started.push(item), flow());
    queue.hold();
    for (const item of [1, 2, 3]) queue.push(item);
    expect(queue.take((item) => item === 2)).toBe(2);
    expect(queue.take((item) => item === 2)).toBeUndefined();
    queue.release();
    expect(started).toEqual([1, 3]);
  });

  it("forgets everything at its end", async () => {
    const started: number[] = [];
    const first = deferred();
    const queue = new InboundQueue<number>((item) => {
      started.push(item);
      return first.promise;
    }, flow());
    queue.push(1);
    queue.push(2);
    queue.end();
    first.resolve();
    await first.promise;
    queue.push(3);
    expect(started).toEqual([1]);
  });
});
