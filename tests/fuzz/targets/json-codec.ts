import { deserialize, type Envelope, jsonCodec, serialize, TautlineError } from "@tautline/protocol";
import fc from "fast-check";
import { json as clientJson } from "../../../packages/client/src/frames.js";
import { bytesOf, check, type Target, textOf } from "../engine/target.js";
import { jsonFrames } from "../inputs/golden-frames.js";
import { hostileEnvelope, protocolWords } from "../inputs/hostile-envelope.js";
import { oddWords, withOddValues } from "../inputs/odd-values.js";
import { envelopeVerdict } from "../reference/envelope-verdict.js";

/** Of a message: a small limit is reached often. */
const maxBytes = 4_000;

/** The codec of JSON: no text makes it throw, and what it takes is an envelope, also when it is written and read again. */
export const target: Target = {
  name: "json-codec",
  covers: [
    "protocol/src/json-codec.ts",
    "protocol/src/envelope-check.ts",
    "protocol/src/room-name.ts",
    "protocol/src/limits.ts",
  ],
  leastBranches: 0.95,
  words: protocolWords,
  seeds: () => jsonFrames.map(bytesOf),
  structured: fc.oneof(
    fc.constantFrom(...oddWords).map((word) => bytesOf(JSON.stringify({ type: "a", data: [word] }))),
    fc
      .constantFrom("x", "é")
      .map((letter) => bytesOf(JSON.stringify({ type: "a", data: letter.repeat(3_000) }))),
    hostileEnvelope.map((envelope) => bytesOf(JSON.stringify(envelope) ?? "")),
    fc.json({ maxDepth: 40 }).map(bytesOf),
    fc.nat(40).map((levels) => bytesOf(`{"type":"a","data":${"[".repeat(levels)}${"]".repeat(levels)}}`)),
  ),
  run(input) {
    const text = textOf(input);
    const read = deserialize(text, maxBytes);
    const expected = envelopeVerdict(text, maxBytes);
    const got = read.ok ? "an envelope" : read.error.code;
    check(got === expected, `expected ${expected}, got ${got}`);
    if (read.ok) checkWritten(read.value);
    checkClient(text, read.ok);
    checkRefused(text);
    const binary = jsonCodec.decode(input);
    check(!binary.ok && binary.error.code === "BAD_JSON", "expected bytes to be refused");
  },
};

/** A client reads its server's frames in a way of its own: it takes all that is an envelope, and refuses by one error what is none. */
function checkClient(text: string, isEnvelope: boolean): void {
  try {
    clientJson.decode(text);
  } catch (error) {
    check(TautlineError.is(error) && error.code === "BAD_ENVELOPE", "expected BAD_ENVELOPE of a client");
    check(!isEnvelope, "expected a client to take every envelope");
  }
}

/** What a program may hand in is written, so that it can be read, or refused. */
function checkRefused(text: string): void {
  let envelope: Envelope;
  try {
    envelope = withOddValues(JSON.parse(text)) as Envelope;
  } catch {
    return;
  }
  const written = jsonCodec.encode(envelope, maxBytes);
  if (!written.ok) return;
  const { payload, byteLength } = written.value;
  check(byteLength === bytesOf(String(payload)).length, "expected the size that it has");
  check(jsonCodec.decode(payload, maxBytes).ok, "expected what is written to be read");
}

/** What was read can be written, and then reads the same. */
function checkWritten(envelope: Envelope): void {
  const written = serialize(envelope);
  check(written.ok, "expected what was read to be written");
  const again = deserialize(written.value);
  check(again.ok, "expected what was written to be read");
  check(JSON.stringify(again.value) === JSON.stringify(envelope), "expected the same to be read again");
  const bytes = bytesOf(written.value).length;
  check(serialize(envelope, bytes).ok, "expected it to fit its own size");
  check(!serialize(envelope, bytes - 1).ok, "expected it not to fit one byte less");
  check(jsonCodec.decode(written.value).ok, "expected the codec to take any length where none is named");
}
