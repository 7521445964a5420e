import type {
  ContractDefinition,
  DataInputOf,
  EventName,
  EventOf,
  MessageName,
  ParamsOf,
  PatternOf,
  ReplyOf,
  RequestName,
  RoomNamed,
  RoomOf,
  RoomPattern,
  TautlineError,
} from "@tautline/protocol";
import type { ClientState } from "./connection/state.js";
import type { Listener, ListenOptions } from "./emitter.js";
import type { GapEvent } from "./room/recovery.js";
import type { DataArgs, EventMessage, PendingMessage, Room, SendOptions } from "./types.js";

/** What a client tells about itself. */
export interface ClientEvents {
  state: ClientState;
  /** What no promise and no other event tells: a failed listener, data against the contract, a rejection nobody awaited. */
  error: TautlineError;
  /** Events that were sent to this user are missing: said before anything later. */
  gap: GapEvent;
}

/** The name of a room, if the contract has a pattern for it. */
type KnownRoom<C, Name extends string> = [PatternOf<RoomPattern<C>, Name>] extends [never]
  ? `'${Name}' matches no room of the contract`
  : Name;

/** A connection that heals itself, seen through a contract. */
export interface Client<C extends ContractDefinition> {
  /** What the connection is doing. The same object until it changes. */
  readonly state: ClientState;
  /** The messages and requests that are not answered yet, in all rooms and none, in the order in which they were sent. */
  readonly pending: readonly PendingMessage[];
  /**
   * Opens the connection, also again after it was closed. Resolves when it is connected; rejected when it is closed for
   * good first.
   */
  connect(): Promise<void>;
  /**
   * Closes the connection, and rejects what waits with `CLOSED` or `OUTCOME_UNKNOWN`. Resolves when the socket has ended.
   * Joins stay wanted: `connect()` renews them.
   */
  close(): Promise<void>;
  /** `await using`: closes. */
  [Symbol.asyncDispose](): Promise<void>;

  /** Sends a message; resolves when the server has handled it, over reconnects too. */
  send<M extends MessageName<C>>(type: M, ...args: DataArgs<DataInputOf<C, M>, SendOptions>): Promise<void>;
  /** Sends a message and gives its reply, checked by the contract. */
  request<M extends RequestName<C>>(
    type: M,
    ...args: DataArgs<DataInputOf<C, M>, SendOptions>
  ): Promise<ReplyOf<C, M>>;
  /** Calls `listener` for each event. @returns its remover */
  on<E extends EventName<C>>(
    event: E,
    listener: Listener<EventMessage<EventOf<C, E>>>,
    options?: ListenOptions,
  ): () => void;
  /** Calls `listener` for what happens to the client itself. @returns its remover */
  on<E extends keyof ClientEvents>(
    event: E,
    listener: Listener<ClientEvents[E]>,
    options?: ListenOptions,
  ): () => void;
  /** The room of this name: one object a name. @throws `UNKNOWN_ROOM` where the contract has no pattern for it */
  room<const Name extends string>(name: Name & KnownRoom<C, Name>): Room<RoomNamed<C, Name>>;
  /** The room that a pattern names with these parameters, each percent-encoded. */
  room<P extends RoomPattern<C>>(pattern: P, params: ParamsOf<P>): Room<RoomOf<C, P>>;
}
