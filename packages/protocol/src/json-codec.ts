import type { Codec } from "./codec.js";
import type { Envelope } from "./envelope.js";
import { checkEnvelope } from "./envelope-check.js";
import { utf8Length } from "./limits.js";
import { failure, type Result, success } from "./result.js";
import type { Frame } from "./runtime.js";
import { quote, TautlineError } from "./tautline-error.js";

/**
 * The JSON text of an envelope.
 *
 * @param maxBytes - the most it may have, in bytes of UTF-8. @default no limit
 * @returns the text; `BAD_DATA` for what JSON cannot say (a cycle, a BigInt); `TOO_LARGE` beyond `maxBytes`.
 */
export function serialize(envelope: Envelope, maxBytes: number = Number.POSITIVE_INFINITY): Result<string> {
  let text: string;
  try {
    text = JSON.stringify(envelope);
  } catch (cause) {
    return failure(
      new TautlineError("BAD_DATA", `data of '${envelope.type}': expected what JSON can say`, { cause }),
    );
  }
  return within(text, maxBytes) ?? success(text);
}

/**
 * The envelope that a JSON text holds.
 *
 * @param maxBytes - the most the text may have, in bytes of UTF-8. @default no limit
 * @returns the envelope; `BAD_JSON`, `BAD_ENVELOPE` or `TOO_LARGE` where it holds none. Unknown fields stay and mean nothing.
 */
export function deserialize(text: string, maxBytes: number = Number.POSITIVE_INFINITY): Result<Envelope> {
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
  if (text.length * 3 <= maxBytes) return undefined;
  const bytes = utf8Length(text);
  if (bytes <= maxBytes) return undefined;
  return failure(new TautlineError("TOO_LARGE", `expected at most ${maxBytes} bytes, got ${bytes}`));
}
