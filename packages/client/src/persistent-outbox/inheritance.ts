import { TautlineError } from "@tautline/protocol";
import type { PersistenceHost } from "../persistence.js";
import type { PendingMessage } from "../types.js";
import { Estate } from "./estate.js";
import { failed } from "./partition.js";
import type { PersistentOutboxSettings } from "./persistent-outbox.js";
import type { KeptMessage } from "./storage.js";

/** What an inheritance needs of the client that takes it. */
export interface InheritanceContext extends PersistentOutboxSettings {
  readonly host: PersistenceHost;
  /** Waits for the lock of a partition: until its client is gone, and nobody else settles it. */
  take(partition: string): Promise<() => void>;
  /** Whether a partition is the client's own. */
  isOwn(partition: string): boolean;
}

/** What clients left that are no more: found, and settled one client after another. */
export class Inheritance {
  readonly #context: InheritanceContext;
  readonly #estates = new Map<string, Estate>();
  /** Partitions whose lock is waited for, or held. */
  readonly #asked = new Set<string>();
  #mode: "stopped" | "find" | "settle" = "stopped";
  #isSettling = false;
  #isFailing = false;

  constructor(context: InheritanceContext) {
    this.#context = context;
  }

  /** What is still to be settled. */
  get pending(): readonly PendingMessage[] {
    return [...this.#estates.values()].flatMap((estate) => estate.pending);
  }

  /** Looks for what was left, and settles it where the server can be reached. */
  look(isConnected: boolean): void {
    this.#mode = isConnected ? "settle" : "find";
    void this.#guarded(() => this.#find());
    void this.#guarded(() => this.#settle());
  }

  /** Leaves what is not settled to others. */
  stop(): void {
    this.#mode = "stopped";
    for (const estate of this.#estates.values()) estate.stop();
    if (!this.#isSettling) this.#release();
  }

  async #find(): Promise<void> {
    const { storage, isOwn } = this.#context;
    const all = await storage.read();
    this.#isFailing = false;
    for (const { partition } of all) {
      if (isOwn(partition) || this.#asked.has(partition)) continue;
      this.#asked.add(partition);
      void this.#guarded(() => this.#inherit(partition));
    }
  }

  /** Waits as long as its client lives. */
  async #inherit(partition: string): Promise<void> {
    const release = await this.#context.take(partition);
    const estate = new Estate(partition, this.#context, () => {
      this.#asked.delete(partition);
      this.#estates.delete(partition);
      release();
    });
    try {
      // Read now: before, somebody else could have changed it.
      const messages = this.#isStopped ? [] : await this.#context.storage.read(partition);
      await estate.open(messages, (message) => {
        return this.#refusalOf(message, this.pending.length + estate.pending.length);
      });
    } finally {
      if (estate.pending.length === 0 || this.#isStopped) estate.release();
      else this.#estates.set(partition, estate);
    }
    await this.#settle();
  }

  get #isStopped(): boolean {
    return this.#mode === "stopped";
  }

  async #settle(): Promise<void> {
    if (this.#isSettling) return;
    this.#isSettling = true;
    try {
      for (const estate of this.#estates.values()) {
        if (this.#mode === "settle") await estate.settle();
        if (estate.pending.length === 0) estate.release();
      }
    } finally {
      this.#isSettling = false;
      if (this.#isStopped) this.#release();
    }
  }

  #release(): void {
    for (const { release } of [...this.#estates.values()]) release();
  }

  /** Why a message is given up instead of being sent. */
  #refusalOf({ envelope }: KeptMessage, before: number): TautlineError | undefined {
    const { maxAgeMs, maxCount, host } = this.#context;
    const { type, timestamp = 0 } = envelope;
    if (timestamp < host.settings.clock.now() - maxAgeMs) {
      return new TautlineError("TIMEOUT", `${type}: not sent in ${maxAgeMs} ms`);
    }
    if (before < maxCount) return undefined;
    return new TautlineError("DROPPED", `${type}: expected at most ${maxCount} messages of earlier clients`);
  }

  async #guarded(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      // A storage that stays away is told once, though each connection looks anew.
      if (!this.#isFailing) this.#context.host.report(failed(error));
      this.#isFailing = true;
    }
  }
}
