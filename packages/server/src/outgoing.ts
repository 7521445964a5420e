import {
  bytesAtMost,
  type Codec,
  type Envelope,
  type Frame,
  hasBytes,
  type MaybePromise,
  reviveBytes,
  type Schema,
  TautlineError,
  validate,
} from "@tautline/protocol";
import { whenReady } from "./maybe-promise.js";
import { SharedFrames } from "./room/shared-frames.js";

/**
 * Checks what is about to be sent, and gives what travels: the schema's input, since its output is for the reader to
 * make; nothing where the contract has no schema.
 *
 * Throws (or rejects with) `BAD_DATA`.
 */
export function checkOutgoing(
  what: string,
  { schema, data }: { readonly schema: Schema | undefined; readonly data: unknown },
): MaybePromise<unknown> {
  return whenReady(validate(schema, data), (result) => {
    if (result.ok) return schema && data;
    const { issues } = result.error;
    throw new TautlineError("BAD_DATA", `${what}: ${result.error.message}`, { issues, cause: result.error });
  });
}

/**
 * What a peer sent, on its way to others: the schema's input still, but with bytes where the contract has bytes, so that it makes no
 * difference in which codec the peer said them.
 */
export function asContracted(schema: Schema, data: unknown): unknown {
  return hasBytes(schema) ? reviveBytes(data) : data;
}

/** An event's frames, made once for each codec; `maxBytes` is what it may have as JSON. Throws `TOO_LARGE`, or `BAD_DATA` for what the codec cannot say. */
export function framesOf(envelope: Envelope, maxBytes: number): SharedFrames {
  return new SharedFrames((codec: Codec): Frame => {
    const frame = codec.encode(envelope, bytesAtMost(codec, maxBytes));
    if (!frame.ok) throw frame.error;
    return frame.value;
  });
}
