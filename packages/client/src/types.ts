import type {
  ClientEventName,
  DataInputOf,
  EventInputOf,
  EventName,
  EventOf,
  From,
  MessageName,
  Position,
  PresenceInputOf,
  PresenceOf,
  ReplyOf,
  RequestName,
} from "@tautline/protocol";
import type { AbortSignalLike, Listener, ListenOptions, RuntimeSignal } from "./emitter.js";
import type { GapEvent, JoinVerdict } from "./room/recovery.js";
import type { RoomState } from "./room/state.js";

/** Data and options of a call: data may be left out where the contract says that there is none. */
export type DataArgs<Data, Options> = undefined extends Data
  ? [data?: Data, options?: Options]
  : [data: Data, options?: Options];

/** How one message is sent. */
export interface SendOptions {
  /**
   * How long to wait for the answer, over reconnects, before the promise is rejected with `TIMEOUT`; null: for ever.
   * @default the client's `sendTimeoutMs` or `requestTimeoutMs`
   */
  readonly timeoutMs?: number | null | undefined;
  /** Aborting it rejects the promise with `CANCELLED`, and tells the server's handler. */
  readonly signal?: AbortSignalLike | undefined;
  /**
   * Of the messages of one type, room and key that wait to be written, only the latest is sent: the earlier ones are
   * rejected with `DROPPED`. As the position of a pointer, of which only the last matters.
   * @default none: every message is sent
   */
  readonly key?: string | undefined;
  /**
   * What to do when the server refuses the message for now (`RATE_LIMITED`, `BUSY`). True: wait as long as the server says,
   * and send it again, with all that was sent after it, in order, until `timeoutMs` is over. False: reject at once with that
   * error, whose `retryAfterMs` says when to try again.
   * @default true
   */
  readonly retry?: boolean | undefined;
}

/** A message that the server has not answered yet. */
export interface PendingMessage {
  readonly type: string;
  readonly room?: string | undefined;
  readonly data?: unknown;
  /** When it was sent, in milliseconds since 1970. */
  readonly timestamp?: number | undefined;
}

/** An event of the server, to this connection, its user or everyone. */
export interface EventMessage<Data> {
  readonly data: Data;
  /** When the server made it, in milliseconds since 1970. Never to be used for order. */
  readonly timestamp: number | undefined;
}

/** One publication in a room. */
export interface PublicationMessage<Data> extends EventMessage<Data> {
  /** Its place in the room's history; undefined where it is not kept. */
  readonly offset: number | undefined;
  /** The member that made it; undefined where the server did. */
  readonly from: From | undefined;
}

/** A member of a room, as the others see it. */
export interface Member<State> {
  /** The user's id. */
  readonly user: string;
  /** The public name of the client instance. */
  readonly member: string;
  readonly state: State;
}

/** How a join begins. */
export interface JoinOptions<Presence> {
  /** How many of the newest publications to get, where there is no position to go on from. @default what the server says */
  readonly last?: number | undefined;
  /** Go on after this position: what came since is recovered, or a `gap` says that it cannot be. */
  readonly position?: Position | undefined;
  /** What to tell the other members about this one, in place of what was told before. Kept over reconnects. */
  readonly presence?: Presence | undefined;
  /** @default the client's `joinTimeoutMs` */
  readonly timeoutMs?: number | null | undefined;
}

/** From where a room goes on after a snapshot is loaded. */
export interface LoadFrom {
  /** Everything up to here must be part of the snapshot; what comes after it follows. Undefined in a room without history. */
  readonly position: Position | undefined;
  /** Aborted when the position is void: because of a gap, or because the client is no member any more. */
  readonly signal: RuntimeSignal;
}

