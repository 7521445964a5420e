import { utf8Length } from "@tautline/protocol";

/** The part of a `Blob` that is used. */
export interface BlobLike {
  readonly size: number;
  readonly type: string;
}

/** What a WebSocket sends. */
export type SocketData = string | ArrayBufferLike | ArrayBufferView | BlobLike;

/** How much may wait for a connection, and what happens to the rest. */
export interface QueueOptions {
  /** Bytes that may wait. A larger single message is always dropped. @default 1048576 */
  readonly maxBytes?: number | undefined;
  /** Messages that may wait; 0: nothing waits, `send` drops while there is no connection. @default 1000 */
  readonly maxCount?: number | undefined;
  /**
   * Which messages are lost when there is no room: the one just sent (`send` returns `"dropped"`), or the oldest that
   * wait (an `error` event with code `DROPPED` tells how many).
   * @default "drop-newest"
   */
  readonly whenFull?: "drop-newest" | "drop-oldest" | undefined;
}

/** {@link QueueOptions} with the defaults filled in. */
export type QueueLimits = { readonly [Name in keyof QueueOptions]-?: NonNullable<QueueOptions[Name]> };

interface Waiting {
  readonly data: SocketData;
  readonly bytes: number;
}

/** Messages that wait for a connection, in order, bounded by count and bytes. */
export class SendQueue {
  readonly #limits: QueueLimits;
  readonly #waiting: Waiting[] = [];
  #bytes = 0;

  constructor(limits: QueueLimits) {
    this.#limits = limits;
  }

  /** Bytes that wait. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Takes a message. Answers how many older ones were dropped for it, or -1: it was dropped itself. */
  add(data: SocketData): number {
    const { maxBytes, maxCount, whenFull } = this.#limits;
    const waiting = snapshot(data);
    const fits = (): boolean => this.#waiting.length < maxCount && this.#bytes + waiting.bytes <= maxBytes;
    if (waiting.bytes > maxBytes || maxCount === 0 || (!fits() && whenFull === "drop-newest")) return -1;
    let dropped = 0;
    for (; !fits(); dropped++) this.#shift();
    this.#waiting.push(waiting);
    this.#bytes += waiting.bytes;
    return dropped;
  }

  /** Hands out messages in order, while `send` takes them. */
  flush(send: (data: SocketData) => boolean): void {
    for (let next = this.#waiting[0]; next && send(next.data); next = this.#waiting[0]) this.#shift();
  }

  /** Drops everything. Answers how many that were. */
  clear(): number {
    this.#bytes = 0;
    return this.#waiting.splice(0).length;
  }

  #shift(): void {
    this.#bytes -= this.#waiting.shift()?.bytes ?? 0;
  }
}

/** The message as it is now: what the program does to its buffer afterwards must not change what is sent. */
function snapshot(data: SocketData): Waiting {
  if (typeof data === "object" && "size" in data) return { data, bytes: data.size };
  if (typeof data === "object" && "byteLength" in data) {
    const bytes = data.byteLength;
    if (!ArrayBuffer.isView(data)) return { data: data.slice(0), bytes };
    return { data: data.buffer.slice(data.byteOffset, data.byteOffset + bytes), bytes };
  }
  // As WebSocket: whatever else it is, its text is sent.
  const text = String(data);
  return { data: text, bytes: utf8Length(text) };
}
