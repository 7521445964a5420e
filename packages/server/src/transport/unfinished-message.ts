/** Where in the stream of a peer's frames a chunk of bytes has ended: inside a message, or inside a frame. */
export interface UnfinishedMessage {
  /** When the message began, as far as is known. */
  readonly since: number;
  /** Bytes of the current frame that are still to come. */
  readonly left: number;
  /** The beginning of a frame's header, where the chunk has ended in it. */
  readonly header: Uint8Array;
  /** Whether a message has begun whose last frame is not complete. */
  readonly isOpen: boolean;
  /** Whether the current frame is the last one of its message. */
  readonly isLast: boolean;
}

interface Header {
  readonly bytes: number;
  readonly payloadBytes: number;
  readonly isFinal: boolean;
  readonly isControl: boolean;
}

const nothing = new Uint8Array();

/**
 * Follows the frames of a peer ([RFC 6455 §5.2](https://www.rfc-editor.org/rfc/rfc6455#section-5.2)) by their headers alone, to know whether a
 * message is under way. Costs a few steps a frame, whatever its size, and remembers nothing between messages.
 *
 * @param before - what the chunk before ended in
 * @returns what this chunk ends in; undefined: between two messages.
 */
export function readOn(
  before: UnfinishedMessage | undefined,
  chunk: Uint8Array,
  now: () => number,
): UnfinishedMessage | undefined {
  let { since, left = 0, header: begun = nothing, isOpen = false, isLast = false } = before ?? {};
  for (let at = 0; ; ) {
    const taken = Math.min(left, chunk.length - at);
    at += taken;
    left -= taken;
    if (left === 0 && isLast) {
      isOpen = isLast = false;
      since = undefined;
    }
    if (left > 0 || at >= chunk.length) break;
    const header = headerOf(begun, chunk, at);
    if (!header) {
      begun = joined(begun, chunk.subarray(at));
      break;
    }
    at += header.bytes - begun.length;
    begun = nothing;
    left = header.payloadBytes;
    if (header.isControl) continue;
    isOpen = true;
    isLast = header.isFinal;
  }
  if (left === 0 && begun.length === 0 && !isOpen) return undefined;
  return { since: since ?? now(), left, header: begun, isOpen, isLast };
}

/** The header that begins with `begun` and goes on at `at`. Undefined: there is more of it to come. */
function headerOf(begun: Uint8Array, chunk: Uint8Array, at: number): Header | undefined {
  const byte = (i: number): number => (i < begun.length ? begun[i] : chunk[at + i - begun.length]) ?? 0;
  const available = begun.length + chunk.length - at;
  if (available < 2) return undefined;
  const length = byte(1) & 0x7f;
  const lengthBytes = length === 126 ? 2 : length === 127 ? 8 : 0;
  const bytes = 2 + lengthBytes + (byte(1) & 0x80 ? 4 : 0);
  if (available < bytes) return undefined;
  let payloadBytes = lengthBytes === 0 ? length : 0;
  for (let i = 0; i < lengthBytes; i++) payloadBytes = payloadBytes * 256 + byte(2 + i);
  return { bytes, payloadBytes, isFinal: (byte(0) & 0x80) !== 0, isControl: (byte(0) & 0x08) !== 0 };
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
