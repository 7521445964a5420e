import { encode as pack } from "@msgpack/msgpack";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  bytesAtMost,
  deserialize,
  type Envelope,
  jsonCodec,
  limits,
  reviveBytes,
  serialize,
} from "../../src/index.js";
import { msgpackCodec } from "../../src/msgpack/index.js";
import { arbitraryEnvelope } from "../arbitrary-envelope.js";

const { encode, decode } = msgpackCodec;

/** The bytes of an envelope that can be sent. */
function packed(envelope: Envelope): Uint8Array {
  const frame = encode(envelope);
  if (!frame.ok) throw frame.error;
  return frame.value.payload as Uint8Array;
}

/** What a peer reads of it. */
const travelled = (envelope: Envelope) => decode(packed(envelope));

/** `{ type: "x", data: … }`, with these bytes for the data. */
const withData = (...bytes: number[]) =>
  new Uint8Array([0x82, 0xa4, ...ascii("type"), 0xa1, ...ascii("x"), 0xa4, ...ascii("data"), ...bytes]);
const ascii = (text: string) => [...text].map((character) => character.charCodeAt(0));

/** Taken apart and refused, but never thrown at the caller. */
function settles(bytes: Uint8Array): void {
  const result = decode(bytes);
  if (result.ok) expect(typeof result.value.type).toBe("string");
  else expect(result.error.code).toBe("BAD_ENVELOPE");
}

