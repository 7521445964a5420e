import { setTimeout as passes } from "node:timers/promises";
import { TautlineError } from "@tautline/protocol";
import { rooms } from "./feed.js";
import { Watcher } from "./watcher.js";

/** What many clients saw, together. */
export interface CrowdReport {
  readonly lost: number;
  readonly twiceOrLate: number;
  readonly gaps: number;
  readonly moves: number;
  readonly brokeFirst: number;
  readonly requests: number;
  /** Requests that ended otherwise than by their reply, by code. */
  readonly failures: Readonly<Record<string, number>>;
  /** When each client had its last connection, in milliseconds since 1970. */
  readonly movedAt: readonly number[];
}

/** What is asked of a crowd, in this process or in another. */
export interface Crowd {
  /** Connects all clients, and has each ask for something once a second. */
  join(): Promise<void>;
  /** Begins to measure silences anew. */
  restart(): Promise<void>;
  /** The longest silence that each client saw since then, in milliseconds. */
  silences(): Promise<readonly number[]>;
  /** Waits for all answers, and for the last publication, and closes all clients. */
  finish(lastTick: number): Promise<CrowdReport>;
}

const requestEveryMs = 1_000;
const turnMs = 10;

/** Many clients in this process. */
export class LocalCrowd implements Crowd {
  readonly #watchers: readonly Watcher[];
  readonly #open = new Set<Promise<void>>();
  readonly #failures: Record<string, number> = {};
  #requests = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(url: string, size: number) {
    this.#watchers = Array.from({ length: size }, (_, i) => new Watcher(url, `c${i}`, String(i % rooms)));
  }

  async join(): Promise<void> {
    for (let i = 0; i < this.#watchers.length; i += 50)
      await Promise.all(this.#watchers.slice(i, i + 50).map((watcher) => watcher.join()));
    let asked = 0;
    const perTurn = this.#watchers.length / (requestEveryMs / turnMs);
    this.#timer = setInterval(() => {
      for (asked += perTurn; this.#requests < Math.floor(asked); ) this.#ask();
    }, turnMs);
  }

  async restart(): Promise<void> {
    for (const watcher of this.#watchers) watcher.restart();
  }

  async silences(): Promise<readonly number[]> {
    return this.#watchers.map(({ longestMs }) => longestMs);
  }

  async finish(lastTick: number): Promise<CrowdReport> {
    clearInterval(this.#timer);
    await Promise.all(this.#open);
    for (let i = 0; i < 100 && this.#watchers.some(({ last }) => last < lastTick); i++) await passes(50);
    for (const watcher of this.#watchers) watcher.lost += lastTick - watcher.last;
    await Promise.all(this.#watchers.map(({ client }) => client.close()));
    return {
      ...{ lost: this.#sum("lost"), twiceOrLate: this.#sum("twiceOrLate"), gaps: this.#sum("gaps") },
      ...{ moves: this.#sum("moves"), brokeFirst: this.#sum("brokeFirst") },
      ...{ requests: this.#requests, failures: this.#failures },
      movedAt: this.#watchers.map(({ movedAt }) => movedAt),
    };
  }

  #ask(): void {
    const watcher = this.#watchers[this.#requests % this.#watchers.length] as Watcher;
    const key = `${watcher.name}/${this.#requests++}`;
    const asked = watcher.client
      .request("work", key)
      .then(
        (reply) => (reply === key ? undefined : "WRONG"),
        (error: unknown) => (TautlineError.is(error) ? error.code : String(error)),
      )
      .then((code) => {
        if (code) this.#failures[code] = (this.#failures[code] ?? 0) + 1;
        this.#open.delete(asked);
      });
    this.#open.add(asked);
  }

  #sum(what: "lost" | "twiceOrLate" | "gaps" | "moves" | "brokeFirst"): number {
    return this.#watchers.reduce((total, watcher) => total + watcher[what], 0);
  }
}
