/** How much of each payload a reader is shown: enough to tell what kind of message it is. */
export const shownBytes = 16;

/**
 * Called for each frame.
 *
 * @param first - its first byte: flags and opcode.
 * @param bytes - holds the beginning of the payload, {@link shownBytes} of it or all that there is.
 * @param start - where in `bytes` the payload begins.
 * @param length - of the whole payload.
 */
export type OnFrame = (first: number, bytes: Uint8Array, start: number, length: number) => void;

/**
 * Reads the headers of a server's frames ([RFC 6455 §5.2](https://www.rfc-editor.org/rfc/rfc6455#section-5.2)) out of
 * a stream of bytes, and jumps over the payloads: the load must cost less than any server.
 */
export class FrameHeaders {
  readonly #onFrame: OnFrame;
  /** Bytes still to come of a payload that was told of already. */
  #toSkip = 0;
  /** The beginning of a frame that has not come far enough to be told of. */
  #held: Uint8Array | undefined;

  constructor(onFrame: OnFrame) {
    this.#onFrame = onFrame;
  }

  /** Takes what has come. Keeps none of `chunk` itself: its memory may be used again. */
  push(chunk: Uint8Array): void {
    const bytes = this.#held ? Buffer.concat([this.#held, chunk]) : chunk;
    this.#held = undefined;
    let at = Math.min(this.#toSkip, bytes.length);
    this.#toSkip -= at;
    while (at < bytes.length) {
      const end = this.#frame(bytes, at);
      if (end === undefined) {
        this.#held = Uint8Array.prototype.slice.call(bytes, at);
        return;
      }
      at = Math.min(end, bytes.length);
      this.#toSkip = end - at;
    }
  }

  /** Tells of the frame that begins at `at`. Gives where it ends; undefined where too little of it is there. */
  #frame(bytes: Uint8Array, at: number): number | undefined {
    const there = bytes.length - at;
    if (there < 2) return undefined;
    const code = bytes[at + 1] as number;
    if (code & 0x80) throw new Error("expected a server's frame, which is never masked");
    const header = code < 126 ? 2 : code === 126 ? 4 : 10;
    if (there < header) return undefined;
    const length = code < 126 ? code : lengthAt(bytes, at + 2, header - 2);
    if (there < header + Math.min(length, shownBytes)) return undefined;
    this.#onFrame(bytes[at] as number, bytes, at + header, length);
    return at + header + length;
  }
}

function lengthAt(bytes: Uint8Array, at: number, count: number): number {
  let length = 0;
  for (let i = at; i < at + count; i++) length = length * 256 + (bytes[i] as number);
  return length;
}
