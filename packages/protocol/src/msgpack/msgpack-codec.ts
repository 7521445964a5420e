import { Decoder, Encoder, type ExtensionCodecType } from "@msgpack/msgpack";
import { isBytes } from "../bytes.js";
import type { Codec } from "../codec.js";
import type { Envelope } from "../envelope.js";
import { checkEnvelope } from "../envelope-check.js";
import { failure, type Result, success } from "../result.js";
import type { Frame } from "../runtime.js";
import { TautlineError } from "../tautline-error.js";
import { jsonValue } from "./json-value.js";
import { look } from "./well-formed.js";

/** Those of the library's own are for JavaScript's dates: an envelope holds what JSON can say, and bytes. */
const noExtensions: ExtensionCodecType<undefined> = {
  tryToEncode: () => null,
  decode() {
    throw new TautlineError("BAD_ENVELOPE", "expected no extension type");
  },
};

/** A buffer that has grown beyond this is not kept. */
const keptBytes = 65_536;

// Both can be used again and again: they keep their buffers, and nothing else, from one call to the next.
let encoder = /* @__PURE__ */ newEncoder();
const decoder = /* @__PURE__ */ new Decoder({ extensionCodec: noExtensions });

/**
 * Envelopes as [MessagePack](https://msgpack.org): subprotocol `tautline.v1.msgpack`, for full peers on both ends. The same envelopes under the
 * same limits as JSON; a `Uint8Array` travels as it is. Needs the package `@msgpack/msgpack`.
 *
 * @example
 * ```ts
 * createServer(chat, { codecs: [msgpackCodec], … });
 * createClient(chat, { codec: msgpackCodec, … });
 * ```
 */
export const msgpackCodec: Codec = {
  subprotocol: "tautline.v1.msgpack",
  binary: true,
  encode(envelope: Envelope, maxBytes?: number): Result<Frame> {
    try {
      const checked = checkEnvelope(jsonValue(envelope, ""));
      if (!checked.ok) return checked;
      const payload = encoder.encode(checked.value);
      const { byteLength } = payload;
      if (byteLength > keptBytes) encoder = newEncoder();
      return within(byteLength, maxBytes) ?? success({ payload, byteLength, wire: undefined });
    } catch (cause) {
      if (TautlineError.is(cause)) return failure(cause);
      return failure(new TautlineError("BAD_DATA", "expected an envelope of what JSON can say", { cause }));
    }
  },
  decode(message: string | Uint8Array, maxBytes?: number): Result<Envelope> {
    // Not every caller is type-checked.
    if (!isBytes(message)) return refuse("expected a binary message");
    const tooLarge = within(message.byteLength, maxBytes);
    if (tooLarge) return tooLarge;
    const { flaw, hasBytes } = look(message);
    if (flaw !== undefined) return refuse(flaw);
    try {
      const checked = checkEnvelope(decoder.decode(message));
      return checked.ok && hasBytes ? success(withOwnBytes(checked.value) as Envelope) : checked;
    } catch {
      return refuse("expected MessagePack");
    }
  },
};

function newEncoder(): Encoder {
  return new Encoder({ extensionCodec: noExtensions });
}

function refuse(expected: string): Result<never> {
  return failure(new TautlineError("BAD_ENVELOPE", expected));
}

function within(bytes: number, maxBytes: number = Number.POSITIVE_INFINITY): Result<never> | undefined {
  if (bytes <= maxBytes) return undefined;
  return failure(new TautlineError("TOO_LARGE", `expected at most ${maxBytes} bytes, got ${bytes}`));
}

/**
 * Puts copies in place of the decoder's bytes, which are windows on the message: whoever keeps one would keep all of it, and its `buffer`
 * would show what is around it.
 */
function withOwnBytes(value: unknown): unknown {
  if (isBytes(value)) return Uint8Array.from(value);
  if (typeof value !== "object" || value === null) return value;
  const parts = value as Record<string, unknown>;
  for (const key of Object.keys(parts)) parts[key] = withOwnBytes(parts[key]);
  return parts;
}