/** One join of a room, to be given back. */
export interface Membership {
  /** `fresh`: from now on (and the `last` asked for); `recovered`: nothing is missing since the position; `gap`: something is. */
  readonly kind: JoinVerdict;
  /** What is missing, with `gap`. */
  readonly gap?: GapEvent | undefined;
  /** Gives this join back. 100 ms after the last one of a room the client leaves it. Calling it again does nothing. */
  leave(): void;
  /** `await using`: leaves. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** How a stream of publications is kept. */
export interface StreamOptions {
  /**
   * How many publications may wait for the loop. A loop that is slower is told so: after what has waited, the stream
   * throws `DROPPED`.
   * @default 1000
   */
  readonly buffer?: number | undefined;
  /** Aborting it ends the stream. */
  readonly signal?: AbortSignalLike | undefined;
}

/** What a room tells beside its publications. */
export interface RoomEvents<Presence> {
  /** The membership's state. */
  state: RoomState;
  /** Publications are missing: said before anything later. */
  gap: GapEvent;
  /** Who is there, after each change; of a very large room, an empty list: see {@link Room.presenceCount}. */
  presence: readonly Member<Presence>[];
  /** A member came. */
  joined: Member<Presence>;
  /** A member went. */
  left: Member<Presence>;
}

/** A room as this client sees it. There is one object for each name. */
export interface Room<R> {
  readonly name: string;
  /** Where this client stands with the room. The same object until it changes. */
  readonly state: RoomState;
  /** How far this client has come in the room's history; undefined for a room without one. */
  readonly position: Position | undefined;
  /** Who is there. The same array until it changes; it stays over a lost connection until the next one tells. */
  readonly presence: readonly Member<PresenceOf<R>>[];
  /** How many are there: also in a room with so many members that the server no longer names them, and `presence` is empty. */
  readonly presenceCount: number;

  /**
   * Becomes a member, and stays one over reconnects until every join is given back.
   *
   * Rejected with the server's refusal (`FORBIDDEN`, `UNKNOWN_ROOM`, …), `TIMEOUT`, or `CLOSED`; for options that no server would
   * take with `INVALID_OPTION`, `BAD_DATA` or `BAD_ENVELOPE`.
   */
  join(options?: JoinOptions<PresenceInputOf<R>>): Promise<Membership>;
  /**
   * Loads a snapshot so that nothing is missing between it and the publications: joins, stands still at a position while `load` runs,
   * then goes on with everything after that position. Where history does not reach back so far, or begins anew, `load` is called again, from the new position.
   * What is published while it loads may be in the snapshot already, and comes as a publication too.
   *
   * The join is given back at the end: without one of the program's own the room is left then. A room without history cannot stand still.
   *
   * @returns what `load` gave last. Rejected with what it threw, or as `join` is; with `USER_CHANGED` where the connection now belongs to another user
   */
  load<T>(
    load: (from: LoadFrom) => T | PromiseLike<T>,
    options?: JoinOptions<PresenceInputOf<R>>,
  ): Promise<T>;
  /** Gives one join back, as its membership's `leave` does. */
  leave(): void;
  /** Changes what the other members see of this one. */
  setPresence(state: PresenceInputOf<R>): Promise<void>;
  /** Sends a message to the room's handler; resolves when it has been taken. Waits while the room is being joined. */
  send<M extends MessageName<R>>(type: M, ...args: DataArgs<DataInputOf<R, M>, SendOptions>): Promise<void>;
  /** Sends a message to the room's handler and gives its reply. Waits while the room is being joined. */
  request<M extends RequestName<R>>(
    type: M,
    ...args: DataArgs<DataInputOf<R, M>, SendOptions>
  ): Promise<ReplyOf<R, M>>;
  /**
   * Publishes one of the room's `clientEvents`. Resolves when the server has taken it; for a volatile event of the contract
   * at once: without a connection it is dropped.
   */
  publish<E extends ClientEventName<R> & EventName<R>>(
    event: E,
    ...args: DataArgs<EventInputOf<R, E>, SendOptions>
  ): Promise<void>;
  /** Calls `listener` for each publication, in order, each once. @returns its remover */
  on<E extends EventName<R>>(
    event: E,
    listener: Listener<PublicationMessage<EventOf<R, E>>>,
    options?: ListenOptions,
  ): () => void;
  /** Calls `listener` for each change of the room or of its membership. @returns its remover */
  on<E extends keyof RoomEvents<PresenceOf<R>>>(
    event: E,
    listener: Listener<RoomEvents<PresenceOf<R>>[E]>,
    options?: ListenOptions,
  ): () => void;
  /** The publications from this call on, one by one. It ends when the client is closed or the signal aborts. */
  events<E extends EventName<R>>(
    event: E,
    options?: StreamOptions,
  ): AsyncIterableIterator<PublicationMessage<EventOf<R, E>>>;
}
