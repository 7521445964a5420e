import { describe, expect, it } from "vitest";
import { FrameHeaders, shownBytes } from "../../src/load/frame-headers.js";
import { readyFrame } from "../../src/sides/ws-ready/ready-frame.js";

interface Seen {
  readonly first: number;
  readonly shown: string;
  readonly length: number;
}

/** What is told of these chunks. */
function seenIn(chunks: Iterable<Uint8Array>): Seen[] {
  const seen: Seen[] = [];
  const headers = new FrameHeaders((first, bytes, start, length) =>
    seen.push({
      ...{ first, length },
      shown: Buffer.from(bytes.subarray(start, start + Math.min(length, shownBytes))).toString(),
    }),
  );
  for (const chunk of chunks) headers.push(chunk);
  return seen;
}

const lengths = [0, 1, 15, 16, 17, 125, 126, 127, 65_535];
const stream = Buffer.concat(lengths.map((length) => readyFrame(Buffer.alloc(length, "x"))));
const expected = lengths.map((length) => ({
  ...{ first: 0x81, length, shown: "x".repeat(Math.min(length, shownBytes)) },
}));

describe("the headers of frames", () => {
  it("are read out of one chunk", () => {
    expect(seenIn([stream])).toEqual(expected);
  });

  it.each([1, 2, 3, 7, 16, 17, 1_000])("are read out of chunks of %i bytes, however they are cut", (size) => {
    const chunks = Array.from({ length: Math.ceil(stream.length / size) }, (_, i) =>
      stream.subarray(i * size, (i + 1) * size),
    );
    expect(seenIn(chunks)).toEqual(expected);
  });

  it("are read out of memory that is used again for each chunk", () => {
    const memory = Buffer.alloc(1);
    const chunks = function* () {
      for (const byte of stream) {
        memory[0] = byte;
        yield memory;
      }
    };
    expect(seenIn(chunks())).toEqual(expected);
  });

  it("tell a length of eight bytes", () => {
    const header = Buffer.from([0x82, 127, 0, 0, 0, 0, 0, 1, 0, 1]);
    expect(seenIn([header, Buffer.alloc(65_537), readyFrame(Buffer.from("next"))])).toEqual([
      { first: 0x82, length: 65_537, shown: "\0".repeat(shownBytes) },
      { first: 0x81, length: 4, shown: "next" },
    ]);
  });

  it("are refused with a mask, which no server sends", () => {
    expect(() => seenIn([Buffer.from([0x81, 0x80])])).toThrow("never masked");
  });
});
