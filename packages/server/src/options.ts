import type { Clock, Codec, ContractDefinition, Random, RoomOf, RoomPattern } from "@tautline/protocol";
import type { Authorize } from "./actions.js";
import type { Broker } from "./broker/index.js";
import type { Log } from "./log.js";
import type { RoomOptions, UserOptions } from "./room/room-options.js";
import type { TrustProxy } from "./transport/trust-proxy.js";
import type { Authenticate, UserIdentity } from "./user.js";

/** How many messages a peer may send. What is over is refused with `RATE_LIMITED` and when to try again. */
export interface RateLimitOptions {
  /** Messages in any span of `windowMs`. A burst of all of them passes. @default 500 */
  readonly messages?: number | undefined;
  /** Milliseconds, for all buckets. @default 10000 */
  readonly windowMs?: number | undefined;
  /** Who shares an allowance. An address is counted as it is (IPv4) or by /64 (IPv6). @default "connection" */
  readonly by?: "connection" | "user" | "address" | undefined;
  /** What a message costs, in units of `messages`. @default 1 each */
  readonly cost?: Readonly<Record<string, number>> | undefined;
  /** Volatile client events in `windowMs`: typing must not eat the messages. @default 1000 */
  readonly volatile?: number | undefined;
  /** The protocol's own (leaves, cancels, tokens) in `windowMs`. @default 500 */
  readonly protocol?: number | undefined;
  /** Joins in `windowMs`, besides those of `$hello`. Over it, a client waits and joins later. @default 250 */
  readonly joins?: number | undefined;
  /** Presence states in `windowMs`: each is told to all members of its room. @default 100 */
  readonly presence?: number | undefined;
  /**
   * Publications of history that the joins of one user are given in `windowMs`, over all its connections (by address, where `by` says so). A join over
   * it is refused; the client joins later, and misses nothing. @default 100000
   */
  readonly recovered?: number | undefined;
  /** Ping and pong frames in `windowMs`, asked for or not; over it the connection is closed with 4429. @default 100 */
  readonly controlFrames?: number | undefined;
  /** Pings in `windowMs`. @default 50 */
  readonly pings?: number | undefined;
  /** Refusals in `windowMs` after which the connection is closed with 4429. @default ten times `messages` */
  readonly refusals?: number | undefined;
}

/** When a silent peer is taken for gone. */
export interface HeartbeatOptions {
  /** Silence, in milliseconds, after which a ping is sent. A long one finds dead peers late. @default 20000 */
  readonly intervalMs?: number | undefined;
  /** How long the peer may take to answer it, in milliseconds: at most `intervalMs`. @default 5000 */
  readonly graceMs?: number | undefined;
}

/** What one peer, or all together, may have. Sizes in bytes of UTF-8. */
export interface LimitOptions {
  /** A message to the server; a larger one closes with 1009. @default 65536 */
  readonly messageBytes?: number | undefined;
  /** A message to a client; making a larger one throws `TOO_LARGE`. @default 1048576 */
  readonly clientMessageBytes?: number | undefined;
  /** The whole `$hello`. @default 16384 */
  readonly helloBytes?: number | undefined;
  /** Rooms of one connection. @default 128 */
  readonly rooms?: number | undefined;
  /** Messages of one connection that are being handled; more are refused with `BUSY`. @default 256 */
  readonly unanswered?: number | undefined;
  /** Connections in all; the newest is refused with 1013. @default 50000 */
  readonly connections?: number | undefined;
  /** Connections of one user on this node; the newest is refused with `TOO_MANY_CONNECTIONS` and 1013. @default 64 */
  readonly connectionsPerUser?: number | undefined;
  /**
   * Connections from one address (IPv6: from one /64); the newest is refused with `TOO_MANY_CONNECTIONS` and 1013, and with 503 when there are twice
   * as many. A company or a mobile network may share one address: be generous. Behind a proxy set `trustProxy` first. False: no limit.
   * @default false
   */
  readonly connectionsPerAddress?: number | false | undefined;
  /**
   * New connections in any second; the newest is refused with `TOO_MANY_CONNECTIONS`, 1013 and when to come again, and over twice as many with 503.
   * It also spreads what comes back after a restart. False: no limit. @default false
   */
  readonly connectionsPerSecond?: number | false | undefined;
  /** Sockets of `listen` that have not asked for an upgrade yet; the newest is refused with 503. @default 1000 */
  readonly handshakes?: number | undefined;
  /** The header of an upgrade, for `listen`; a larger one is answered 431. @default 16384 */
  readonly headerBytes?: number | undefined;
  /** Frames of one message; one with more is closed with 1008. @default 256 */
  readonly fragments?: number | undefined;
  /** A presence state, at most 1024; a larger one is refused with `TOO_LARGE`. @default 1024 */
  readonly presenceBytes?: number | undefined;
  /** Calls of `authenticate` under way; those who come meanwhile wait in line, within its deadline. @default 256 */
  readonly authenticating?: number | undefined;
  /** Calls of `authorize` under way; those who come meanwhile wait in line, within the deadline of their message. @default 1000 */
  readonly authorizing?: number | undefined;
  /** Messages of one connection that are begun in one turn of the event loop; the rest waits while others have their turn. @default 64 */
  readonly messagesPerTurn?: number | undefined;
  /**
   * Calls of a slow broker that have no answer yet; the newest is refused with `UNAVAILABLE`, until some are answered or past their
   * deadline. Of no use to the built-in one, which answers at once. @default 10000
   */
  readonly brokerCalls?: number | undefined;
}

