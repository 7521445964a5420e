import fc from "fast-check";
import { hostileEnvelope } from "./hostile-envelope.js";

/** A client's frame: RFC 6455 §5.2. */
function clientFrame(first: number, payload: Uint8Array, mask: readonly number[] = [1, 2, 3, 4]): Uint8Array {
  const { length } = payload;
  const size =
    length < 126
      ? [length]
      : length < 65_536
        ? [126, length >> 8, length & 255]
        : [127, 0, 0, 0, 0, 0, length >> 16, (length >> 8) & 255, length & 255];
  size[0] = (size[0] ?? 0) | 0x80;
  return Uint8Array.from([first, ...size, ...mask, ...payload.map((byte, at) => byte ^ (mask[at % 4] ?? 0))]);
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A whole message of text. */
export const textFrame = (message: unknown): Uint8Array =>
  clientFrame(0x81, bytes(typeof message === "string" ? message : JSON.stringify(message)));

/** Several frames one after another. */
export const joined = (frames: readonly Uint8Array[]): Uint8Array =>
  Uint8Array.from(frames.flatMap((frame) => [...frame]));

/** One message in several frames, with whatever stands between them. */
const inParts = fc.tuple(hostileEnvelope, fc.nat(40), fc.boolean()).map(([envelope, cut, withPing]) => {
  const text = bytes(JSON.stringify(envelope));
  const between = withPing ? clientFrame(0x89, bytes("ping")) : new Uint8Array();
  return joined([clientFrame(0x01, text.subarray(0, cut)), between, clientFrame(0x80, text.subarray(cut))]);
});

const closing = fc
  .tuple(
    fc.constantFrom(0, 999, 1000, 1001, 1004, 1005, 1006, 1007, 1011, 1015, 2999, 3000, 4400, 4999, 5000),
    fc.string({ maxLength: 5 }),
  )
  .map(([code, reason]) => clientFrame(0x88, Uint8Array.from([code >> 8, code & 255, ...bytes(reason)])));

const control = fc
  .tuple(fc.constantFrom(0x88, 0x89, 0x8a, 0x09, 0x8b, 0xc9), fc.uint8Array({ maxLength: 130 }))
  .map(([first, payload]) => clientFrame(first, payload));

const any = fc
  .tuple(fc.nat(255), fc.uint8Array({ maxLength: 20 }), fc.boolean())
  .map(([first, payload, isMasked]) => {
    const frame = clientFrame(first, payload, [0, 0, 0, 0]);
    return isMasked ? frame : Uint8Array.from([frame[0] ?? 0, payload.length, ...payload]);
  });

/** What a client could send after its upgrade: frames, mostly of envelopes, mostly well-formed. */
export const clientFrames: fc.Arbitrary<Uint8Array> = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: hostileEnvelope.map(textFrame) },
      { weight: 1, arbitrary: inParts },
      { weight: 1, arbitrary: closing },
      { weight: 1, arbitrary: control },
      { weight: 1, arbitrary: any },
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map(joined);
