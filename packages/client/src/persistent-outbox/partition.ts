import { TautlineError } from "@tautline/protocol";
import type { ClientState } from "../connection/state.js";
import { reread } from "../frames.js";
import type { Entry } from "../outbox.js";
import type { Keeper, PersistenceHost } from "../persistence.js";
import type { PendingMessage } from "../types.js";
import type { KeptMessage, OutboxStorage } from "./storage.js";

/** How long a step of the storage may take, in milliseconds. */
const patienceMs = 5_000;

/** Where and for whom a partition is kept. */
export interface PartitionContext {
  nameOf(): string;
  readonly storage: OutboxStorage;
  /** Makes sure that nobody else takes the partition for an orphan. Asked before each step of the storage. */
  hold(): Promise<unknown>;
  /** Whether what is settled now is to stay: nobody was told. */
  stays(): boolean;
}

/** A message that is being marked as written, before it is. */
interface Claim {
  readonly entry: Entry;
  readonly id: number;
  isReady: boolean;
}

/** What one client sent and was not answered, kept where a crash does not reach it. One step of the storage at a time, in order. */
export class Partition implements Keeper {
  readonly #context: PartitionContext;
  readonly #host: PersistenceHost;
  readonly #kept = new Map<Entry, KeptMessage>();
  readonly pending: readonly PendingMessage[] = [];
  #seq = 0;
  #claim: Claim | undefined;
  #isConnected = false;
  #isFailing = false;
  /** The storage does not answer any more: messages wait in memory alone. */
  #isLost = false;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(context: PartitionContext, host: PersistenceHost) {
    this.#context = context;
    this.#host = host;
  }

  added(entry: Entry): void {
    const { idempotent = false, kept, frame } = entry;
    if (!kept || this.#isLost) return;
    if (kept !== true) {
      this.#kept.set(entry, kept as KeptMessage);
      return;
    }
    const [partition, seq] = [this.#context.nameOf(), ++this.#seq];
    const envelope = reread(frame, this.#host.settings.speech);
    this.#kept.set(entry, { partition, seq, envelope, idempotent, heirs: 0 });
    void this.#do(async () => {
      // What is written at once is put when it is claimed.
      if (this.#claim?.entry !== entry) await this.#put(entry);
    });
  }

  claim(entry: Entry, id: number): boolean {
    const claim = this.#claim;
    // One after the other: so all are written in the order in which they were sent.
    if (claim && !claim.isReady) return false;
    this.#claim = undefined;
    if (claim?.entry === entry && claim.id === id) return true;
    if (!this.#kept.has(entry)) return true;
    if (!this.#isConnected) return false;
    const mine: Claim = { entry, id, isReady: false };
    this.#claim = mine;
    void this.#do(() => this.#put(entry, id)).then(async (isDone) => {
      // It is sent all the same; but kept as never written it might be sent again.
      if (!isDone) await this.#forget(entry);
      mine.isReady = true;
      this.#host.requests.flush();
    });
    return false;
  }

  settled(entry: Entry): void {
    if (this.#context.stays()) this.#kept.delete(entry);
    else void this.#forget(entry);
  }

  changed({ kind }: ClientState): void {
    const wasConnected = this.#isConnected;
    this.#isConnected = kind === "connected";
    if (wasConnected || !this.#isConnected) return;
    this.#host.requests.flush();
    // Sent before anybody knew whose it was: never to be sent as somebody else.
    for (const [entry, { user }] of this.#kept) if (user === undefined) void this.#do(() => this.#put(entry));
  }

  /** Resolves when everything that was asked for is done. */
  async idle(): Promise<void> {
    await this.#tail;
  }

  async #put(entry: Entry, id?: number): Promise<void> {
    const kept = this.#kept.get(entry);
    if (!kept) return;
    const { client, user, welcomed } = this.#host.identity;
    // Once it may have been written it stays so.
    const message: KeptMessage = { ...kept, client, user, ...(id !== undefined && { id, welcomed }) };
    this.#kept.set(entry, message);
    await this.#context.storage.put(message);
    this.#isFailing = false;
  }

  #forget(entry: Entry): Promise<boolean> | undefined {
    const kept = this.#kept.get(entry);
    this.#kept.delete(entry);
    return kept && this.#do(() => this.#context.storage.delete(kept.partition, kept.seq));
  }

  /** @returns whether it was done */
  #do(step: () => Promise<void>): Promise<boolean> {
    const held = async (): Promise<void> => {
      await this.#context.hold();
      await step();
    };
    const begun = this.#tail.then(() => (this.#isLost ? Promise.reject(lost()) : this.#inTime(held())));
    const done = begun.then(
      () => true,
      (cause: unknown) => {
        // A storage that stays away is told once.
        if (!this.#isFailing) this.#host.report(failed(cause));
        this.#isFailing = true;
        return false;
      },
    );
    this.#tail = done;
    return done;
  }

  #inTime(step: Promise<void>): Promise<void> {
    const { clock } = this.#host.settings;
    return new Promise((resolve, reject) => {
      const timer = clock.setTimeout(() => {
        this.#isLost = true;
        this.#kept.clear();
        reject(lost());
      }, patienceMs);
      step.finally(() => clock.clearTimeout(timer)).then(resolve, reject);
    });
  }
}

function lost(): TautlineError {
  return new TautlineError("UNAVAILABLE", `persistent outbox: no answer of its storage in ${patienceMs} ms`);
}

/** What a program is told of a storage that fails. */
export function failed(cause: unknown): TautlineError {
  if (TautlineError.is(cause)) return cause;
  return new TautlineError("UNAVAILABLE", "persistent outbox: messages are not kept", { cause });
}
