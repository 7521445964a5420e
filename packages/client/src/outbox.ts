import { type Envelope, TautlineError } from "@tautline/protocol";
import type { Bounds } from "./options.js";

/** One message that the server has not answered. */
export interface Entry {
  envelope: Envelope;
  readonly bytes: number;
  /** Whether it may be handled twice. */
  readonly idempotent?: boolean | undefined;
  /** Whether it is to be kept over a restart of the program. */
  readonly isKept: boolean;
  /** Whether to send it again after the server refused it for now: false alone says no. */
  readonly retry?: boolean | undefined;
  /** Of messages of one type, room and key that were never written, only the latest is sent. */
  readonly key?: string | undefined;
  /** Undefined: to be written, under an id that is not known yet. */
  id: number | undefined;
  /** What was written last, kept to be repeated as it was. Undefined: it was never written to a socket. */
  frame: string | undefined;
  settle(error: TautlineError | undefined, reply?: Envelope): void;
}

/**
 * A client's messages that are not answered yet, in the order in which they were sent. Bounded in number and bytes: the
 * policy says who gives way, and whoever does is told.
 */
export class Outbox {
  readonly #bounds: Bounds;
  #waiting = new Set<Entry>();
  readonly #written = new Map<number, Entry>();
  #bytes = 0;

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
  }

  /** Those never written, or to be written again, the oldest first. */
  get waiting(): Iterable<Entry> {
    return this.#waiting;
  }

  /** Those written and not answered, by id: the oldest first, since ids grow. */
  get written(): ReadonlyMap<number, Entry> {
    return this.#written;
  }

  /** Takes an entry in. @throws `BUSY` where it is full */
  add(entry: Entry): void {
    const { maxBytes, maxCount, policy } = this.#bounds;
    const isFull = (): boolean =>
      this.#waiting.size + this.#written.size >= maxCount || this.#bytes + entry.bytes > maxBytes;
    // What does not fit an empty outbox makes nobody give way.
    const drops = policy === "drop-oldest" && entry.bytes <= maxBytes;
    const nameOf = ({ envelope: { type, room }, key }: Entry): string => JSON.stringify([type, room, key]);
    const name = (policy === "latest-by-key" || entry.key !== undefined) && nameOf(entry);
    for (const old of this.#waiting) {
      const isOlder = name && name === nameOf(old);
      // The server may have handled what was written: it is the server that says what became of it.
      if (old.frame === undefined && (isOlder || (drops && isFull()))) {
        old.settle(new TautlineError("DROPPED", "outbox: gave way to a later message"));
      }
    }
    if (isFull()) {
      throw new TautlineError("BUSY", `outbox: expected at most ${maxCount} messages and ${maxBytes} bytes`);
    }
    this.#bytes += entry.bytes;
    this.#waiting.add(entry);
  }

  /** The entry is about to be written under this id. */
  write(entry: Entry, id: number, frame: string): void {
    this.#waiting.delete(entry);
    entry.id = id;
    entry.frame = frame;
    this.#written.set(id, entry);
  }

  /** The entry is settled. */
  delete(entry: Entry): void {
    const isHere = this.#waiting.delete(entry) || (entry.id !== undefined && this.#written.delete(entry.id));
    if (isHere) this.#bytes -= entry.bytes;
  }

  /** Puts written entries back, before all that wait: they were sent earlier. */
  unwrite(entries: readonly Entry[]): void {
    for (const entry of entries) {
      if (entry.id !== undefined) this.#written.delete(entry.id);
      entry.id = undefined;
    }
    this.#waiting = new Set([...entries, ...this.#waiting]);
  }
}
