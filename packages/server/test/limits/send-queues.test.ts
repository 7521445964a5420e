import { describe, expect, it } from "vitest";
import { SendQueues } from "../../src/limits/send-queues.js";
import { limited } from "./set-up.js";

const backpressure = { highWaterBytes: 10_000, limitBytes: 50_000, totalBytes: 40_000 };

describe("what waits for all readers", () => {
  it("A-80 leaves each its own marks while there is room, and an equal share when there is none", () => {
    const queues = new SendQueues({ highWaterBytes: 100, limitBytes: 500, totalBytes: 200 }, () => 4);
    queues.changed(200);
    expect(queues).toMatchObject({ bytes: 200, isFull: false, highWaterBytes: 100 });
    queues.changed(1);
    expect(queues).toMatchObject({ bytes: 201, isFull: true, highWaterBytes: 50, limitBytes: 500 });
    queues.changed(-1);
    expect(queues).toMatchObject({ bytes: 200, isFull: false, highWaterBytes: 100 });
  });

  it("A-80 never gives a reader more than its own mark", () => {
    const queues = new SendQueues({ highWaterBytes: 100, limitBytes: 500, totalBytes: 200 }, () => 1);
    queues.changed(300);
    expect(queues.highWaterBytes).toBe(100);
  });

  it("A-80 stays within twice the total, whatever is sent to how many; who reads is served", async () => {
    const { clock, server, plain, reached } = limited({ backpressure });
    const stalled = Array.from({ length: 20 }, () => {
      const peer = plain();
      peer.takesBytes = false;
      return peer;
    });
    const reader = plain();
    await clock.settle();
    for (let i = 0; i < 60; i++) {
      await server.broadcast("notice", { text: "x".repeat(1_000) });
      await clock.settle();
      expect(server.stats().bufferedBytes).toBeLessThanOrEqual(2 * backpressure.totalBytes);
    }
    expect(stalled.flatMap(({ closeRequests }) => closeRequests)).toMatchObject(
      Array.from({ length: 20 }, () => ({ code: 4410 })),
    );
    expect(reached("backpressure.totalBytes")).toBe(20);
    expect(reader.sent.filter(({ type }) => type === "notice")).toHaveLength(60);
    expect(reader.closeRequests).toEqual([]);
    expect(server.stats().bufferedBytes).toBe(0);
  });

  it("A-80 costs readers of a room with history nothing: they wait, and get all of it", async () => {
    const { clock, server, plain, reached } = limited({
      backpressure,
      rooms: { "chat/:id": { history: { size: 200 } } },
    });
    const readers = Array.from({ length: 20 }, () => plain());
    await clock.settle();
    for (const peer of readers) {
      peer.send({ type: "$join", id: 1, data: { room: "chat/a" } });
      await clock.settle();
      peer.takesBytes = false;
    }
    for (let i = 0; i < 100; i++) {
      await server.room("chat/a").publish("message", { text: "x".repeat(1_000), by: "ada" });
      await clock.settle();
      expect(server.stats().bufferedBytes).toBeLessThanOrEqual(2 * backpressure.totalBytes);
    }
    for (const peer of readers) {
      peer.takesBytes = true;
      peer.drain();
      await clock.settle();
    }
    for (const peer of readers) {
      const offsets = peer.sent.flatMap(({ type, offset }) => (type === "message" ? [offset] : []));
      expect(offsets).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
      expect(peer.closeRequests).toEqual([]);
    }
    expect(reached("backpressure.totalBytes")).toBe(0);
    expect(server.stats().bufferedBytes).toBe(0);
  });

  it("A-80 counts a reader that passes its own limit as that", async () => {
    const { clock, server, plain, reached } = limited({
      backpressure: { highWaterBytes: 1_000, limitBytes: 5_000 },
    });
    const stalled = plain();
    stalled.takesBytes = false;
    await clock.settle();
    for (let i = 0; i < 10; i++) await server.broadcast("notice", { text: "x".repeat(1_000) });
    await clock.settle();
    expect(stalled.closeRequests).toMatchObject([{ code: 4410 }]);
    expect([reached("backpressure.limitBytes"), server.stats().bufferedBytes]).toEqual([1, 0]);
  });
});
