import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SendQueue, type SocketData } from "../../src/reconnecting-websocket/send-queue.js";

const queueOf = (maxBytes: number, maxCount: number, dropOldest = false) =>
  new SendQueue({ maxBytes, maxCount, dropOldest });
const drain = (queue: SendQueue) => {
  const out: SocketData[] = [];
  queue.flush((data) => out.push(data) > 0);
  return out;
};

describe("the queue of a reconnecting socket", () => {
  it("keeps both bounds and the order, whatever is added", () => {
    const sizes = fc.array(fc.nat(40), { maxLength: 60 });
    fc.assert(
      fc.property(sizes, fc.nat(100), fc.nat(10), fc.boolean(), (lengths, maxBytes, maxCount, dropOldest) => {
        const queue = queueOf(maxBytes, maxCount, dropOldest);
        let expected: string[] = [];
        lengths.forEach((length, index) => {
          const message = String(index).padEnd(length, "x").slice(0, Math.max(length, 1));
          const dropped = queue.add(message);
          if (dropped >= 0) expected = [...expected.slice(dropped), message];
          if (!dropOldest) expect(dropped).toBeLessThanOrEqual(0);
          expect(queue.bytes).toBe(expected.join("").length);
          expect(queue.bytes).toBeLessThanOrEqual(maxBytes);
          expect(expected.length).toBeLessThanOrEqual(maxCount);
        });
        expect(drain(queue)).toEqual(expected);
        expect(queue.bytes).toBe(0);
      }),
    );
  });

  it("counts bytes of UTF-8, buffers and blobs", () => {
    const queue = queueOf(1000, 10);
    queue.add("€");
    expect(queue.bytes).toBe(3);
    queue.add(new Uint16Array(4));
    expect(queue.bytes).toBe(11);
    queue.add(new Blob(["12345"]));
    expect(queue.bytes).toBe(16);
    queue.add(new ArrayBuffer(4));
    expect(queue.bytes).toBe(20);
    expect(drain(queue)).toHaveLength(4);
    expect(queue.bytes).toBe(0);
  });

  it("keeps a buffer as it was when it was sent", () => {
    const queue = queueOf(1000, 10);
    const bytes = new Uint8Array([1, 2, 3, 4]);
    queue.add(bytes.subarray(1, 3));
    queue.add(bytes.buffer);
    bytes.fill(9);
    expect(drain(queue).map((data) => [...new Uint8Array(data as ArrayBuffer)])).toEqual([
      [2, 3],
      [1, 2, 3, 4],
    ]);
  });

  it("drops nothing for a message that fits no queue", () => {
    const queue = queueOf(4, 2, true);
    queue.add("ab");
    expect(queue.add("abcde")).toBe(-1);
    expect(drain(queue)).toEqual(["ab"]);
    expect(queueOf(4, 0, true).add("a")).toBe(-1);
  });

  it("keeps the rest, in order, where sending stops midway, and empty messages too", () => {
    const queue = queueOf(10, 10);
    for (const message of ["a", "", "c"]) queue.add(message);
    const out: SocketData[] = [];
    queue.flush((data) => out.length < 2 && out.push(data) > 0);
    expect(out).toEqual(["a", ""]);
    expect(drain(queue)).toEqual(["c"]);
  });

  it("says how many it drops at the end", () => {
    const queue = queueOf(10, 10);
    queue.add("a");
    queue.add("b");
    expect(queue.clear()).toBe(2);
    expect(queue.bytes).toBe(0);
    expect(queue.clear()).toBe(0);
  });
});
