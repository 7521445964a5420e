import { randomBytes } from "node:crypto";
import { deflateRawSync } from "node:zlib";
import type { Vector } from "../catalogue/row.js";
import { close, type FrameShape, frame, opcodes, ping, text } from "../surroundings/frames.js";

/** Bytes behind an upgrade, and the code that they are closed with. */
export interface FrameVector extends Vector {
  readonly bytes: Uint8Array;
  readonly closes: number;
}

const shaped = (what: string, shape: FrameShape, closes: number): FrameVector => ({
  what,
  bytes: frame(shape),
  closes,
});

/** The server takes so many bytes in a message. */
const messageBytes = 65_536;

const claims: readonly (readonly [number | bigint, 0 | 2 | 8, number])[] = [
  [messageBytes + 1, 8, 1009],
  [100_000, 8, 1009],
  [2 ** 24, 8, 1009],
  [2 ** 31 - 1, 8, 1009],
  [2 ** 31, 8, 1009],
  [2 ** 32 - 1, 8, 1009],
  [2 ** 32, 8, 1009],
  [2n ** 52n, 8, 1009],
  [2n ** 53n - 1n, 8, 1009],
  [2n ** 53n, 8, 1009],
  [2n ** 62n, 8, 1009],
  [2n ** 63n - 1n, 8, 1009],
  [2n ** 63n, 8, 1009],
  [2n ** 64n - 1n, 8, 1009],
];

/** Headers alone, without the payload that they claim. */
export const oversizeHeaders: readonly FrameVector[] = [
  ...[opcodes.text, opcodes.binary].flatMap((opcode) =>
    claims.map(([size, lengthBytes, closes]) =>
      shaped(`opcode ${opcode} that claims ${size} bytes`, { opcode, claims: size, lengthBytes }, closes),
    ),
  ),
  {
    what: "fragments that together are too large",
    bytes: Buffer.concat([
      frame({ fin: false, payload: "x".repeat(40_000) }),
      frame({ opcode: opcodes.continuation, claims: 40_000 }),
    ]),
    closes: 1009,
  },
];

const fragments = (count: number, payload: string, isFinished: boolean) =>
  Buffer.concat(
    Array.from({ length: count }, (_, i) =>
      frame({
        fin: isFinished && i === count - 1,
        opcode: i === 0 ? opcodes.text : opcodes.continuation,
        payload,
      }),
    ),
  );

/** Messages in too many pieces. */
export const fragmented: readonly FrameVector[] = [
  ...[257, 1_000, 16_000].flatMap((count) =>
    (["x", ""] as const).map((payload) => ({
      what: `${count} fragments of ${payload.length} bytes`,
      bytes: fragments(count, payload, false),
      closes: 1008,
    })),
  ),
  { what: "257 fragments that end", bytes: fragments(257, " ", true), closes: 1008 },
  {
    what: "257 fragments with pings between them",
    bytes: Buffer.concat([
      fragments(200, "x", false),
      ping,
      ...Array.from({ length: 57 }, () => frame({ fin: false, opcode: opcodes.continuation, payload: "x" })),
    ]),
    closes: 1008,
  },
];

const hex = (digits: string) => Buffer.from(digits.replaceAll(" ", ""), "hex");

const invalidUtf8: readonly (readonly [what: string, bytes: string])[] = [
  ["a lone continuation byte", "80"],
  ["a lone last continuation byte", "bf"],
  ["a sequence of two that ends early", "c3"],
  ["a sequence of three that ends early", "e2 82"],
  ["a sequence of four that ends early", "f0 9f 98"],
  ["a sequence of two with an ASCII byte", "c3 28"],
  ["a sequence of three with an ASCII byte", "e2 28 a1"],
  ["a sequence of four with an ASCII byte", "f0 28 8c bc"],
  ["an overlong slash of two", "c0 af"],
  ["an overlong slash of three", "e0 80 af"],
  ["an overlong slash of four", "f0 80 80 af"],
  ["an overlong NUL", "c0 80"],
  ["an overlong quote", "c0 a2"],
  ["the first high surrogate", "ed a0 80"],
  ["the last high surrogate", "ed af bf"],
  ["the first low surrogate", "ed b0 80"],
  ["the last low surrogate", "ed bf bf"],
  ["a pair of surrogates", "ed a0 bd ed b8 80"],
  ["beyond the last character", "f4 90 80 80"],
  ["far beyond the last character", "f7 bf bf bf"],
  ["a sequence of five", "f8 88 80 80 80"],
  ["a sequence of six", "fc 84 80 80 80 80"],
  ["0xFE", "fe"],
  ["0xFF", "ff"],
  ["UTF-16, little-endian, with its mark", "ff fe 7b 00"],
  ["UTF-16, big-endian, with its mark", "fe ff 00 7b"],
  ["Latin-1", "63 61 66 e9"],
];

/** Text that is none: as a message, behind good text, and in two fragments. */
export const badText: readonly FrameVector[] = [
  ...invalidUtf8.map(([what, bytes]) => ({ what, bytes: frame({ payload: hex(bytes) }), closes: 1007 })),
  ...invalidUtf8.map(([what, bytes]) => ({
    what: `${what}, inside an envelope`,
    bytes: frame({
      payload: Buffer.concat([Buffer.from('{"type":"take","data":"'), hex(bytes), Buffer.from('"}')]),
    }),
    closes: 1007,
  })),
  ...invalidUtf8.map(([what, bytes]) => ({
    what: `${what}, over two fragments`,
    bytes: Buffer.concat([
      frame({ fin: false, payload: Buffer.concat([Buffer.from("x"), hex(bytes).subarray(0, 1)]) }),
      frame({ opcode: opcodes.continuation, payload: hex(bytes).subarray(1) }),
    ]),
    closes: 1007,
  })),
  {
    what: "in the reason of a close",
    bytes: frame({ opcode: opcodes.close, payload: hex("03e8 c3") }),
    closes: 1007,
  },
];

