import { encodedLength } from "../platform.js";

/** The part of a `Blob` that is used. */
export interface BlobLike {
  readonly size: number;
  /** The same bytes from `start` on. */
  slice(start: number): BlobLike;
}

/** What a WebSocket sends. */
export type SocketData = string | ArrayBufferLike | ArrayBufferView | BlobLike;

/** What became of a message: handed to the socket, kept for the next connection, or lost. */
export type SendResult = "sent" | "queued" | "dropped";

/** How much may wait for a connection, and what happens to the rest. */
export interface QueueOptions {
  /** Bytes that may wait. A larger single message is always dropped. @default 1048576 */
  readonly maxBytes?: number | undefined;
  /** Messages that may wait; 0: nothing waits, `send` drops while there is no connection. @default 1000 */
  readonly maxCount?: number | undefined;
  /**
   * Which messages are lost when there is no room. False: the one just sent, and `send` returns `"dropped"`. True: the
   * oldest that wait, and an `error` event with code `DROPPED` tells how many.
   * @default false
   */
  readonly dropOldest?: boolean | undefined;
}

/** {@link QueueOptions}, each with its value. */
export type QueueLimits = { readonly [Name in keyof QueueOptions]-?: NonNullable<QueueOptions[Name]> };

/** Messages that wait for a connection, in order, bounded by count and bytes. */
export class SendQueue {
  readonly #limits: QueueLimits;
  readonly #waiting: SocketData[] = [];
  /** Bytes that wait. */
  bytes = 0;

  constructor(limits: QueueLimits) {
    this.#limits = limits;
  }

  /** Takes a message. Answers how many older ones were dropped for it, or -1: it was dropped itself. */
  add(data: SocketData): number {
    const { dropOldest, maxBytes, maxCount } = this.#limits;
    const bytes = sizeOf(data);
    let dropped = 0;
    while (this.#waiting.length >= maxCount || this.bytes + bytes > maxBytes) {
      // Nothing is pushed out for a message that would not fit an empty queue either.
      if (!dropOldest || !maxCount || bytes > maxBytes) return -1;
      this.#shift();
      dropped++;
    }
    // As it is now: what the program does to its buffer afterwards must not change what is sent.
    this.#waiting.push(
      ArrayBuffer.isView(data) ? data.buffer.slice(data.byteOffset, data.byteOffset + bytes) : data.slice(0),
    );
    this.bytes += bytes;
    return dropped;
  }

  /** Hands out messages in order, while `send` takes them. */
  flush(send: (data: SocketData) => boolean): void {
    while (this.#waiting.length && send(this.#waiting[0] as SocketData)) this.#shift();
  }

  /** Drops everything. Answers how many that were. */
  clear(): number {
    this.bytes = 0;
    return this.#waiting.splice(0).length;
  }

  #shift(): void {
    this.bytes -= sizeOf(this.#waiting.shift() as SocketData);
  }
}

const sizeOf = (data: SocketData): number =>
  typeof data === "string" ? encodedLength(data) : "size" in data ? data.size : data.byteLength;
