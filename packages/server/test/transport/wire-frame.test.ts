import type { Frame, FrameBatch } from "@tautline/protocol";
import { describe, expect, it } from "vitest";
import { plainWire } from "../../src/transport/wire-frame.js";

const wireOf = (frame: Frame) => plainWire.of(frame);
const joined = (batch: FrameBatch) => plainWire.joined(batch);

function text(payload: string): Frame {
  return { payload, byteLength: Buffer.byteLength(payload), wire: undefined };
}

describe("the bytes of a message", () => {
  it("are those of RFC 6455 §5.7", () => {
    expect([...wireOf(text("Hello"))]).toEqual([0x81, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f]);
  });

  it.each([
    [0, [0x81, 0]],
    [125, [0x81, 125]],
    [126, [0x81, 126, 0, 126]],
    [65_535, [0x81, 126, 255, 255]],
    [65_536, [0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0]],
  ])("say a length of %d as the standard wants it", (length, header) => {
    const wire = wireOf(text("x".repeat(length)));
    expect([...wire.subarray(0, header.length)]).toEqual(header);
    expect(wire.byteLength).toBe(header.length + length);
  });

  it("count bytes of UTF-8, not characters", () => {
    const wire = wireOf(text("añ€😀"));
    expect(wire[1]).toBe(10);
    expect(Buffer.from(wire.subarray(2)).toString()).toBe("añ€😀");
  });

  it("are binary where the payload is", () => {
    expect([...wireOf({ payload: Uint8Array.of(1, 2), byteLength: 2 })]).toEqual([0x82, 2, 1, 2]);
  });

  it("are made once, whatever the number of receivers", () => {
    const frame = text("Hello");
    expect(wireOf(frame)).toBe(wireOf(frame));
  });

  it("are joined once for each batch, whatever the number of its receivers", () => {
    const batch = [text("Hello"), text("world")];
    expect(joined(batch)).toBe(joined(batch));
    expect(Buffer.from(joined(batch) ?? [])).toEqual(Buffer.concat(batch.map(wireOf)));
  });

  it("are those of the one frame where a batch has only one", () => {
    const frame = text("Hello");
    expect(joined([frame])).toBe(wireOf(frame));
  });

  it("are joined of the pieces that a batch is put together of, each made once", () => {
    const run: FrameBatch = [text("Hello"), text("world")];
    const [first, last] = [text("first"), text("last")];
    const batch = Object.assign([first, ...run, last], { parts: [first, run, last] });
    expect(Buffer.from(joined(batch) ?? [])).toEqual(Buffer.concat([first, ...run, last].map(wireOf)));
    expect(plainWire.pieces(batch)[1]).toBe(joined(run));
  });

  it("are not joined where the copy would cost more than it saves", () => {
    expect(joined([text("x".repeat(40_000)), text("x".repeat(40_000))])).toBeUndefined();
    const run: FrameBatch = [text("x".repeat(40_000)), text("y".repeat(40_000))];
    const batch = Object.assign([text("first"), ...run], { parts: [text("first"), run] });
    expect(joined(batch)).toBeUndefined();
    expect(plainWire.pieces(batch)).toHaveLength(3);
  });
});
