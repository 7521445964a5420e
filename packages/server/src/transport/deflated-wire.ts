import { constants, deflateRawSync } from "node:zlib";
import type { Frame } from "@tautline/protocol";
import type { PerMessageDeflateOptions } from "ws";
import { compressedWire, plainWire, WireFormat } from "./wire-frame.js";

/** What is compressed, and how hard. */
export interface Compression {
  /** Messages of fewer bytes are sent as they are. */
  readonly thresholdBytes: number;
  /** 1 (fastest) to 9 (smallest). */
  readonly level: number;
}

/**
 * Base-2 logarithm of how far back a repetition is found. 4 KiB cost a fifth of the memory of the greatest window and less
 * time, and compress JSON no worse; and clients that ask for a window this small can have the same bytes as all others.
 */
const windowBits = 12;
const memLevel = 5;

/**
 * What is negotiated: [RFC 7692 §7.1](https://www.rfc-editor.org/rfc/rfc7692#section-7.1). Without a context of the server
 * that lasts from message to message every peer can be sent the same compressed bytes. What peers send is inflated by `ws`,
 * up to the greatest message that is taken.
 */
export const deflateNegotiation: PerMessageDeflateOptions = { serverNoContextTakeover: true };

/**
 * Whether a peer with whom it was negotiated can read what is compressed here: not where it asked for a smaller window.
 * Then its messages are sent plain, as they may be at any time.
 *
 * @param offer - the peer's `Sec-WebSocket-Extensions`
 */
export function readsOurWindow(offer: string): boolean {
  const wanted = offer.matchAll(/server_max_window_bits\s*=\s*"?(\d+)/g);
  return [...wanted].every(([, bits]) => Number(bits) >= windowBits);
}

/** Messages compressed where that makes them smaller: once, at the first receiver that wants them so. */
export function deflatedWire({ thresholdBytes, level }: Compression): WireFormat {
  const options = { level, windowBits, memLevel, finishFlush: constants.Z_SYNC_FLUSH };
  return new WireFormat("deflated", (frame: Frame) => {
    const plain = plainWire.of(frame);
    if (frame.byteLength < thresholdBytes) return plain;
    // In this turn: what was pushed before it and after it must not wait, and order is kept by itself.
    const deflated = deflateRawSync(plain.subarray(plain.byteLength - frame.byteLength), options);
    // The empty block at the end is understood: RFC 7692 §7.2.1.
    const bytes = compressedWire(frame, deflated.subarray(0, -4));
    return bytes.byteLength < plain.byteLength ? bytes : plain;
  });
}
