import { TautlineError } from "@tautline/protocol";
import type { ClientState } from "../connection/state.js";
import type { Listener } from "../emitter.js";
import type { Entry } from "../outbox.js";
import type { Keeper, Persistence, PersistenceHost } from "../persistence.js";
import { defaultLocks } from "../platform.js";
import { complete, invalid } from "../reconnecting-websocket/options.js";
import type { PendingMessage } from "../types.js";
import { indexedDbStorage } from "./indexed-db-storage.js";
import { Inheritance } from "./inheritance.js";
import { type LocksLike, take } from "./locks.js";
import { Partition } from "./partition.js";
import type { OutboxStorage } from "./storage.js";

/** What became of a message of an earlier client. */
export interface Inherited {
  readonly message: PendingMessage;
  /** Undefined: the server has handled it. */
  readonly error: TautlineError | undefined;
}

/** How messages are kept over a restart of the program. */
export interface PersistentOutboxOptions {
  /**
   * What the messages are kept under: the name of the database, and part of the locks' names. Programs that share an
   * origin, and people that share a browser, need a name each: what was sent before anybody had signed in goes out as
   * whoever signs in next.
   * @default "tautline-outbox"
   */
  readonly name?: string | undefined;
  /** Where they are kept. @default the browser's IndexedDB, by the package `idb` */
  readonly storage?: OutboxStorage | undefined;
  /**
   * Tells which clients live: messages are taken over only from those that do not. Without locks nothing is kept, and
   * `on("error")` says so.
   * @default `navigator.locks`, which pages have on https and on localhost
   */
  readonly locks?: LocksLike | undefined;
  /**
   * How old a message of an earlier client may be, in milliseconds. Older ones are given up with `TIMEOUT`.
   * @default 86400000 (a day)
   */
  readonly maxAgeMs?: number | undefined;
  /** How many messages of earlier clients may wait. Those beyond are given up with `DROPPED`. @default 1000 */
  readonly maxCount?: number | undefined;
  /**
   * Gets each message of an earlier client that is settled, whose promise is long gone. Left out: those that failed go to
   * `on("error")`.
   */
  readonly settled?: Listener<Inherited> | undefined;
}

/** {@link PersistentOutboxOptions}, each with its value. */
export interface PersistentOutboxSettings extends Pick<PersistentOutboxOptions, "settled"> {
  readonly name: string;
  readonly storage: OutboxStorage;
  readonly locks: () => LocksLike | undefined;
  readonly maxAgeMs: number;
  readonly maxCount: number;
}

const defaults = { name: "tautline-outbox", maxAgeMs: 86_400_000, maxCount: 1_000 };

/**
 * Keeps what `send` was given until it is answered, also over a reload of the page or a crash of the browser. The next
 * client, in this or another tab, takes over what is left and settles it: each message once.
 *
 * @example
 * ```ts
 * const client = createClient(chat, { url, outbox: { persistence: persistentOutbox({ name: "chat" }) } });
 * ```
 * @throws `INVALID_OPTION`
 */
export function persistentOutbox(options: PersistentOutboxOptions = {}): Persistence {
  const { storage, locks, settled } = options;
  const plain = complete(defaults, options) as typeof defaults;
  if (!plain.name) throw invalid("name", "a name", plain.name);
  const settings: PersistentOutboxSettings = {
    ...plain,
    storage: storage ?? indexedDbStorage(plain.name),
    locks: () => locks ?? defaultLocks(),
    settled,
  };
  return { attach: (host) => new PersistentOutbox(settings, host) };
}

/** One client's messages, and what earlier clients have left. */
class PersistentOutbox implements Keeper {
  readonly #settings: PersistentOutboxSettings;
  readonly #partition: Partition;
  readonly #inheritance: Inheritance;
  /** The lock of the client's own partition, while it lives. */
  #held: Promise<() => void> | undefined;

  constructor(settings: PersistentOutboxSettings, host: PersistenceHost) {
    this.#settings = settings;
    let name: string | undefined;
    // Made when it is needed: constructing touches nothing, not even randomness.
    const nameOf = (): string => {
      name ??= `${host.settings.clock.now()}-${host.settings.random.float()}`;
      return name;
    };
    const hold = (): Promise<unknown> => {
      this.#held ??= this.#take(nameOf());
      return this.#held;
    };
    const stays = (): boolean => false;
    const { storage } = settings;
    this.#partition = new Partition({ nameOf, storage, stays, hold }, host);
    this.#inheritance = new Inheritance({
      ...settings,
      host,
      take: (partition) => this.#take(partition),
      isOwn: (partition) => partition === name,
    });
  }

  get pending(): readonly PendingMessage[] {
    return this.#inheritance.pending;
  }

  added(entry: Entry): void {
    this.#partition.added(entry);
  }

  claim(entry: Entry, id: number): boolean {
    return this.#partition.claim(entry, id);
  }

  settled(entry: Entry): void {
    this.#partition.settled(entry);
  }

  changed(state: ClientState): void {
    this.#partition.changed(state);
    if (state.kind === "connecting" || state.kind === "connected") {
      this.#inheritance.look(state.kind === "connected");
    }
    if (state.kind === "closed") {
      this.#inheritance.stop();
      void this.#letGo();
    }
  }

  async #take(partition: string): Promise<() => void> {
    const locks = this.#settings.locks();
    if (!locks) throw new TautlineError("UNAVAILABLE", "locks: expected navigator.locks, got none");
    return take(locks, `${this.#settings.name}/${partition}`);
  }

  async #letGo(): Promise<void> {
    await this.#partition.idle();
    const held = this.#held;
    this.#held = undefined;
    (await held?.catch(() => {}))?.();
  }
}
