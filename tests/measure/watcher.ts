import { type Client, createClient } from "@tautline/client";
import { feed, moment } from "./feed.js";

/** One client in one room, and what it saw there. */
export class Watcher {
  readonly client: Client<typeof feed>;
  readonly name: string;
  /** The newest publication that it saw: they are numbered from 1. */
  last = 0;
  lost = 0;
  twiceOrLate = 0;
  gaps = 0;
  longestMs = 0;
  movedAt = 0;
  moves = 0;
  brokeFirst = 0;
  readonly #room;
  #lastAt = 0;

  constructor(url: string, name: string, id: string) {
    this.name = name;
    this.client = createClient(feed, { url, token: name, requestTimeoutMs: null });
    this.#room = this.client.room("feed/:id", { id });
    this.#room.on("gap", () => this.gaps++);
    this.#room.on("tick", ({ data }) => this.#saw(data));
    let connection: string | undefined;
    this.client.on("state", (state) => {
      if (state.kind === "waiting") this.brokeFirst++;
      if (state.kind !== "connected" || state.connection === connection) return;
      if (connection !== undefined) this.moves++;
      connection = state.connection;
      this.movedAt = moment();
    });
  }

  async join(): Promise<void> {
    await this.#room.join();
    this.#lastAt = moment();
  }

  restart(): void {
    this.longestMs = 0;
    this.#lastAt = moment();
  }

  #saw(tick: number): void {
    const now = moment();
    this.longestMs = Math.max(this.longestMs, now - this.#lastAt);
    this.#lastAt = now;
    if (tick <= this.last) this.twiceOrLate++;
    else this.lost += this.last === 0 ? 0 : tick - this.last - 1;
    this.last = Math.max(this.last, tick);
  }
}
