import type { Clock, Envelope, Random } from "@tautline/protocol";
import type { ClientState } from "./connection/state.js";
import type { Speech } from "./frames.js";
import type { Entry } from "./outbox.js";
import type { Delivery } from "./requests.js";
import type { Membership, PendingMessage } from "./types.js";

/** Who a client is to its server, over all its connections. */
export interface Identity {
  /** The client id: a secret. Undefined until the first hello. */
  client: string | undefined;
  /** Hellos so far. */
  attempt: number;
  /** The last of them that was welcomed. */
  welcomed: number;
  /** Who the server said that the client is. */
  user: string | undefined;
  /** The id of the newest message. */
  lastId: number;
}

/** Whom no server knows yet. */
export const nobody: Identity = { client: undefined, attempt: 0, welcomed: 0, user: undefined, lastId: 0 };

/** What a client offers to what keeps its messages. */
export interface PersistenceHost extends Heir {
  readonly settings: {
    readonly clock: Clock;
    readonly random: Random;
    /** In which messages are kept. */
    readonly speech: Speech;
  };
  /** The client's own, as it is at each moment. Whoever sets it before the first attempt makes this client another one's heir. */
  readonly identity: Identity;
  report(error: unknown): void;
  /** A client of the same server with another identity, and another keeper. It is not connected yet. */
  again(persistence: Persistence): Heir;
}

/** A client that settles what another one has left. */
export interface Heir {
  readonly connection: { readonly state: ClientState; connect(): void; close(): Promise<void> };
  readonly requests: {
    /** Sends a message as it was. With `id`: it was written under this one before. */
    send(envelope: Envelope, delivery: Delivery): void;
    /** Writes what may be written now. */
    flush(): void;
  };
  readonly rooms: { get(name: string): { join(options: object): Promise<Membership> } };
}

/** What keeps the messages of one client. No call may throw. */
export interface Keeper {
  /** What earlier clients have left, in the order in which they sent it. */
  readonly pending: readonly PendingMessage[];
  /** A message is in the outbox. */
  added(entry: Entry): void;
  /**
   * Whether a message may be written under this id now. Where it may not, all others wait behind it, and `flush` is called
   * when it may.
   */
  claim(entry: Entry, id: number): boolean;
  /** Its sender was told what became of it. */
  settled(entry: Entry): void;
  /** The client's connection is in another state. */
  changed(state: ClientState): void;
}

/**
 * Keeps messages over a restart of the program. `persistentOutbox` of `@tautline/client/persistent-outbox` makes one; how the two
 * talk to each other is their own affair.
 */
export interface Persistence {
  /**
   * Begins to keep the messages of one client.
   * @internal
   */
  attach(host: PersistenceHost): Keeper;
}