const closeWith = (code: number) =>
  frame({ opcode: opcodes.close, payload: hex(code.toString(16).padStart(4, "0")) });
const forbiddenCodes = [
  ...[0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 1999, 2000, 2999, 5000, 9999, 65_535],
];

/** Frames that RFC 6455 forbids. */
export const brokenFrames: readonly FrameVector[] = [
  ...[opcodes.text, opcodes.binary, opcodes.close, opcodes.ping, opcodes.pong].map((opcode) =>
    shaped(`opcode ${opcode} without a mask`, { opcode, masked: false }, 1002),
  ),
  ...[1, 2, 3, 4, 5, 6, 7].flatMap((rsv) =>
    [opcodes.text, opcodes.binary, opcodes.ping].map((opcode) =>
      shaped(`RSV ${rsv} at opcode ${opcode}`, { rsv, opcode }, 1002),
    ),
  ),
  ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map((opcode) =>
    shaped(`the reserved opcode ${opcode}`, { opcode }, 1002),
  ),
  ...[opcodes.close, opcodes.ping, opcodes.pong].flatMap((opcode) => [
    shaped(`opcode ${opcode} in fragments`, { opcode, fin: false }, 1002),
    shaped(`opcode ${opcode} of 126 bytes`, { opcode, payload: "x".repeat(126) }, 1002),
    shaped(`opcode ${opcode} that claims 2^32 bytes`, { opcode, claims: 2 ** 32 }, 1002),
  ]),
  shaped("a continuation of nothing", { opcode: opcodes.continuation, payload: "x" }, 1002),
  shaped(
    "the first fragment of a continuation of nothing",
    { opcode: opcodes.continuation, fin: false },
    1002,
  ),
  {
    what: "a new message inside a fragmented one",
    bytes: Buffer.concat([frame({ fin: false, payload: "x" }), frame({ payload: "y" })]),
    closes: 1002,
  },
  ...forbiddenCodes.map((code) => ({ what: `a close with ${code}`, bytes: closeWith(code), closes: 1002 })),
  shaped("a close with a body of one byte", { opcode: opcodes.close, payload: "x" }, 1002),
  // Whoever writes noise hits one of these with its first bytes.
  ...Array.from({ length: 20 }, (_, i) => ({
    what: `noise ${i}`,
    bytes: Buffer.concat([Buffer.from([0x70 | i, 0x00]), randomBytes(64)]),
    closes: 1002,
  })),
];

const deflated = (bytes: Buffer) => deflateRawSync(bytes, { finishFlush: 2 }).subarray(0, -4);
const compressedText = (bytes: Buffer) => frame({ rsv: 4, payload: deflated(bytes) });

/** Compressed messages that are much larger than they look, or none at all. */
export const bombs: readonly FrameVector[] = [
  ...[65_537, 100_000, 1_048_576, 16_777_216, 33_554_432].map((size) => ({
    what: `${size} zeros`,
    bytes: compressedText(Buffer.alloc(size)),
    closes: 1009,
  })),
  ...[70_000, 1_000_000].map((size) => ({
    what: `${size} bytes of brackets`,
    bytes: compressedText(Buffer.alloc(size, "[")),
    closes: 1009,
  })),
  {
    what: "a bomb in fragments",
    bytes: (() => {
      const payload = deflated(Buffer.alloc(4_194_304, "x"));
      return Buffer.concat([
        frame({ fin: false, rsv: 4, payload: payload.subarray(0, 100) }),
        frame({ opcode: opcodes.continuation, payload: payload.subarray(100) }),
      ]);
    })(),
    closes: 1009,
  },
  { what: "no deflate at all", bytes: frame({ rsv: 4, payload: "this is not deflated" }), closes: 1007 },
  {
    what: "deflate that is cut short",
    bytes: frame({ rsv: 4, payload: deflated(randomBytes(500)).subarray(0, 100) }),
    closes: 1007,
  },
  { what: "a reserved block type", bytes: frame({ rsv: 4, payload: hex("07") }), closes: 1007 },
  {
    what: "a distance beyond the window",
    bytes: frame({ rsv: 4, payload: hex("63 00 02 ff ff") }),
    closes: 1007,
  },
  {
    what: "RSV1 at a continuation",
    bytes: Buffer.concat([frame({ fin: false }), frame({ rsv: 4, opcode: 0 })]),
    closes: 1002,
  },
  { what: "RSV1 at a ping", bytes: frame({ rsv: 4, opcode: opcodes.ping }), closes: 1002 },
  { what: "RSV2 at a message", bytes: frame({ rsv: 2 }), closes: 1002 },
];

/** What comes behind an attacker's own close frame; it must not be handled. */
export const afterClose: readonly (Vector & { readonly bytes: Uint8Array })[] = [
  { what: "a message", bytes: text({ type: "take", id: 1, data: 1 }) },
  { what: "a hundred messages", bytes: Buffer.concat(Array(100).fill(text({ type: "take", data: 1 }))) },
  { what: "a join", bytes: text({ type: "$join", data: { room: "open/late" } }) },
  { what: "another close", bytes: close(1001) },
  { what: "a ping", bytes: ping },
  { what: "a broken frame", bytes: frame({ rsv: 7 }) },
  { what: "an oversize header", bytes: frame({ claims: 2 ** 40 }) },
  { what: "half a frame", bytes: text("x").subarray(0, 3) },
  { what: "noise", bytes: randomBytes(1_000) },
];