/** What happens when a reader is slower than the writer. Bytes per connection. */
export interface BackpressureOptions {
  /**
   * Beyond it the reader is behind: publications of rooms with history wait there, volatile events are dropped or conflated, changes
   * of presence become a new snapshot, and no new messages of the connection are begun. @default 262144
   */
  readonly highWaterBytes?: number | undefined;
  /** Beyond it, by what cannot wait (answers, events to the connection), it is closed with 4410. @default 2097152 */
  readonly limitBytes?: number | undefined;
  /**
   * What may wait for all readers together. When there is more, each has an equal share of it: who has more waiting is behind, and is
   * closed with 4410 as soon as more is sent to it than can wait elsewhere. @default 536870912
   */
  readonly totalBytes?: number | undefined;
}

/** How much is logged: who can make the server log must not be able to fill a disk. */
export interface LogRateOptions {
  /** Records of one event in `windowMs`. The next one that is logged says how many were left out: `omitted`. @default 100 */
  readonly records?: number | undefined;
  /** Milliseconds. @default 10000 */
  readonly windowMs?: number | undefined;
}

/** How long something may take, in milliseconds. */
export interface DeadlineOptions {
  /** The header of an upgrade, for `listen`; then 408. @default 10000 */
  readonly headersMs?: number | undefined;
  /** A message from its first byte to its last; then 1013. @default 30000 */
  readonly messageMs?: number | undefined;
  /** From open to `$hello`; then 4408. @default 5000 */
  readonly helloMs?: number | undefined;
  /** `authenticate`; then `UNAVAILABLE` and 1013. @default 10000 */
  readonly authenticateMs?: number | undefined;
  /** How long before a client's credentials end ({@link withExpiry}) it is asked for new ones; of short-lived ones half their life. @default 60000 */
  readonly renewalMs?: number | undefined;
  /** A message from its start to its answer, authorisation included; then `TIMEOUT`. @default 30000 */
  readonly handlerMs?: number | undefined;
  /** The closing handshake; then the socket is cut. @default 5000 */
  readonly closeMs?: number | undefined;
  /** An answer of the broker; then `UNAVAILABLE`. Of no use to the built-in one, which answers at once. @default 5000 */
  readonly brokerMs?: number | undefined;
}

/** What is remembered of clients' messages, so that a repeat is answered and not handled again. */
export interface AnswersOptions {
  /**
   * How long, in milliseconds, the record of a client is kept after its connection has ended. A client that comes back later
   * is told `OUTCOME_UNKNOWN` of what it had sent and got no answer to. How many records and answers are kept is up to the
   * broker. @default 600000
   */
  readonly ttlMs?: number | undefined;
}

/**
 * Compression of messages (permessage-deflate, RFC 7692) for peers that offer it, as browsers do. A publication is
 * compressed once, whatever the number of its receivers: it costs some 10 µs a KB, and saves most of what
 * JSON takes on the wire. What peers send compressed costs more than plain text: each message is inflated for itself, and
 * a connection that sent some keeps some 30 KB for it.
 */
