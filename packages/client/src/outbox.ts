import { type Envelope, TautlineError } from "@tautline/protocol";
import type { Encoded } from "./frames.js";
import type { Bounds } from "./options.js";

/** One message that the server has not answered. */
export interface Entry {
  /** Its envelope without an id. Made when it was sent: the program may change the object it handed in. */
  readonly frame: Encoded;
  readonly bytes: number;
  readonly type: string;
  readonly room: string | undefined;
  /** Whether it may be handled twice. */
  readonly idempotent?: boolean | undefined;
  /** Whether it is to be kept over a restart of the program; where it was already, what its keeper knows of it. */
  readonly kept: unknown;
  /** Whether to send it again after the server refused it for now: false alone says no. */
  readonly retry?: boolean | undefined;
  /** Of messages of one type, room and key that were never written, only the latest is sent. */
  readonly key?: string | undefined;
  /** Undefined: to be written, under an id that is not known yet. */
  id?: number | undefined;
  /**
   * The attempt whose connection it was written to last: 0 where the server has refused it there, for now; -1 for one of another
   * client, whose heir this is. Undefined: it was never written to a socket.
   */
  attempt?: number;
  settle(error: TautlineError | undefined, answer?: Envelope): void;
}

/**
 * A client's messages that are not answered yet. Bounded in number and bytes: the policy says who gives way, and whoever
 * does is told.
 */
export class Outbox {
  readonly #bounds: Bounds;
  /** All, in the order in which they were sent. */
  readonly entries: Set<Entry> = new Set();
  /** Those written and not answered, by id: the oldest first, since ids grow. */
  readonly written: Map<number | undefined, Entry> = new Map();
  #bytes = 0;

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
  }

  /** Takes an entry in. @throws `BUSY` where it is full */
  add(entry: Entry): void {
    const { maxBytes, maxCount, policy } = this.#bounds;
    const { bytes, key, room, type } = entry;
    const isFull = (): boolean => this.entries.size >= maxCount || this.#bytes + bytes > maxBytes;
    const isKeyed = policy === "latest-by-key" || key !== undefined;
    // What does not fit an empty outbox makes nobody give way.
    const drops = policy === "drop-oldest" && bytes <= maxBytes;
    for (const old of this.entries) {
      const isOlder = isKeyed && old.key === key && old.room === room && old.type === type;
      // The server may have handled what was written: it is the server that says what became of it.
      if (old.attempt === undefined && (isOlder || (drops && isFull()))) {
        old.settle(new TautlineError("DROPPED", `${old.type}: gave way`));
      }
    }
    if (isFull()) {
      throw new TautlineError("BUSY", `outbox: expected at most ${maxCount} messages and ${maxBytes} bytes`);
    }
    this.#bytes += bytes;
    this.entries.add(entry);
  }

  /** The entry is written under this id, to the connection of this attempt. */
  write(entry: Entry, id: number, attempt: number): void {
    entry.id = id;
    entry.attempt = attempt;
    this.written.set(id, entry);
  }

  /** The entry is to be written anew, under another id. */
  unwrite(entry: Entry): void {
    this.written.delete(entry.id);
    entry.id = undefined;
  }

  /** The entry is settled. */
  delete(entry: Entry): void {
    this.written.delete(entry.id);
    if (this.entries.delete(entry)) this.#bytes -= entry.bytes;
  }
}
