import {
  type Codec,
  type Envelope,
  type Frame,
  type MaybePromise,
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

/** An event's frames, made once for each codec. Throws `TOO_LARGE`, or `BAD_DATA` for what the codec cannot say. */
export function framesOf(envelope: Envelope, maxBytes: number): SharedFrames {
  return new SharedFrames((codec: Codec): Frame => {
    const frame = codec.encode(envelope, maxBytes);
    if (!frame.ok) throw frame.error;
    return frame.value;
  });
}
