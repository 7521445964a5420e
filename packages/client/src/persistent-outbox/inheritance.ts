import { TautlineError } from "@tautline/protocol";
import type { PersistenceHost } from "../persistence.js";
import type { PendingMessage } from "../types.js";
import { Estate } from "./estate.js";
import { failed } from "./partition.js";
import type { PersistentOutboxSettings } from "./persistent-outbox.js";
import type { KeptMessage } from "./storage.js";

/** Takes the lock of a partition: undefined where its client lives, or somebody else has it. */
export type TakePartition = (name: string) => Promise<(() => void) | undefined>;

/** What clients left that are no more: found, and settled one client after another. */
export class Inheritance {
  readonly #settings: PersistentOutboxSettings;
  readonly #host: PersistenceHost;
  readonly #take: TakePartition;
  readonly #estates = new Map<string, Estate>();
  #mode: "stopped" | "find" | "settle" = "stopped";
  #isRunning = false;
  #isDue = false;
  #isFailing = false;

  constructor(settings: PersistentOutboxSettings, host: PersistenceHost, take: TakePartition) {
    this.#settings = settings;
    this.#host = host;
    this.#take = take;
  }

  /** What is still to be settled. */
  get pending(): readonly PendingMessage[] {
    return [...this.#estates.values()].flatMap((estate) => estate.pending);
  }

  /** Looks for what was left, and settles it where the server can be reached. */
  look(isConnected: boolean): void {
    this.#mode = isConnected ? "settle" : "find";
    this.#isDue = true;
    if (!this.#isRunning) void this.#run();
  }

  /** Leaves what is not settled to others. */
  stop(): void {
    this.#mode = "stopped";
    for (const estate of this.#estates.values()) estate.stop();
    if (!this.#isRunning) this.#release();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    try {
      while (this.#isDue && this.#mode !== "stopped") {
        this.#isDue = false;
        await this.#find();
        for (const [name, estate] of this.#estates) await this.#settle(name, estate);
      }
      this.#isFailing = false;
    } catch (error) {
      // A storage that stays away is told once, though each connection looks anew.
      if (!this.#isFailing) this.#host.report(failed(error));
      this.#isFailing = true;
    }
    this.#isRunning = false;
    if (this.#mode === "stopped") this.#release();
  }

  async #settle(name: string, estate: Estate): Promise<void> {
    if (this.#mode !== "settle") return;
    await estate.settle();
    if (estate.pending.length > 0) return;
    this.#estates.delete(name);
    estate.release();
  }

  #release(): void {
    for (const { release } of this.#estates.values()) release();
    this.#estates.clear();
  }

  async #find(): Promise<void> {
    const { storage } = this.#settings;
    for (const name of new Set((await storage.read()).map(({ partition }) => partition))) {
      const release = this.#estates.has(name) ? undefined : await this.#take(name);
      if (!release) continue;
      const estate = new Estate(name, release, { ...this.#settings, host: this.#host });
      // Read again: only now nobody else changes it.
      await estate.open(await storage.read(name), (message) =>
        this.#refusalOf(message, this.pending.length + estate.pending.length),
      );
      if (estate.pending.length > 0) this.#estates.set(name, estate);
      else release();
    }
  }

  /** Why a message is given up instead of being sent. */
  #refusalOf({ envelope: { type, timestamp = 0 } }: KeptMessage, before: number): TautlineError | undefined {
    const { maxAgeMs, maxCount } = this.#settings;
    if (timestamp < this.#host.clock.now() - maxAgeMs) {
      return new TautlineError("TIMEOUT", `${type}: not sent in ${maxAgeMs} ms`);
    }
    if (before < maxCount) return undefined;
    return new TautlineError("DROPPED", `${type}: expected at most ${maxCount} messages of earlier clients`);
  }
}
