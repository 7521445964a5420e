import { type Envelope, TautlineError } from "@tautline/protocol";
import type { Bounds } from "./options.js";

/** One message that the server has not answered. */
export interface Entry {
  envelope: Envelope;
  readonly bytes: number;
  /** Whether it may be handled twice. */
  readonly idempotent: boolean;
  /** Undefined: never written to a socket. */
  id: number | undefined;
  /** What was written, kept to be repeated as it was. */
  frame: string | undefined;
  settle(error: TautlineError | undefined, reply?: Envelope): void;
}

/**
 * A client's messages that are not answered yet, in the order in which they were sent. Bounded in number and bytes: what
 * would go beyond is refused, and the sender told. Other policies, and keeping messages over a restart of the program,
 * belong here.
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

  /** Those written and not answered, by id. */
  get written(): ReadonlyMap<number, Entry> {
    return this.#written;
  }

  /** Takes an entry in. @throws `BUSY` where it is full. */
  add(entry: Entry): void {
    const { maxBytes, maxCount } = this.#bounds;
    const count = this.#waiting.size + this.#written.size;
    if (count >= maxCount || this.#bytes + entry.bytes > maxBytes) {
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
      entry.id = entry.frame = undefined;
    }
    this.#waiting = new Set([...entries, ...this.#waiting]);
  }
}
