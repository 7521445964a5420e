import type { MaybePromise } from "@tautline/protocol";
import type { Broadcast } from "./broadcast.js";
import type { AppConnection } from "./connection/app-connection.js";
import type { LiveConnection } from "./connection/connection.js";
import type { ConnectionPool } from "./connection-pool.js";

/** All connections of one user on this node, whoever they are at the moment of asking. */
export class UserConnections {
  readonly id: string;
  readonly #pool: ConnectionPool<LiveConnection>;
  readonly #broadcast: Broadcast;

  constructor(id: string, pool: ConnectionPool<LiveConnection>, broadcast: Broadcast) {
    this.id = id;
    this.#pool = pool;
    this.#broadcast = broadcast;
  }

  get connections(): readonly AppConnection[] {
    return [...this.#pool.user(this.id)].map(({ app }) => app);
  }

  send(type: string, data?: unknown): MaybePromise<number> {
    return this.#broadcast.send(() => this.#pool.user(this.id), { type, data });
  }

  close(code?: number, reason?: string): void {
    for (const connection of this.connections) connection.close(code, reason);
  }
}