describe("[2.15] an envelope as MessagePack", () => {
  it("is the same value as in JSON", () => {
    fc.assert(
      fc.property(arbitraryEnvelope, (sent) => {
        const text = serialize(sent);
        expect(travelled(sent)).toEqual(wellFormed(text.ok && deserialize(text.value)));
      }),
      { numRuns: 150 },
    );
  });

  it("is made of whatever JSON takes, and is what JSON makes of it", () => {
    fc.assert(
      fc.property(
        fc.anything({
          maxDepth: 4,
          withDate: true,
          withMap: true,
          withNullPrototype: true,
          withBoxedValues: true,
          withTypedArray: true,
          withSparseArray: true,
          withBigInt: true,
          withObjectString: true,
        }),
        (data) => {
          const [text, frame] = [serialize({ type: "x", data }), encode({ type: "x", data })];
          expect(frame.ok).toBe(text.ok);
          if (!frame.ok || !text.ok) return;
          const said = deserialize(text.value);
          const read = decode(frame.value.payload);
          expect(read.ok && reviveBytes(read.value)).toEqual(wellFormed(said.ok && reviveBytes(said.value)));
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it("carries bytes as they are, each in memory of its own", () => {
    const sent = {
      type: "x",
      data: { image: new Uint8Array([0, 255]), parts: [Buffer.from("hi")], none: new Uint8Array() },
    };
    const read = travelled(sent);
    expect(read).toEqual({
      ok: true,
      value: {
        type: "x",
        data: { image: sent.data.image, parts: [new Uint8Array([104, 105])], none: new Uint8Array() },
      },
    });
    const { image } = (read.ok && read.value.data) as typeof sent.data;
    expect(Object.getPrototypeOf(image)).toBe(Uint8Array.prototype);
    expect(image.buffer.byteLength).toBe(2);
  });

  it("does not take an object of JSON's form for bytes, nor bytes for such an object", () => {
    const data = { $bytes: "aGk=" };
    expect(travelled({ type: "x", data })).toEqual({ ok: true, value: { type: "x", data } });
  });

  it("is read from a part of a buffer as from a whole one", () => {
    const around = Buffer.concat([
      Buffer.alloc(3),
      packed({ type: "x", data: new Uint8Array([7]) }),
      Buffer.alloc(3),
    ]);
    expect(decode(around.subarray(3, -3))).toEqual({
      ok: true,
      value: { type: "x", data: new Uint8Array([7]) },
    });
  });

  it("knows its size, and refuses what is larger than allowed", () => {
    const frame = encode({ type: "x", data: "é" });
    expect(frame.ok && frame.value.byteLength).toBe(packed({ type: "x", data: "é" }).length);
    expect(encode({ type: "x" }, 7)).toMatchObject({ error: { code: "TOO_LARGE" } });
    expect(encode({ type: "x" }, 8).ok).toBe(true);
    expect(decode(packed({ type: "x" }), 7)).toMatchObject({ error: { code: "TOO_LARGE" } });
  });

  it("is not changed by what is encoded after it", () => {
    const first = packed({ type: "first", data: "1".repeat(100) });
    const copy = Uint8Array.from(first);
    packed({ type: "second", data: "2".repeat(100) });
    expect(first).toEqual(copy);
  });

  it("[3.2] takes at most 9 bytes where JSON takes 4", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.double(), fc.integer(), fc.string(), fc.jsonValue()), { maxLength: 50 }),
        (data) => {
          const [json, frame] = [jsonCodec.encode({ type: "x", data }), encode({ type: "x", data })];
          // What one refuses, such as a key __proto__, the other refuses, too.
          expect(frame.ok).toBe(json.ok);
          if (!json.ok || !frame.ok) return;
          expect(frame.value.byteLength).toBeLessThanOrEqual(
            bytesAtMost(msgpackCodec, json.value.byteLength),
          );
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

describe("encoding", () => {
  it("never throws, and gives nothing that would be refused", () => {
    fc.assert(
      fc.property(fc.anything({ maxDepth: 40, maxKeys: 2, withBigInt: true }), fc.string(), (data, type) => {
        const frame = encode({ type, data });
        if (frame.ok) expect(decode(frame.value.payload).ok).toBe(true);
        else expect(["BAD_DATA", "BAD_ENVELOPE"]).toContain(frame.error.code);
        encode(data as Envelope);
      }),
      { numRuns: 500 },
    );
  });

  it.each<[string, unknown, string]>([
    ["a BigInt", 1n, "BAD_DATA"],
    ["a boxed BigInt", Object(1n), "BAD_DATA"],
    ["a cycle", cycle(), "BAD_ENVELOPE"],
    ["a key __proto__", JSON.parse('{"__proto__":1}'), "BAD_ENVELOPE"],
    ["a toJSON that throws", { toJSON: () => JSON.parse("") }, "BAD_DATA"],
  ])("refuses %s", (_, data, code) => {
    expect(encode({ type: "x", data: { data } })).toMatchObject({ ok: false, error: { code } });
  });

  it("writes U+FFFD for half a surrogate pair, as UTF-8 cannot say it", () => {
    const read = travelled({ type: "x", data: { "a\ud800": "\udc00b 😀" } });
    expect(read).toEqual({ ok: true, value: { type: "x", data: { "a\ufffd": "\ufffdb 😀" } } });
  });

  it.each([
    ["no type", { type: "" }],
    ["an id of 0", { type: "x", id: 0 }],
    ["a room with a line break", { type: "x", room: "a\nb" }],
  ])("refuses an envelope with %s", (_, envelope) => {
    expect(encode(envelope)).toMatchObject({ error: { code: "BAD_ENVELOPE" } });
  });
});

describe("[2.12] decoding what is no envelope", () => {
  it("never throws, whatever the bytes", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), settles), { numRuns: 500 });
    const heads = fc.constantFrom(
      0x81,
      0x91,
      0xa1,
      0xc4,
      0xc7,
      0xca,
      0xcb,
      0xcf,
      0xd3,
      0xd9,
      0xdc,
      0xdd,
      0xde,
      0xdf,
    );
    const noise = fc.array(fc.oneof(heads, fc.nat(255)), { maxLength: 60 });
    fc.assert(
      fc.property(noise, (bytes) => settles(withData(...bytes))),
      { numRuns: 1_000 },
    );
  });

  it("refuses an envelope cut at any byte, and one with a byte behind it", () => {
    const bytes = packed({
      type: "say",
      data: { text: "Grüße 😀", n: [1.5e300, null, 70_000], b: new Uint8Array(3) },
      id: 7,
      room: "chat/é",
    });
    for (let end = 0; end < bytes.length; end++) {
      expect(decode(bytes.subarray(0, end))).toMatchObject({ error: { code: "BAD_ENVELOPE" } });
      for (let byte = 0; byte < 256; byte += 3) {
        const changed = Uint8Array.from(bytes);
        changed[end] = byte;
        settles(changed);
      }
    }
    expect(decode(new Uint8Array([...bytes, 0xc0]))).toMatchObject({ error: { code: "BAD_ENVELOPE" } });
  });

  it.each<[string, number[]]>([
    ["an extension type", [0xd4, 0x01, 0x00]],
    ["a timestamp of MessagePack", [0xd6, 0xff, 0, 0, 0, 0]],
    ["an extension without content", [0xc7, 0, 1]],
    ["the byte that nothing begins with", [0xc1]],
    ["NaN", [0xca, 0x7f, 0xc0, 0, 0]],
    ["Infinity", [0xcb, 0x7f, 0xf0, 0, 0, 0, 0, 0, 0]],
    ["a key that is a number", [0x81, 0x01, 0x01]],
    ["a key that is nil", [0x81, 0xc0, 0x01]],
    ["a key that is bytes", [0x81, 0xc4, 1, 0x61, 0x01]],
    ["a key that is an array", [0x81, 0x90, 0x01]],
    ["a key __proto__", [0x81, 0xa9, ...ascii("__proto__"), 0x80]],
    ["a key __proto__ with a long header", [0x81, 0xdb, 0, 0, 0, 9, ...ascii("__proto__"), 0x80]],
    ["an overlong character", [0xa2, 0xc1, 0x9f]],
    ["half a surrogate pair", [0xa3, 0xed, 0xa0, 0x80]],
    ["a character beyond Unicode", [0xa4, 0xf4, 0x90, 0x80, 0x80]],
    ["half a character", [0xa1, 0xc3]],
    ["an array that is longer than the message", [0xdd, 0xff, 0xff, 0xff, 0xff]],
    ["a map that is longer than the message", [0xdf, 0xff, 0xff, 0xff, 0xff]],
    ["a string that is longer than the message", [0xdb, 0xff, 0xff, 0xff, 0xff]],
    ["bytes that are longer than the message", [0xc6, 0xff, 0xff, 0xff, 0xff]],
  ])("refuses %s", (_, bytes) => {
    expect(decode(withData(...bytes))).toMatchObject({ error: { code: "BAD_ENVELOPE" } });
  });

  it("takes room for what is there, not for what a header says", () => {
    // 21,000 arrays in one another, each of which says to have 60,000 parts: what a decoder made of them would not fit any memory.
    const nested = Array.from({ length: 21_000 }, () => [0xdc, 0xea, 0x60]).flat();
    expect(decode(withData(...nested))).toMatchObject({ error: { code: "BAD_ENVELOPE" } });
  });

  it("[2.6] counts 32 levels, in arrays and maps alike, and says no at 33", () => {
    for (const levels of [1, 29, 30, 31]) {
      expect(decode(withData(...Array(levels - 1).fill(0x91), 0x90)).ok).toBe(true);
      expect(
        decode(
          withData(
            ...Array(levels - 1)
              .fill([0x81, 0xa1, 0x61])
              .flat(),
            0x80,
          ),
        ).ok,
      ).toBe(true);
    }
    for (const levels of [32, 33, 20_000]) {
      for (const part of [[0x91], [0x81, 0xa1, 0x61]]) {
        const bytes = withData(
          ...Array(levels - 1)
            .fill(part)
            .flat(),
          0x90,
        );
        expect(decode(bytes)).toMatchObject({ error: { code: "BAD_ENVELOPE" } });
      }
    }
  });

  it("[2.8] takes the last of two equal keys, for the check as for the value", () => {
    const entry = (key: string, ...value: number[]) => [0xa0 + key.length, ...ascii(key), ...value];
    const twice = [
      0x84,
      ...entry("type", 0xa1, 0x61),
      ...entry("id", 0),
      ...entry("type", 0xa1, 0x62),
      ...entry("id", 1),
    ];
    expect(decode(new Uint8Array(twice))).toEqual({ ok: true, value: { type: "b", id: 1 } });
    const worse = [0x83, ...entry("type", 0xa1, 0x61), ...entry("id", 1), ...entry("id", 0)];
    expect(decode(new Uint8Array(worse)).ok).toBe(false);
  });

  it("takes integers in any width, and as JSON does beyond 2^53", () => {
    for (const bytes of [[7], [0xcc, 7], [0xcd, 0, 7], [0xce, 0, 0, 0, 7], [0xd3, 0, 0, 0, 0, 0, 0, 0, 7]]) {
      expect(decode(withData(...bytes))).toMatchObject({ value: { data: 7 } });
    }
    const beyond = [0xcf, 0, 0x20, 0, 0, 0, 0, 0, 1];
    expect(decode(withData(...beyond))).toMatchObject({ value: { data: JSON.parse("9007199254740993") } });
    const id = new Uint8Array([0x82, 0xa4, ...ascii("type"), 0xa1, 0x78, 0xa2, ...ascii("id"), ...beyond]);
    expect(decode(id).ok).toBe(false);
  });

  it("refuses a text, and what is no message at all", () => {
    for (const value of [
      "{}",
      undefined,
      null,
      1,
      {},
      new ArrayBuffer(1),
      new DataView(new ArrayBuffer(1)),
    ]) {
      expect(decode(value as Uint8Array)).toMatchObject({ error: { code: "BAD_ENVELOPE" } });
    }
  });

  it("takes the largest message that a server takes by default", () => {
    const bytes = pack({ type: "x", data: Array.from({ length: 65_000 }, () => 0) });
    expect(bytes.length).toBeLessThanOrEqual(limits.messageBytes);
    expect(decode(bytes, limits.messageBytes).ok).toBe(true);
  });

  it("reads on after a message that was refused", () => {
    decode(withData(0x92, 0x81, 0xa1, 0x61, 0xc1));
    expect(decode(withData(0x01))).toEqual({ ok: true, value: { type: "x", data: 1 } });
  });
});

/** With U+FFFD for each half of a surrogate pair, as UTF-8 has it. */
function wellFormed(value: unknown): unknown {
  if (typeof value === "string") return Buffer.from(value).toString();
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map(wellFormed);
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [Buffer.from(key).toString(), wellFormed(inner)]),
  );
}

function cycle(): unknown {
  const self: Record<string, unknown> = {};
  return Object.assign(self, { a: self, b: self });
}
