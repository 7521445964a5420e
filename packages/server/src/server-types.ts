import type { Server as HttpServer, IncomingMessage } from "node:http";
import type { Server as HttpsServer } from "node:https";
import type { Duplex } from "node:stream";
import type {
  ContractDefinition,
  DataOf,
  ErrorInputOf,
  ErrorName,
  EventInputOf,
  EventName,
  JoinResult,
  MaybePromise,
  MessageName,
  MessageOf,
  ParamsOf,
  PatternOf,
  PresenceMember,
  Publication,
  ReplyInputOf,
  RoomOf,
  RoomPattern,
  Schema,
  Scope,
  Transport,
} from "@tautline/protocol";
import type { Appended } from "./broker/index.js";
import type { SendResult } from "./connection/outbound.js";
import type { ServerEvents } from "./hooks.js";
import type { NoRejection, NotRejected, Rejection } from "./reject.js";
import type { ServerStats } from "./stats.js";
import type { Listening, ListenOptions } from "./transport/listening.js";
import type { ConnectionRequest, UserIdentity } from "./user.js";

/** Arguments of an event: without data where the contract gives it none. */
export type EventArguments<S extends Scope, E extends EventName<S>> =
  undefined extends EventInputOf<S, E> ? [data?: EventInputOf<S, E>] : [data: EventInputOf<S, E>];

/** As {@link EventArguments}, with options behind them. */
export type PublishArguments<S extends Scope, E extends EventName<S>, O> = [
  ...data: EventArguments<S, E>,
  options?: O,
];

/** One peer, from its admission to its end. */
export interface Connection<C extends ContractDefinition, U extends UserIdentity = UserIdentity> {
  /** Unique over all nodes. Safe to log. */
  readonly id: string;
  readonly user: U;
  /** The public name of the client behind it: the same over its reconnects. */
  readonly member: string;
  /** Whether it speaks the whole protocol, or bare JSON without `$hello`. */
  readonly peer: "full" | "plain";
  readonly request: ConnectionRequest;
  /** The application's own notes. Gone with the connection. */
  readonly data: Record<string, unknown>;
  /** The rooms it is in. */
  readonly rooms: readonly string[];
  /**
   * Sends an event to this connection alone. At most once: what the peer misses while away is not kept.
   *
   * @returns "queued", or "dropped" when the connection has ended or (volatile events) is behind.
   * @throws `BAD_DATA` when the data is not what the contract says, `TOO_LARGE` beyond `limits.clientMessageBytes`.
   */
  send<E extends EventName<C>>(type: E, ...data: EventArguments<C, E>): MaybePromise<SendResult>;
  /** Makes it a member, without asking `authorize`. The peer gets `$joined` unasked. */
  join(room: string): Promise<JoinResult>;
  /** Takes it out of a room; the peer gets `$left`. False: it was not in. */
  leave(room: string): boolean;
  /**
   * Ends it.
   *
   * @param code - 1000, 1001, 1008, 1011–1013 or 3000–4999. After 1000 and 1008 the client does not come back. @default 1000
   * @param reason - for people; cut to 123 bytes.
   */
  close(code?: number, reason?: string): void;
}

/** What a handler is given. */
export interface MessageContext<C extends ContractDefinition, U extends UserIdentity, D> {
  /** Checked against the contract. */
  readonly data: D;
  readonly user: U;
  readonly connection: Connection<C, U>;
  /** Aborts when the sender cancels, the deadline passes or the connection ends. */
  readonly signal: AbortSignal;
  /** The sender's W3C traceparent. */
  readonly trace: string | undefined;
}

/** What a room message's handler is given. */
export interface RoomMessageContext<
  C extends ContractDefinition,
  U extends UserIdentity,
  P extends RoomPattern<C>,
  D,
> extends MessageContext<C, U, D> {
  readonly room: Room<C, P>;
  readonly params: ParamsOf<P>;
}

/** What a handler gives: the reply where the contract has one, or a declared error. */
export type HandlerResult<S extends Scope, M extends MessageName<S>> =
  | (MessageOf<S, M> extends { readonly reply: Schema } ? NotRejected<ReplyInputOf<S, M>> : NoRejection)
  | { [N in ErrorName<S, M>]: Rejection<N, ErrorInputOf<S, M, N>> }[ErrorName<S, M>];

/** Answers a message. */
export type Handler<C extends ContractDefinition, U extends UserIdentity, M extends MessageName<C>> = (
  context: MessageContext<C, U, DataOf<C, M>>,
) => MaybePromise<HandlerResult<C, M>>;

/** Answers a member's message in its room. */
export type RoomHandler<
  C extends ContractDefinition,
  U extends UserIdentity,
  P extends RoomPattern<C>,
  M extends MessageName<RoomOf<C, P>>,
> = (
  context: RoomMessageContext<C, U, P, DataOf<RoomOf<C, P>, M>>,
) => MaybePromise<HandlerResult<RoomOf<C, P>, M>>;

/** Whom a broadcast leaves out. */
export interface ExceptOptions<C extends ContractDefinition, U extends UserIdentity> {
  readonly except?: Connection<C, U> | readonly Connection<C, U>[] | undefined;
}

/** One room, whether anyone is in it or not. */
export interface Room<C extends ContractDefinition, P extends RoomPattern<C>> {
  readonly name: string;
  readonly pattern: P;
  readonly params: ParamsOf<P>;
  /**
   * Publishes an event to all members, on all nodes.
   *
   * @returns where it stands in the history; undefined where nothing is kept (no history, volatile events).
   * @throws `BAD_DATA`, `TOO_LARGE`; `INVALID_OPTION` for `except` of what is kept: it would leave a hole.
   */
  publish<E extends EventName<RoomOf<C, P>>>(
    type: E,
    ...dataAndOptions: PublishArguments<RoomOf<C, P>, E, ExceptOptions<C, UserIdentity>>
  ): MaybePromise<Appended | undefined>;
  /** Who is in it: on all nodes where the room has presence, else on this one. */
  members(): MaybePromise<readonly PresenceMember[]>;
  /** The newest publications kept, the oldest first. At most 1,000 and 1 MiB. */
  history(range: { readonly last: number }): MaybePromise<readonly Publication[]>;
}

