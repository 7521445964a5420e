import type { Clock, Codec, ContractDefinition, Random, RoomOf, RoomPattern } from "@tautline/protocol";
import type { Authorize } from "./actions.js";
import type { Broker } from "./broker/index.js";
import type { Log } from "./log.js";
import type { RoomOptions, UserOptions } from "./room/room-options.js";
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
  /** The protocol's own (joins, leaves, presence, cancels, tokens) in `windowMs`. @default 500 */
  readonly protocol?: number | undefined;
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
  /** Connections of one user; the newest is refused with 1013. @default 100 */
  readonly connectionsPerUser?: number | undefined;
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
}

/** How long something may take, in milliseconds. */
export interface DeadlineOptions {
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