export interface CompressionOptions {
  /** Messages of fewer bytes are sent as they are: compressed they are hardly smaller. @default 1024 */
  readonly thresholdBytes?: number | undefined;
  /** 1 (fastest) to 9 (smallest). A message of 1 MiB holds up everything else for about 8 ms by the default, 5 ms by 1. @default 6 */
  readonly level?: number | undefined;
}

/** Peers that offer no subprotocol: a bare `WebSocket`, wscat, other languages. */
export interface PlainPeerOptions {
  /** Whether `?token=` is read. Query strings end up in the logs of proxies. @default false */
  readonly queryToken?: boolean | undefined;
  /** Ping frames, which every peer answers by itself, or `{"type":"ping"}`. @default "frame" */
  readonly heartbeat?: "frame" | "envelope" | undefined;
}

/**
 * How the rooms of each pattern behave. Conditional, so that the compiler puts the contract in before it looks inside: else
 * functions in it would not know what they are given.
 */
export type RoomsOptions<C> = C extends ContractDefinition
  ? { readonly [P in RoomPattern<C>]?: RoomOptions<RoomOf<C, P>> | undefined }
  : never;

/** How a server admits, limits and keeps. Checked when it is made: a wrong value throws `INVALID_OPTION`. */
export interface ServerOptions<C extends ContractDefinition, U extends UserIdentity> {
  /** Says who a peer is. `guests()` for demos. */
  readonly authenticate: Authenticate<U>;
  /** Says who may do what. `allowAll` for demos. */
  readonly authorize: Authorize<C, NoInfer<U>>;
  /** How the rooms of each pattern behave. @default no history */
  readonly rooms?: RoomsOptions<C> | undefined;
  /** What is kept of the events to each user, for devices that are away. @default 100 events, 256 KiB, a day */
  readonly users?: UserOptions | undefined;
  /** @default 500 messages in 10 seconds a connection. False: no limit. */
  readonly rateLimit?: RateLimitOptions | false | undefined;
  /** Origins, besides the server's own, whose pages may connect: `https://app.example.com`. "any" lets every page in. @default none */
  readonly origins?: readonly string[] | "any" | undefined;
  /** The server's own origin as browsers see it. @default host and port of the request, whatever the scheme */
  readonly publicOrigin?: string | undefined;
  /**
   * What full peers may speak besides JSON, as `msgpackCodec` of `@tautline/protocol/msgpack`. Each peer chooses by what it offers first; plain
   * peers speak JSON. @default none
   */
  readonly codecs?: readonly Codec[] | undefined;
  /**
   * Which proxies are believed when they say in `X-Forwarded-For` whom they serve: how many of them there are, or their networks
   * (`["10.0.0.0/8", "fd00::/8"]`). The peer's address, for the limits by address and for the application, is then the rightmost one
   * that is not a proxy's. Too many proxies, or too wide a network, and peers choose their address themselves.
   * @default false: the socket's own peer
   */
  readonly trustProxy?: TrustProxy | undefined;
  readonly heartbeat?: HeartbeatOptions | undefined;
  readonly limits?: LimitOptions | undefined;
  readonly backpressure?: BackpressureOptions | undefined;
  readonly deadlines?: DeadlineOptions | undefined;
  readonly answers?: AnswersOptions | undefined;
  /** Compresses messages for peers that offer it: `{}` for the defaults. @default false */
  readonly compression?: CompressionOptions | false | undefined;
  /** False: peers without our subprotocol are refused. @default admitted, without query tokens */
  readonly plain?: PlainPeerOptions | false | undefined;
  /** Takes the server's records. @default nobody */
  readonly log?: Log | undefined;
  /** @default 100 records of one event in 10 seconds. False: no limit. */
  readonly logRate?: LogRateOptions | false | undefined;
  /** @default the real time */
  readonly clock?: Clock | undefined;
  /** @default the real chance */
  readonly random?: Random | undefined;
  /**
   * Carries publications between nodes, keeps history, and remembers what became of clients' messages. What it means
   * that something was taken is the broker's to say: by the default, that it is in this process's memory. Closed by whoever
   * made it. @default one in this process's memory, closed with the server
   */
  readonly broker?: Broker | undefined;
}
