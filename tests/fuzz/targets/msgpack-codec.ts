import { encode } from "@msgpack/msgpack";
import { deserialize, type Envelope, limits, serialize } from "@tautline/protocol";
import { msgpackCodec } from "@tautline/protocol/msgpack";
import fc from "fast-check";
import { check, type Target } from "../engine/target.js";
import { msgpackFrames } from "../inputs/golden-frames.js";
import { hostileEnvelope, protocolWords } from "../inputs/hostile-envelope.js";
import { oddWords, withOddValues } from "../inputs/odd-values.js";
import { isEnvelope } from "../reference/envelope-verdict.js";

/** The headers of MessagePack's kinds, each with a length, a lie or not. */
const header = fc.oneof(
  fc.tuple(fc.constantFrom(0xc4, 0xd9, 0xcc, 0xd0, 0xc7), fc.nat(255)).map(([kind, n]) => [kind, n]),
  fc
    .tuple(fc.constantFrom(0xc5, 0xda, 0xdc, 0xde, 0xcd, 0xd1), fc.nat(300))
    .map(([kind, n]) => [kind, n >> 8, n & 255]),
  fc
    .tuple(fc.constantFrom(0xc6, 0xdb, 0xdd, 0xdf, 0xce, 0xd2, 0xca), fc.nat(255))
    .map(([kind, n]) => [kind, 0, 0, 0, n]),
  fc.constantFrom(0xcb, 0xcf, 0xd3).map((kind) => [kind, 0x7f, 0xf0, 0, 0, 0, 0, 0, 0]),
  fc.nat(255).map((byte) => [byte]),
);

/** A map that says its type, and holds whatever follows. */
const holding = (value: readonly number[]): Uint8Array =>
  Uint8Array.from([0x82, 0xa4, 0x74, 0x79, 0x70, 0x65, 0xa1, 0x61, 0xa4, 0x64, 0x61, 0x74, 0x61, ...value]);

/** With one byte field in place of what JSON cannot say. */
const withBytes = fc
  .tuple(fc.string(), fc.uint8Array({ maxLength: 300 }), fc.double())
  .map(([text, bytes, number]) => ({ type: "a", data: { text, bytes, inner: [bytes, number] } }));

/** Of a message: a small limit is reached often. */
const maxBytes = 4_000;

/** The codec of MessagePack: no bytes make it throw, and what it takes is an envelope, also when it is written and read again. */
export const target: Target = {
  name: "msgpack-codec",
  covers: ["protocol/src/msgpack/"],
  leastBranches: 0.95,
  words: [
    ...protocolWords,
    "\xc0",
    "type",
    "data",
    "__proto__",
    "\xc4\x01",
    "\x81",
    "\x91",
    "\xdf\xff\xff\xff\xff",
    "\xdd\x00\x00\x00\x01",
  ],
  seeds: () => msgpackFrames,
  structured: fc.oneof(
    fc.constantFrom(...oddWords).map((word) => encode({ type: "a", data: [word] })),
    fc.constant(encode({ type: "a", data: "x".repeat(maxBytes) })),
    hostileEnvelope.map((envelope) => encode(envelope, { maxDepth: 100 })),
    withBytes.map((envelope) => encode(envelope)),
    fc.array(header, { maxLength: 12 }).map((headers) => holding(headers.flat())),
    fc.nat(40).map((levels) => holding([...Array<number>(levels).fill(0x91), 0xc0])),
  ),
  run(input) {
    const read = msgpackCodec.decode(input, maxBytes);
    if (!read.ok) {
      const code = input.length > maxBytes ? "TOO_LARGE" : "BAD_ENVELOPE";
      check(read.error.code === code, `expected ${code}, got ${read.error.code}`);
      return;
    }
    check(isEnvelope(read.value), "expected no value that is no envelope");
    checkOwnBytes(read.value, input.buffer);
    checkWritten(read.value);
    checkOdd(read.value);
    const text = msgpackCodec.decode("text");
    check(!text.ok && text.error.code === "BAD_ENVELOPE", "expected a text to be refused");
  },
};

/** What a program may hand in is written, so that it can be read, or refused; and where JSON can say it, so can this. */
function checkOdd(envelope: Envelope): void {
  const handedIn = withOddValues(envelope) as Envelope;
  const written = msgpackCodec.encode(handedIn, limits.clientMessageBytes);
  if (written.ok) check(msgpackCodec.decode(written.value.payload).ok, "expected what is written to be read");
  const json = serialize(withOddValues(envelope) as Envelope);
  check(written.ok || !json.ok, "expected what JSON can say to be written");
}

/** What was read can be written, and then reads the same; in JSON too. */
function checkWritten(envelope: Envelope): void {
  const before = JSON.stringify(envelope);
  const written = msgpackCodec.encode(envelope);
  check(written.ok, "expected what was read to be written");
  check(typeof written.value.payload !== "string", "expected bytes");
  const again = msgpackCodec.decode(written.value.payload);
  check(again.ok, "expected what was written to be read");
  check(JSON.stringify(again.value) === before, "expected the same to be read again");
  const json = serialize(envelope);
  check(json.ok, "expected JSON to say it, too");
  const fromJson = deserialize(json.value);
  check(fromJson.ok, "expected JSON of it to be read");
  check(msgpackCodec.encode(fromJson.value).ok, "expected it to come back from JSON");
}

/** Bytes in an envelope are its own: whoever keeps them keeps nothing else, and sees nothing else. */
function checkOwnBytes(value: unknown, message: ArrayBufferLike): void {
  if (value instanceof Uint8Array) {
    check(value.buffer !== message && value.buffer.byteLength === value.length, "expected bytes of its own");
  } else if (typeof value === "object" && value !== null) {
    for (const inner of Object.values(value)) checkOwnBytes(inner, message);
  }
}
