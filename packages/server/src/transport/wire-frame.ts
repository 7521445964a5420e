import type { Frame, FrameBatch } from "@tautline/protocol";

const finalText = 0x81;
const finalBinary = 0x82;

/**
 * The bytes of a server's unmasked, unfragmented message: [RFC 6455 §5.2](https://www.rfc-editor.org/rfc/rfc6455#section-5.2).
 * Made once for each frame, whatever the number of its receivers.
 */
export function wireOf(frame: Frame): Uint8Array {
  frame.wire ??= encode(frame);
  return frame.wire;
}

/** Several frames up to this size are copied into one buffer; beyond it, one gathered write is cheaper than the copy. */
const maxJoinedBytes = 65_536;

/**
 * The bytes of several messages in one piece, made once for each batch, whatever the number of its receivers.
 * Undefined: there are so many that each is better written as it is.
 */
export function joined(frames: FrameBatch): Uint8Array | undefined {
  if (frames.wire !== undefined) return frames.wire;
  if (frames.length === 1) return wireOf(frames[0] as Frame);
  let total = 0;
  for (const frame of frames) total += wireOf(frame).byteLength;
  if (total > maxJoinedBytes) return undefined;
  frames.wire = Buffer.concat(frames.map(wireOf), total);
  return frames.wire;
}

function encode({ payload, byteLength }: Frame): Buffer {
  const headerLength = byteLength < 126 ? 2 : byteLength < 65_536 ? 4 : 10;
  const bytes = Buffer.allocUnsafe(headerLength + byteLength);
  bytes[0] = typeof payload === "string" ? finalText : finalBinary;
  if (headerLength === 2) {
    bytes[1] = byteLength;
  } else if (headerLength === 4) {
    bytes[1] = 126;
    bytes.writeUInt16BE(byteLength, 2);
  } else {
    bytes[1] = 127;
    bytes.writeUInt32BE(Math.floor(byteLength / 0x1_0000_0000), 2);
    bytes.writeUInt32BE(byteLength % 0x1_0000_0000, 6);
  }
  if (typeof payload === "string") bytes.write(payload, headerLength, "utf8");
  else bytes.set(payload, headerLength);
  return bytes;
}
