import type { MaybePromise } from "@tautline/protocol";
import type { Claims } from "../broker/index.js";
import { whenReady } from "../maybe-promise.js";
import { ClientRecord, type RecordContext } from "./client-record.js";
import { LeftBehind } from "./left-behind.js";

/** Whose messages a record is of, and by which connection it is opened. */
export interface Client {
  readonly user: string;
  readonly clientId: string;
  readonly attempt: number;
  /** The last attempt that the client was welcomed on, or 0. */
  readonly welcomed: number;
}

export interface AnswersOptions {
  readonly claims: Claims;
  /** Names this node among those that share the broker. */
  readonly node: string;
  /** The longest that a handler may take, in milliseconds. */
  readonly handlerMs: number;
  /** How long the record of a client that has gone is kept, in milliseconds. */
  readonly ttlMs: number;
  /** The claims failed where nobody waits for them. */
  failed(error: unknown): void;
}

/** How long a handler's answer may take to reach the record. */
const storeMs = 5_000;

/** What was done with the messages of clients, so that a repeat is not done twice: PROTOCOL.md 9.6. */
export class Answers {
  /** What goes on although its connection has gone. */
  readonly leftBehind: LeftBehind = new LeftBehind();
  readonly #claims: Claims;
  readonly #context: RecordContext;
  #owners = 0;

  constructor({ claims, node, handlerMs, ttlMs, failed }: AnswersOptions) {
    this.#claims = claims;
    this.#context = {
      ...{ claims, ttlMs, failed, leftBehind: this.leftBehind },
      leaseMs: handlerMs + storeMs,
      newOwner: () => `${node}/${++this.#owners}`,
    };
  }

  /** Records in this process. */
  get records(): number {
    return this.#claims.size ?? 0;
  }

  /** Begins or finds a client's record. Undefined: a later attempt of the client was here. */
  open(client: Client): MaybePromise<ClientRecord | undefined> {
    const scope = scopeOf(client);
    const { attempt, welcomed } = client;
    return whenReady(this.#claims.open(scope, attempt), (opened) => {
      if (opened.kind === "stale") return undefined;
      const { since, highest } = opened;
      return new ClientRecord(this.#context, { scope, attempt, resumed: since <= welcomed, highest });
    });
  }
}

/** One client of one user. What peers and applications choose is never glued together unmarked: the first length tells where it ends. */
function scopeOf({ user, clientId }: Client): string {
  return [user.length, user, clientId].join(" ");
}
