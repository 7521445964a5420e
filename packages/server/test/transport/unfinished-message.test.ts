import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readOn, type UnfinishedMessage } from "../../src/transport/unfinished-message.js";

interface FrameShape {
  readonly opcode: number;
  readonly isFinal: boolean;
  readonly bytes: number;
  readonly isMasked: boolean;
}

/** A frame of RFC 6455 §5.2, its payload full of what looks like headers. */
function frame({ opcode, isFinal, bytes, isMasked }: FrameShape): Buffer {
  const length =
    bytes < 126
      ? [bytes]
      : bytes < 65_536
        ? [126, bytes >> 8, bytes & 255]
        : [127, 0, 0, 0, 0, 0, bytes >> 16, (bytes >> 8) & 255, bytes & 255];
  length[0] = (length[0] ?? 0) | (isMasked ? 0x80 : 0);
  const mask = isMasked ? [1, 2, 3, 4] : [];
  return Buffer.concat([
    Buffer.from([(isFinal ? 0x80 : 0) | opcode, ...length, ...mask]),
    Buffer.alloc(bytes, 0x81),
  ]);
}

const text = (bytes: number, isFinal = true): Buffer => frame({ opcode: 1, isFinal, bytes, isMasked: true });
const more = (bytes: number, isFinal: boolean): Buffer =>
  frame({ opcode: 0, isFinal, bytes, isMasked: true });
const pong = frame({ opcode: 10, isFinal: true, bytes: 4, isMasked: true });

/** When the message that is unfinished after each chunk began: chunk by chunk, a millisecond apart. */
function sinceAfter(...chunks: Uint8Array[]): (number | undefined)[] {
  let state: UnfinishedMessage | undefined;
  return chunks.map((chunk, at) => {
    state = readOn(state, chunk, () => at);
    return state?.since;
  });
}

describe("an unfinished message", () => {
  it("A-22 is none between whole ones", () => {
    expect(sinceAfter(text(5), Buffer.concat([text(0), text(200), pong]), text(70_000))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("A-22 begins with its first byte, and ends with its last", () => {
    const bytes = text(3);
    const single = [...bytes].map((byte) => Buffer.from([byte]));
    expect(sinceAfter(...single)).toEqual([...Array.from({ length: bytes.length - 1 }, () => 0), undefined]);
  });

  it("A-21 goes on over fragments, whatever control frames come in between", () => {
    expect(sinceAfter(text(5, false), pong, more(5, false), pong, more(0, false), more(5, true))).toEqual([
      ...[0, 0, 0, 0, 0],
      undefined,
    ]);
  });

  it("A-21 is never a control frame alone, but is as old as the message around it", () => {
    expect(sinceAfter(pong, text(1, false), pong.subarray(0, 3), pong.subarray(3))).toEqual([
      undefined,
      1,
      1,
      1,
    ]);
  });

  it("A-22 begins anew after one that was finished in the same chunk", () => {
    const first = text(10);
    expect(sinceAfter(first.subarray(0, 8), Buffer.concat([first.subarray(8), text(9, false)]))).toEqual([
      0, 1,
    ]);
  });

  it("is known in the same way however the bytes are cut", () => {
    const shape = fc.record({
      opcode: fc.constantFrom(0, 1, 2, 9, 10),
      isFinal: fc.boolean(),
      bytes: fc.oneof(fc.nat(300), fc.constantFrom(125, 126, 65_535, 65_536)),
      isMasked: fc.boolean(),
    });
    const cuts = fc.array(fc.integer({ min: 1, max: 5_000 }), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(fc.array(shape, { maxLength: 8 }), cuts, (shapes, sizes) => {
        const bytes = Buffer.concat(
          shapes.map((one) => frame({ ...one, isFinal: one.isFinal || one.opcode > 8 })),
        );
        const whole = readOn(undefined, bytes, () => 0);
        let state: UnfinishedMessage | undefined;
        for (let at = 0, i = 0; at < bytes.length; i++) {
          const size = sizes[i % sizes.length] ?? 1;
          state = readOn(state, bytes.subarray(at, at + size), () => 0);
          at += size;
        }
        expect(state).toEqual(whole);
        const last = shapes.filter(({ opcode }) => opcode < 8).at(-1);
        expect(state === undefined).toBe(last === undefined || last.isFinal);
      }),
    );
  });
});
