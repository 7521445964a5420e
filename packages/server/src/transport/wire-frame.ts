import type { Frame, FrameBatch } from "@tautline/protocol";

const finalText = 0x81;
const finalBinary = 0x82;
/** Marks a compressed message: [RFC 7692 §6](https://www.rfc-editor.org/rfc/rfc7692#section-6). */
const compressed = 0x40;

/** Several frames up to this size are copied into one buffer; beyond it, one gathered write is cheaper than the copy. */
const maxJoinedBytes = 65_536;

/**
 * How frames become bytes for one kind of connection. Made once for each frame and for each batch, whatever the number of
 * receivers: both keep theirs, in a place of the format's own.
 */
export class WireFormat {
  readonly #slot: "wire" | "deflated";
  readonly #encode: (frame: Frame) => Uint8Array;

  constructor(slot: "wire" | "deflated", encode: (frame: Frame) => Uint8Array) {
    this.#slot = slot;
    this.#encode = encode;
  }

  /** The bytes of one message. */
  of(frame: Frame): Uint8Array {
    const known = frame[this.#slot];
    if (known !== undefined) return known;
    const bytes = this.#encode(frame);
    frame[this.#slot] = bytes;
    return bytes;
  }

  /** The bytes of several messages in one piece. Undefined: there are so many that each is better written as it is. */
  joined(batch: FrameBatch): Uint8Array | undefined {
    const known = batch[this.#slot];
    if (known !== undefined) return known;
    if (batch.length === 1) return this.of(batch[0] as Frame);
    const pieces = this.pieces(batch);
    let total = 0;
    for (const piece of pieces) total += piece.byteLength;
    if (total > maxJoinedBytes) return undefined;
    const bytes = Buffer.concat(pieces, total);
    batch[this.#slot] = bytes;
    return bytes;
  }

  /** The bytes of several messages, in as few pieces as are made already. */
  pieces(batch: FrameBatch): readonly Uint8Array[] {
    const { parts } = batch;
    if (parts === undefined) return batch.map((frame) => this.of(frame));
    return parts.flatMap((part) => {
      if ("payload" in part) return [this.of(part)];
      const joined = this.joined(part);
      return joined === undefined ? this.pieces(part) : [joined];
    });
  }
}

/** Messages as they are. */
export const plainWire: WireFormat = new WireFormat("wire", ({ payload, byteLength }) => {
  const bytes = framed(payload, byteLength);
  if (typeof payload === "string") bytes.write(payload, bytes.byteLength - byteLength, "utf8");
  else bytes.set(payload, bytes.byteLength - byteLength);
  return bytes;
});

/** The bytes of a compressed message of the same kind as `frame`. */
export function compressedWire({ payload }: Frame, deflated: Uint8Array): Uint8Array {
  const bytes = framed(payload, deflated.byteLength);
  bytes.writeUInt8((bytes[0] as number) | compressed, 0);
  bytes.set(deflated, bytes.byteLength - deflated.byteLength);
  return bytes;
}

/**
 * Room for a server's unmasked, unfragmented message, its header in place:
 * [RFC 6455 §5.2](https://www.rfc-editor.org/rfc/rfc6455#section-5.2).
 */
function framed(payload: Frame["payload"], byteLength: number): Buffer {
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
  return bytes;
}
