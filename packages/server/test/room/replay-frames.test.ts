import { jsonCodec } from "@tautline/protocol";
import { msgpackCodec } from "@tautline/protocol/msgpack";
import { describe, expect, it } from "vitest";
import type { KeptPublication } from "../../src/broker/index.js";
import { payloadOf } from "../../src/room/publication.js";
import { ReplayFrames } from "../../src/room/replay-frames.js";

const room = { wireName: "chat/lobby" };

function publication(offset: number, data: string): KeptPublication {
  return { ...payloadOf({ type: "said", data }), offset, timestamp: 1_000 };
}

describe("frames of history", () => {
  it("are the same for all who recover the same, however often it is read", () => {
    const frames = new ReplayFrames();
    const first = frames.frameOf(room, "e", publication(1, "one"), jsonCodec);
    expect(JSON.parse(first.payload as string)).toEqual({
      ...{ type: "said", data: "one", room: "chat/lobby", offset: 1, timestamp: 1_000 },
    });
    expect(frames.frameOf(room, "e", publication(1, "one"), jsonCodec)).toBe(first);
    const packed = frames.frameOf(room, "e", publication(1, "one"), msgpackCodec);
    expect(packed.payload).toBeInstanceOf(Uint8Array);
    expect(frames.frameOf(room, "e", publication(1, "one"), msgpackCodec)).toBe(packed);
    expect(frames.frameOf(room, "e", publication(1, "one"), jsonCodec)).toBe(first);
  });

  it("are those of one stream and of one life of it", () => {
    const frames = new ReplayFrames();
    const before = frames.frameOf(room, "e1", publication(1, "before"), jsonCodec);
    const elsewhere = frames.frameOf({ wireName: "chat/other" }, "e1", publication(1, "there"), jsonCodec);
    const after = frames.frameOf(room, "e2", publication(1, "after"), jsonCodec);
    expect([before, elsewhere, after].map(({ payload }) => JSON.parse(payload as string))).toMatchObject([
      { room: "chat/lobby", data: "before" },
      { room: "chat/other", data: "there" },
      { room: "chat/lobby", data: "after" },
    ]);
  });

  it("are bounded in bytes, and forgotten with their stream", () => {
    const size = publication(1, "x").byteLength;
    const frames = new ReplayFrames(10 * size);
    for (let offset = 1; offset <= 1_000; offset++) {
      frames.frameOf(room, "e", publication(offset, "x"), jsonCodec);
      expect(frames.bytes).toBeLessThanOrEqual(10 * size);
      expect(frames.bytes).toBeGreaterThan(0);
    }
    frames.forget(room);
    expect(frames.bytes).toBe(0);
  });

  it("of more than may be kept are made all the same", () => {
    const frames = new ReplayFrames(10);
    const large = frames.frameOf(room, "e", publication(1, "x".repeat(100)), jsonCodec);
    expect(large.byteLength).toBeGreaterThan(100);
  });
});
