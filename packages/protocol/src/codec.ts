import type { Envelope } from "./envelope.js";
import type { Result } from "./result.js";
import type { Frame } from "./runtime.js";

/** Envelope to frame and back. Neither way throws, whatever comes in. */
export interface Codec {
  /** The subprotocol by which peers choose it, as `tautline.v1.json`. */
  readonly subprotocol: string;
  /** Whether its frames are binary WebSocket messages. */
  readonly binary: boolean;
  /** The frame of an envelope, to be shared by all its receivers. `TOO_LARGE` or `BAD_DATA` where it cannot be made. */
  encode(envelope: Envelope, maxBytes?: number): Result<Frame>;
  /** The envelope of a received message. `BAD_JSON`, `BAD_ENVELOPE` or `TOO_LARGE` where it is none. The bytes in it are its own. */
  decode(message: string | Uint8Array, maxBytes?: number): Result<Envelope>;
}

/**
 * The most bytes that a codec takes for what has `jsonBytes` as JSON: PROTOCOL.md 3.2. In a binary one a number takes up to 9, where JSON says it
 * in 4 with what parts it from the next: `0.5,`.
 */
export function bytesAtMost({ binary }: Codec, jsonBytes: number): number {
  return binary ? Math.floor((jsonBytes * 9) / 4) : jsonBytes;
}
