import { jsonCodec } from "@tautline/protocol";
import { msgpackCodec } from "@tautline/protocol/msgpack";
import { describe, expect, it } from "vitest";
import type { HistoryPage } from "../../src/broker/index.js";
import { payloadOf } from "../../src/room/publication.js";
import { ReplayFrames, type ReplayRun } from "../../src/room/replay-frames.js";

const room = { wireName: "chat/lobby" };
const json = { first: 0, codec: jsonCodec };

/** A page of publications from an offset on. */
function page(first: number, texts: readonly string[], epoch = "e"): HistoryPage {
  const publications = texts.map((data, i) => ({
    ...payloadOf({ type: "said", data }),
    ...{ offset: first + i, timestamp: 1_000 },
  }));
  return { epoch, head: first + texts.length - 1, firstKept: first, publications };
}

const many = (count: number) => Array.from({ length: count }, (_, i) => `${i}`);
const told = ({ batch }: ReplayRun) => batch.map(({ payload }) => JSON.parse(payload as string) as object);

describe("frames of history", () => {
  it("are the same for all who go on from the same place, however often it is read", () => {
    const frames = new ReplayFrames();
    const first = frames.runOf(room, page(1, ["one", "two"]), json);
    expect(told(first)).toEqual([
      { type: "said", data: "one", room: "chat/lobby", offset: 1, timestamp: 1_000 },
      { type: "said", data: "two", room: "chat/lobby", offset: 2, timestamp: 1_000 },
    ]);
    expect([first.last, first.byteLength]).toEqual([
      2,
      first.batch.reduce((sum, { byteLength }) => sum + byteLength, 0),
    ]);
    expect(frames.runOf(room, page(1, ["one", "two"]), json)).toBe(first);
    const packed = frames.runOf(room, page(1, ["one", "two"]), { first: 0, codec: msgpackCodec });
    expect(packed.batch[0]?.payload).toBeInstanceOf(Uint8Array);
    expect(frames.runOf(room, page(1, ["one", "two"]), { first: 0, codec: msgpackCodec })).toBe(packed);
    expect(frames.runOf(room, page(1, ["one", "two"]), json)).toBe(first);
  });

  it("are made once, also for those who go on from different places", () => {
    const frames = new ReplayFrames();
    const all = frames.runOf(room, page(1, ["one", "two", "three"]), json);
    const rest = frames.runOf(room, page(2, ["two", "three"]), json);
    expect(rest.batch[0]).toBe(all.batch[1]);
    expect(rest.last).toBe(3);
  });

  it("go on where a run ends that was made when there was less", () => {
    const frames = new ReplayFrames();
    const before = frames.runOf(room, page(1, ["one", "two"]), json);
    const grown = page(1, ["one", "two", "three", "four"]);
    expect(frames.runOf(room, grown, json)).toBe(before);
    expect(told(frames.runOf(room, grown, { ...json, first: 2 }))).toMatchObject([
      { offset: 3, data: "three" },
      { offset: 4, data: "four" },
    ]);
  });

  it("end before a hole", () => {
    const frames = new ReplayFrames();
    const { publications, ...rest } = page(1, ["one", "two", "three"]);
    const holed = { ...rest, publications: publications.filter(({ offset }) => offset !== 2) };
    expect(told(frames.runOf(room, holed, json))).toMatchObject([{ offset: 1 }]);
  });

  it("are so many in one go, and at least one", () => {
    const frames = new ReplayFrames({ maxRunBytes: 1_000 });
    expect(frames.runOf(room, page(1, many(300)), json).batch.length).toBeLessThan(50);
    expect(frames.runOf(room, page(500, ["x".repeat(5_000), "y"]), json).batch).toHaveLength(1);
    expect(new ReplayFrames().runOf(room, page(1, many(300)), json).batch).toHaveLength(256);
  });

  it("are those of one stream and of one life of it", () => {
    const frames = new ReplayFrames();
    const before = frames.runOf(room, page(1, ["before"], "e1"), json);
    const elsewhere = frames.runOf({ wireName: "chat/other" }, page(1, ["there"], "e1"), json);
    const after = frames.runOf(room, page(1, ["after"], "e2"), json);
    expect([before, elsewhere, after].flatMap(told)).toMatchObject([
      { room: "chat/lobby", data: "before" },
      { room: "chat/other", data: "there" },
      { room: "chat/lobby", data: "after" },
    ]);
  });

  it("are bounded in bytes, and forgotten with their stream", () => {
    const frames = new ReplayFrames({ maxBytes: 1_000 });
    for (let first = 1; first <= 1_000; first++) {
      frames.runOf(room, page(first, ["x"]), json);
      expect(frames.bytes).toBeLessThanOrEqual(1_000);
      expect(frames.bytes).toBeGreaterThan(0);
    }
    frames.forget(room);
    expect(frames.bytes).toBe(0);
  });

  it("of more than may be kept are made all the same", () => {
    const frames = new ReplayFrames({ maxBytes: 10 });
    const large = frames.runOf(room, page(1, ["x".repeat(100), "y"]), json);
    expect(told(large)).toMatchObject([{ offset: 1 }, { offset: 2, data: "y" }]);
  });
});
