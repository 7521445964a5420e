import { closeCodes, type MaybePromise } from "@tautline/protocol";
import type { Broadcast } from "./broadcast.js";
import type { Appended } from "./broker/index.js";
import { type AppConnection, checkClose } from "./connection/app-connection.js";
import { reauthorize } from "./handlers/reauthorize.js";
import type { ServerContext } from "./server-context.js";

/** All connections of one user, whoever they are at the moment of asking. */
export class UserConnections {
  readonly id: string;
  readonly #context: Pick<ServerContext, "pool" | "nodes" | "dismissals">;
  readonly #broadcast: Broadcast;

  constructor(
    id: string,
    context: Pick<ServerContext, "pool" | "nodes" | "dismissals">,
    broadcast: Broadcast,
  ) {
    this.id = id;
    this.#context = context;
    this.#broadcast = broadcast;
  }

  /** Those of this node. */
  get connections(): readonly AppConnection[] {
    return [...this.#context.pool.user(this.id)].map(({ app }) => app);
  }

  send(type: string, data?: unknown): MaybePromise<Appended | undefined> {
    return this.#broadcast.sendToUser(this.id, { type, data });
  }

  /** Closes those of this node, and has the other nodes close theirs. */
  close(code: number = 1000, reason: string = ""): void {
    this.closeHere(code, reason);
    this.#context.nodes.tell("close-user", { user: this.id, code, reason });
  }

  disconnect({ reason = "disconnected" }: { readonly reason?: string | undefined } = {}): void {
    this.close(closeCodes.policyViolation, reason);
  }

  reauthorize(): void {
    this.reauthorizeHere();
    this.#context.nodes.tell("reauthorize-user", { user: this.id });
  }

  reauthorizeHere(): void {
    for (const connection of this.#context.pool.user(this.id)) void reauthorize(connection);
  }

  closeHere(code: number, reason: string): void {
    checkClose(code, reason);
    if (code === closeCodes.policyViolation) this.#context.dismissals.add(this.id);
    for (const connection of this.connections) connection.close(code, reason);
  }
}
