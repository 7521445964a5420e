import type { Appended, Payload } from "./broker.js";
import type { HistoryPage, KeptPublication, ReadRange, Retention } from "./history.js";
import { historyPage } from "./history.js";

/** The moment of an append, on both clocks: `timestamp` is told to people, `now` measures age. */
export interface Moment {
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  /** Monotonic milliseconds. */
  readonly now: number;
}

interface Kept extends KeptPublication {
  readonly takenAt: number;
}

interface RememberedKey {
  readonly appended: Appended;
  readonly takenAt: number;
}

/** The most keys a stream remembers, and for how long: longer than any client may repeat a message. */
const maxKeys = 1_000;
const keyTtlMs = 600_000;
/** What a remembered key costs besides its own text. A rough figure, so that keys count against the limit of bytes. */
const keyBytes = 100;

/** Of all streams to which nothing was ever appended: nothing is put into it. */
const neverKept: Kept[] = [];

/** One life of one stream, in memory. */
export class MemoryStream {
  readonly epoch: string;
  /** When it was last appended to, read or left by its last subscriber. Monotonic, in whole milliseconds. */
  lastUsed = 0;
  #head = 0;
  #keptBytes = 0;
  #keysBytes = 0;
  #retention: Retention;
  /** Made by the first append: most users' own streams never have one. */
  #kept: Kept[] = neverKept;
  /** In the order of their appends. Undefined: none ever. */
  #keys: Map<string, RememberedKey> | undefined;

  constructor(epoch: string, retention: Retention) {
    this.epoch = epoch;
    this.#retention = retention;
  }

  get head(): number {
    return this.#head;
  }

  get firstKept(): number {
    return this.#kept[0]?.offset ?? this.#head + 1;
  }

  /** What it costs to keep. */
  get bytes(): number {
    return this.#keptBytes + this.#keysBytes;
  }

  /** Changes what is kept from now on, and enforces it. */
  retain(retention: Retention, now: number): void {
    this.#retention = retention;
    const { size, bytes, ttlMs = Number.POSITIVE_INFINITY } = retention;
    for (let oldest = this.#kept[0]; oldest; oldest = this.#kept[0]) {
      const within = this.#kept.length <= size && this.#keptBytes <= bytes && now - oldest.takenAt < ttlMs;
      if (within) break;
      this.dropOldest();
    }
    const keys = this.#keys;
    for (const [key, { takenAt }] of keys ?? []) {
      if ((keys?.size ?? 0) <= maxKeys && now - takenAt < keyTtlMs) break;
      this.#forgetKey(key);
    }
  }

  /** What was appended under this key, if that is still known. */
  appendedUnder(key: string): Appended | undefined {
    return this.#keys?.get(key)?.appended;
  }

  append({ payload, byteLength }: Payload, { timestamp, now }: Moment, key?: string): Appended {
    const appended: Appended = { epoch: this.epoch, offset: ++this.#head, timestamp };
    if (this.#kept === neverKept) this.#kept = [];
    this.#kept.push({ offset: this.#head, payload, byteLength, timestamp, takenAt: now });
    this.#keptBytes += byteLength;
    if (key !== undefined) {
      this.#keys ??= new Map();
      this.#keys.set(key, { appended, takenAt: now });
      this.#keysBytes += key.length + keyBytes;
    }
    this.retain(this.#retention, now);
    return appended;
  }

  /** Gives up the oldest publication; false when none is kept. */
  dropOldest(): boolean {
    const oldest = this.#kept.shift();
    this.#keptBytes -= oldest?.byteLength ?? 0;
    return oldest !== undefined;
  }

  read({ after, last = 0, maxCount, maxBytes }: ReadRange): HistoryPage {
    const count = Math.min(maxCount ?? historyPage.count, historyPage.count);
    const bytes = Math.min(maxBytes ?? historyPage.bytes, historyPage.bytes);
    const publications =
      after === undefined
        ? takeWhileWithin(this.#newest(Math.min(last, count)).reverse(), bytes).reverse()
        : takeWhileWithin(this.#following(after, count), bytes);
    return { epoch: this.epoch, head: this.#head, firstKept: this.firstKept, publications };
  }

  /** Whether neither members nor data nor the time for which their memory is kept are left. */
  isExpired(now: number, metaTtlMs: number): boolean {
    const newest = this.#kept.at(-1);
    const dataEnds = newest ? newest.takenAt + (this.#retention.ttlMs ?? Number.POSITIVE_INFINITY) : 0;
    return now >= Math.max(this.lastUsed, dataEnds) + metaTtlMs;
  }

  /** Offsets have no holes, so that a place follows from an offset. */
  #following(after: number, count: number): readonly Kept[] {
    const start = Math.max(0, after + 1 - this.firstKept);
    return this.#kept.slice(start, start + count);
  }

  #newest(count: number): Kept[] {
    return this.#kept.slice(Math.max(0, this.#kept.length - count));
  }

  #forgetKey(key: string): void {
    if (this.#keys?.delete(key)) this.#keysBytes -= key.length + keyBytes;
  }
}

/** The first publications that have no more than `maxBytes` together; one at least, or nobody could go on. */
function takeWhileWithin(publications: readonly Kept[], maxBytes: number): Kept[] {
  let bytes = 0;
  const end = publications.findIndex(({ byteLength }, i) => {
    bytes += byteLength;
    return i > 0 && bytes > maxBytes;
  });
  return end === -1 ? [...publications] : publications.slice(0, end);
}
