import type { Clock, Codec, ContractDefinition, Random } from "@tautline/protocol";
import { Answers } from "./answers/answers.js";
import type { Broker } from "./broker/index.js";
import { systemClock } from "./clock.js";
import { CompiledContract } from "./compiled-contract.js";
import { Clients } from "./connection/clients.js";
import type { LiveConnection } from "./connection/connection.js";
import { Dismissals } from "./connection/dismissals.js";
import { FlushTurn } from "./connection/flush-turn.js";
import { Heartbeats } from "./connection/heartbeats.js";
import { RateGuard } from "./connection/rate-guard.js";
import { ConnectionPool } from "./connection-pool.js";
import { Diagnostics } from "./diagnostics/diagnostics.js";
import { Hooks } from "./hooks.js";
import { CallbackGate } from "./limits/callback-gate.js";
import type { LimitName } from "./limits/limit-catalogue.js";
import { sampledLog } from "./limits/log-sampler.js";
import { SendQueues } from "./limits/send-queues.js";
import { WorkTurns } from "./limits/work-turns.js";
import type { Log } from "./log.js";
import { joinBroker } from "./node/join-broker.js";
import { watchTakeovers } from "./node/takeover.js";
import { randomName, systemRandom } from "./random.js";
import { refusal } from "./refusal.js";
import { RoomRegistry } from "./room/registry.js";
import { ReplayFrames } from "./room/replay-frames.js";
import type { RoomOptions, UserOptions } from "./room/room-options.js";
import { RoomHandle } from "./room-handle.js";
import { RoomHookTable } from "./room-hooks.js";
import type { Gatekeeper, ServerContext } from "./server-context.js";
import { codecsOf, roomSettings, type SettingsOptions, settingsOf } from "./settings.js";
import { noTotals } from "./stats.js";

/** The options, as the server sees them. */
export interface ContextOptions extends SettingsOptions, Gatekeeper {
  readonly rooms?: { readonly [pattern: string]: RoomOptions | undefined } | undefined;
  readonly users?: UserOptions | undefined;
  readonly codecs?: readonly Codec[] | undefined;
  readonly log?: Log | undefined;
  readonly clock?: Clock | undefined;
  readonly random?: Random | undefined;
  readonly broker?: Broker | undefined;
}

/** All parts of a server, and what the application's side of it needs besides. */
export interface Assembly {
  readonly context: ServerContext;
  readonly roomHooks: RoomHookTable;
  /** The broker, where it is ours to close. */
  readonly ownBroker: Broker | undefined;
}

/** Puts the parts of a server together. Throws `INVALID_OPTION`. */
export function assemble(
  definition: ContractDefinition,
  options: ContextOptions,
  released: (connection: LiveConnection) => void,
): Assembly {
  const { clock = systemClock, random = systemRandom } = options;
  const contract = new CompiledContract(definition);
  const settings = settingsOf(options);
  const settingsOfRoom = roomSettings(contract, options);
  const totals = noTotals();
  const node = randomName(random);
  const diagnostics = new Diagnostics(node, totals);
  const hooks = new Hooks(logOf(options.log, { clock, settings, diagnostics }));
  const roomHandle = (name: string): RoomHandle => {
    const room = contract.room(name);
    if (!room)
      throw refusal("UNKNOWN_ROOM", { issues: [{ message: `${name} fits no pattern of the contract` }] });
    return new RoomHandle(room, rooms);
  };
  const roomHooks = new RoomHookTable({ contract, hooks, roomHandle });
  const joined = joinBroker(options.broker, { clock, random, settings, hooks, diagnostics, totals, node });
  const { broker } = joined;
  const { rooms: maxRooms, presenceBytes: maxPresenceBytes } = settings.limits;
  const rooms: RoomRegistry = new RoomRegistry({
    ...{ broker, clock, node, totals, maxRooms, maxPresenceBytes },
    events: roomHooks,
    settingsOf: settingsOfRoom,
    observer: diagnostics,
    replayFrames: new ReplayFrames({ maxRunBytes: settings.backpressure.highWaterBytes / 4 }),
  });
  const connections = new Set<LiveConnection>();
  const context: ServerContext = {
    ...{ contract, settings, clock, random, hooks, diagnostics, node, broker, rooms, totals, connections },
    codecs: codecsOf(options.codecs),
    gatekeeper: options,
    turn: new FlushTurn(clock, totals),
    heartbeats: new Heartbeats(clock, settings.heartbeat),
    rate: new RateGuard(settings, clock),
    ...bounds({ clock, settings, diagnostics }, () => connections.size),
    clients: new Clients(),
    dismissals: new Dismissals(clock, settings.deadlines.authenticateMs),
    pool: new ConnectionPool({ maxRooms: settings.limits.rooms }),
    brokerGuard: joined.brokerGuard,
    nodes: joined.nodes,
    answers: answersOf(broker, { node, settings, hooks }),
    handlers: new Map(),
    roomHandlers: new Map(),
    drain: undefined,
    roomHandle,
    released,
  };
  watchTakeovers(context);
  return { context, roomHooks, ownBroker: joined.ownBroker };
}

type Bounded = Pick<ServerContext, "clock" | "settings" | "diagnostics">;

/** What bounds all connections together. */
function bounds(
  { clock, settings, diagnostics }: Bounded,
  readers: () => number,
): Pick<ServerContext, "sendQueues" | "workTurns" | "authenticating" | "authorizing"> {
  const { messagesPerTurn, authenticating, authorizing } = settings.limits;
  const { authenticateMs, handlerMs } = settings.deadlines;
  const reached = (limit: LimitName) => () => diagnostics.limit(limit);
  const gate = (max: number, deadlineMs: number, waiting: () => void) =>
    new CallbackGate({ clock, max, deadlineMs, waiting });
  return {
    sendQueues: new SendQueues(settings.backpressure, readers),
    workTurns: new WorkTurns({ clock, messagesPerTurn, deferred: reached("limits.messagesPerTurn") }),
    authenticating: gate(authenticating, authenticateMs, reached("limits.authenticating")),
    authorizing: gate(authorizing, handlerMs, reached("limits.authorizing")),
  };
}

function logOf(log: Log | undefined, { clock, settings, diagnostics }: Bounded): Log | undefined {
  if (!log || settings.logRate === false) return log;
  return sampledLog(log, { clock, ...settings.logRate, omitted: () => diagnostics.limit("logRate.records") });
}

/** What is remembered of clients' messages, where the broker can remember. */
function answersOf(
  broker: Broker,
  { node, settings, hooks }: Pick<ServerContext, "settings" | "hooks"> & { readonly node: string },
): Answers | undefined {
  if (!broker.claims) return undefined;
  const { handlerMs } = settings.deadlines;
  const failed = (error: unknown) => hooks.report("claims", error);
  return new Answers({ claims: broker.claims, node, handlerMs, ttlMs: settings.answers.ttlMs, failed });
}