/** What a room's hooks are given. */
export interface RoomHookContext<C extends ContractDefinition, P extends RoomPattern<C>> {
  readonly room: Room<C, P>;
  readonly params: ParamsOf<P>;
}

/** What a room's hooks for members are given. */
export interface MemberHookContext<
  C extends ContractDefinition,
  U extends UserIdentity,
  P extends RoomPattern<C>,
> extends RoomHookContext<C, P> {
  readonly connection: Connection<C, U>;
  readonly user: U;
}

/** Called as members of this node's connections come and go. What they throw goes to `on("error")`. */
export interface RoomHooks<C extends ContractDefinition, U extends UserIdentity, P extends RoomPattern<C>> {
  /** A member came: its first connection, which already receives what is published. */
  readonly joined?: ((context: MemberHookContext<C, U, P>) => unknown) | undefined;
  /** A member left: its last connection, which may have been cut `graceMs` ago. */
  readonly left?: ((context: MemberHookContext<C, U, P>) => unknown) | undefined;
  /** The first member came. */
  readonly occupied?: ((context: RoomHookContext<C, P>) => unknown) | undefined;
  /** The last member left. */
  readonly vacant?: ((context: RoomHookContext<C, P>) => unknown) | undefined;
}

/** One user: every tab and device. `connections` are those of this node. */
export interface UserHandle<C extends ContractDefinition, U extends UserIdentity> {
  readonly id: string;
  readonly connections: readonly Connection<C, U>[];
  /** Sends an event to each, on all nodes; `users.history` keeps it for those that are away. @returns where it stands there. */
  send<E extends EventName<C>>(type: E, ...data: EventArguments<C, E>): MaybePromise<Appended | undefined>;
  /** Ends each, on all nodes that can be reached, as {@link Connection.close}. */
  close(code?: number, reason?: string): void;
  /**
   * Sends the user away, on all nodes that can be reached: each connection, those that are being authenticated right now included, ends with 1008. A
   * client whose token is a function asks it once more and comes back if `authenticate` takes the answer; any other
   * stays closed. So first see to it that the user's old credentials are refused.
   *
   * @param options - `reason`: for people; cut to 123 bytes. @default "disconnected"
   */
  disconnect(options?: { readonly reason?: string | undefined }): void;
  /**
   * A right may have been taken from the user: `authorize` is asked again for each room that its connections joined, on all
   * nodes that can be reached. Those that it refuses now are left; the client gets `$left` with the error.
   */
  reauthorize(): void;
}

/** A server of a contract. Made by {@link createServer}; `await using` closes it. */
export interface Server<C extends ContractDefinition, U extends UserIdentity = UserIdentity>
  extends AsyncDisposable {
  /** Answers a message. One handler each; a second one throws `INVALID_OPTION`. */
  handle<M extends MessageName<C>>(type: M, handler: Handler<C, U, M>): this;
  /** Answers members' messages in the rooms of a pattern. */
  handle<P extends RoomPattern<C>, M extends MessageName<RoomOf<C, P>>>(
    pattern: P,
    type: M,
    handler: RoomHandler<C, U, P, M>,
  ): this;
  /** Listens to the server's own events. @returns its remover. */
  on<E extends keyof ServerEvents<C, U>>(
    event: E,
    listener: (detail: ServerEvents<C, U>[E]) => unknown,
  ): () => void;
  /** Follows who comes and goes in the rooms of a pattern. @returns its remover. */
  onRoom<P extends RoomPattern<C>>(pattern: P, hooks: RoomHooks<C, U, P>): () => void;
  /** The room of a pattern with these parameters. @throws `UNKNOWN_ROOM` */
  room<P extends RoomPattern<C>>(pattern: P, params: ParamsOf<P>): Room<C, P>;
  /** The room of this name. @throws `UNKNOWN_ROOM` for a name that belongs to no pattern. */
  room<const N extends string>(name: N): Room<C, PatternOf<RoomPattern<C>, N>>;
  /** All connections of a user. */
  user(id: string): UserHandle<C, U>;
  /** Sends an event to every connection of all nodes; it is kept nowhere. @returns how many of this node took it. */
  broadcast<E extends EventName<C>>(
    type: E,
    ...dataAndOptions: PublishArguments<C, E, ExceptOptions<C, U>>
  ): MaybePromise<number>;
  /** Figures of this moment. */
  stats(): ServerStats;
  /** Listens with an HTTP server of its own. Rejects with `ADDRESS_IN_USE`. */
  listen(options?: ListenOptions): Promise<Listening>;
  /**
   * Takes the upgrades of one path of an HTTP server. Foreign paths are left to others; where nobody else listens for
   * upgrades they are answered 404.
   *
   * @returns its remover. @throws `INVALID_OPTION` when the path is taken.
   */
  attach(server: HttpServer | HttpsServer, options?: { readonly path?: string | undefined }): () => void;
  /** Takes one upgrade, whatever its path. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Uint8Array): void;
  /** Takes a connection over any transport. */
  accept(transport: Transport, request: ConnectionRequest): void;
  /** Has all peers come back elsewhere within the span, finishes what was begun, and closes. */
  drain(options: { readonly withinMs: number }): Promise<void>;
  /** Says goodbye to all peers (1001) and lets go of everything. */
  close(): Promise<void>;
}
