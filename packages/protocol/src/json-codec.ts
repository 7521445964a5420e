import { stringify } from "./bytes.js";
import type { Codec } from "./codec.js";
import type { Envelope } from "./envelope.js";
import { checkEnvelope } from "./envelope-check.js";
import { utf8Length } from "./limits.js";
import { failure, type Result, success } from "./result.js";
import type { Frame } from "./runtime.js";
import { quote, TautlineError } from "./tautline-error.js";

/**
 * The JSON text of an envelope. What comes out, `deserialize` takes: nothing is sent that the peer would refuse. A `Uint8Array`
 * is written as `{ "$bytes": base64 }`.
 *
 * @param maxBytes - the most it may have, in bytes of UTF-8. @default no limit
 * @returns the text; `BAD_DATA` for what JSON cannot say (a cycle, a BigInt); `BAD_ENVELOPE` for what is no envelope, nests
 * too deep or has a key `__proto__`; `TOO_LARGE` beyond `maxBytes`.
 */
export function serialize(envelope: Envelope, maxBytes: number = Number.POSITIVE_INFINITY): Result<string> {
  try {
    const text = stringify(envelope);
    const checked = checkEnvelope(envelope);
    if (!checked.ok) return checked;
    if (text !== undefined) return within(text, maxBytes) ?? success(text);
  } catch (cause) {
    return failure(new TautlineError("BAD_DATA", "expected an envelope of what JSON can say", { cause }));
  }
  return failure(new TautlineError("BAD_DATA", "expected an envelope of what JSON can say, got nothing"));
}

/**
 * The envelope that a JSON text holds.
 *
 * @param maxBytes - the most the text may have, in bytes of UTF-8. @default no limit
 * @returns the envelope; `BAD_JSON`, `BAD_ENVELOPE` or `TOO_LARGE` where it holds none. Unknown fields stay and mean nothing.
 */
export function deserialize(text: string, maxBytes: number = Number.POSITIVE_INFINITY): Result<Envelope> {
  // Not every caller is type-checked: a `ws` message event, for one, hands over a Buffer.
  if (typeof text !== "string") return failure(new TautlineError("BAD_JSON", "expected a text"));
  const tooLarge = within(text, maxBytes);
  if (tooLarge) return tooLarge;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return failure(new TautlineError("BAD_JSON", `expected JSON, got ${quote(text)}`));
  }
  return checkEnvelope(value);
}

/** Envelopes as JSON text: subprotocol `tautline.v1.json`, and what plain peers speak. */
export const jsonCodec: Codec = {
  subprotocol: "tautline.v1.json",
  binary: false,
  encode(envelope: Envelope, maxBytes?: number): Result<Frame> {
    const text = serialize(envelope, maxBytes);
    if (!text.ok) return text;
    return success({ payload: text.value, byteLength: utf8Length(text.value), wire: undefined });
  },
  decode(message: string | Uint8Array, maxBytes?: number): Result<Envelope> {
    if (typeof message === "string") return deserialize(message, maxBytes);
    return failure(new TautlineError("BAD_JSON", "expected a text message, got a binary one"));
  },
};

function within(text: string, maxBytes: number): Result<never> | undefined {
  // A UTF-16 unit is at most 3 bytes: short texts need no counting.
  if (text.length * 3 <= maxBytes) return undefined;
  const bytes = utf8Length(text);
  if (bytes <= maxBytes) return undefined;
  return failure(new TautlineError("TOO_LARGE", `expected at most ${maxBytes} bytes, got ${bytes}`));
}
