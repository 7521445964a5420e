import type { Clock, Codec, MaybePromise, Random } from "@tautline/protocol";
import type { Answers } from "./answers/answers.js";
import type { BrokerGuard } from "./broker/broker-guard.js";
import type { Broker } from "./broker/index.js";
import type { CompiledContract, CompiledRoom } from "./compiled-contract.js";
import type { Clients } from "./connection/clients.js";
import type { LiveConnection } from "./connection/connection.js";
import type { Dismissals } from "./connection/dismissals.js";
import type { FlushTurn } from "./connection/flush-turn.js";
import type { Heartbeats } from "./connection/heartbeats.js";
import type { RateGuard } from "./connection/rate-guard.js";
import type { ConnectionPool } from "./connection-pool.js";
import type { Diagnostics } from "./diagnostics/diagnostics.js";
import type { Expiring } from "./expiring.js";
import type { Hooks } from "./hooks.js";
import type { CallbackGate } from "./limits/callback-gate.js";
import type { SendQueues } from "./limits/send-queues.js";
import type { WorkTurns } from "./limits/work-turns.js";
import type { NodeChannel } from "./node/node-channel.js";
import type { RoomRegistry } from "./room/registry.js";
import type { RoomHandle } from "./room-handle.js";
import type { Settings } from "./settings.js";
import type { Totals } from "./stats.js";
import type { AuthenticateInput, UserIdentity } from "./user.js";

/** A handler as the server keeps it: which contract it was typed by is known to the compiler alone. */
export type AnyHandler = (context: never) => unknown;

/** An action as the server makes it. */
export interface AnyAction {
  readonly kind: "message" | "join" | "publish";
  readonly type?: string | undefined;
  readonly data?: unknown;
  readonly room?: string | undefined;
  readonly pattern?: string | undefined;
  readonly params?: Readonly<Record<string, string>> | undefined;
}

/** The application's two questions. */
export interface Gatekeeper {
  authenticate(input: AuthenticateInput): MaybePromise<UserIdentity | Expiring<UserIdentity> | null>;
  authorize(input: {
    readonly user: UserIdentity;
    readonly action: AnyAction;
    readonly connection: unknown;
  }): MaybePromise<boolean>;
}

/** What all connections of a server share. */
export interface ServerContext {
  readonly contract: CompiledContract;
  readonly settings: Settings;
  readonly codecs: readonly Codec[];
  readonly clock: Clock;
  readonly random: Random;
  readonly gatekeeper: Gatekeeper;
  readonly hooks: Hooks;
  readonly diagnostics: Diagnostics;
  /** Names this server among those that share the broker. */
  readonly node: string;
  readonly broker: Broker;
  readonly turn: FlushTurn;
  readonly heartbeats: Heartbeats;
  readonly rate: RateGuard;
  /** What waits for all readers. */
  readonly sendQueues: SendQueues;
  readonly workTurns: WorkTurns;
  /** The calls of `authenticate` and of `authorize` that are under way. */
  readonly authenticating: CallbackGate;
  readonly authorizing: CallbackGate;
  readonly clients: Clients<LiveConnection>;
  readonly dismissals: Dismissals;
  /** Admitted connections. */
  readonly pool: ConnectionPool<LiveConnection>;
  /** All connections, from accept to the end of their transport. */
  readonly connections: Set<LiveConnection>;
  readonly rooms: RoomRegistry;
  /** Watches over a broker that was given; one of our own cannot fail. */
  readonly brokerGuard: BrokerGuard | undefined;
  /** The other nodes of the same broker. */
  readonly nodes: NodeChannel;
  /** Undefined: the broker remembers nothing of clients' messages. */
  readonly answers: Answers | undefined;
  /** Handlers of messages without a room. */
  readonly handlers: Map<string, AnyHandler>;
  /** Handlers of room messages, by the room's definition. */
  readonly roomHandlers: Map<CompiledRoom, Map<string, AnyHandler>>;
  readonly totals: Totals;
  /** What full peers are told when the server is about to leave; undefined: it stays. */
  drain: { readonly withinMs: number } | undefined;
  roomHandle(name: string): RoomHandle;
  /** A connection was let go of: for whoever waits for the last one. */
  released(connection: LiveConnection): void;
}
