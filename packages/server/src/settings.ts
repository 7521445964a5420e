import { type Codec, invalidOption, jsonCodec, limits as protocolLimits } from "@tautline/protocol";
import type { CompiledContract } from "./compiled-contract.js";
import { onlyKeys } from "./option-checks.js";
import type {
  AnswersOptions,
  BackpressureOptions,
  CompressionOptions,
  DeadlineOptions,
  HeartbeatOptions,
  LimitOptions,
  LogRateOptions,
  PlainPeerOptions,
  RateLimitOptions,
} from "./options.js";
import { checkConflation } from "./room/conflation.js";
import { isOwnStream } from "./room/own-stream.js";
import {
  checkRoomOptions,
  checkUserOptions,
  type RoomOptions,
  type RoomSettings,
  type UserOptions,
} from "./room/room-options.js";

type Complete<T> = { readonly [K in keyof T]-?: NonNullable<T[K]> };

/** The options that are numbers and words, checked, each with its default in place. */
export interface Settings {
  readonly heartbeat: Complete<HeartbeatOptions>;
  readonly limits: Complete<LimitOptions>;
  readonly backpressure: Complete<BackpressureOptions>;
  readonly deadlines: Complete<DeadlineOptions>;
  readonly answers: Complete<AnswersOptions>;
  readonly compression: Complete<CompressionOptions> | false;
  readonly plain: Complete<PlainPeerOptions> | false;
  readonly rateLimit: Complete<RateLimitOptions> | false;
  readonly logRate: Complete<LogRateOptions> | false;
}

/** The part of the options that {@link Settings} are made of. */
export interface SettingsOptions {
  readonly heartbeat?: HeartbeatOptions | undefined;
  readonly limits?: LimitOptions | undefined;
  readonly backpressure?: BackpressureOptions | undefined;
  readonly deadlines?: DeadlineOptions | undefined;
  readonly answers?: AnswersOptions | undefined;
  readonly compression?: CompressionOptions | false | undefined;
  readonly plain?: PlainPeerOptions | false | undefined;
  readonly rateLimit?: RateLimitOptions | false | undefined;
  readonly logRate?: LogRateOptions | false | undefined;
}

const defaults = {
  heartbeat: { intervalMs: 20_000, graceMs: 5_000 },
  limits: {
    messageBytes: protocolLimits.messageBytes,
    clientMessageBytes: protocolLimits.clientMessageBytes,
    helloBytes: protocolLimits.helloBytes,
    rooms: protocolLimits.rooms,
    unanswered: protocolLimits.unanswered,
    connections: 50_000,
    connectionsPerUser: 64,
    connectionsPerAddress: false,
    connectionsPerSecond: false,
    handshakes: 1_000,
    headerBytes: 16_384,
    fragments: 256,
    presenceBytes: protocolLimits.presenceBytes,
    authenticating: 256,
    authorizing: 1_000,
    messagesPerTurn: 64,
    brokerCalls: 10_000,
  },
  backpressure: { highWaterBytes: 262_144, limitBytes: 2_097_152, totalBytes: 536_870_912 },
  deadlines: {
    headersMs: 10_000,
    messageMs: 30_000,
    helloMs: 5_000,
    authenticateMs: 10_000,
    renewalMs: 60_000,
    handlerMs: 30_000,
    closeMs: 5_000,
    brokerMs: 5_000,
  },
  answers: { ttlMs: 600_000 },
  compression: { thresholdBytes: 1_024, level: 6 },
  logRate: { records: 100, windowMs: 10_000 },
} as const;

/**
 * Checks the options and fills in the defaults.
 *
 * @throws `INVALID_OPTION`, which names the option, what was expected and what came.
 */
export function settingsOf(options: SettingsOptions): Settings {
  const settings: Settings = {
    heartbeat: numbers("heartbeat", defaults.heartbeat, options.heartbeat),
    limits: numbers("limits", defaults.limits, options.limits),
    backpressure: numbers("backpressure", defaults.backpressure, options.backpressure),
    deadlines: numbers("deadlines", defaults.deadlines, options.deadlines),
    answers: numbers("answers", defaults.answers, options.answers),
    compression: compressionOf(options.compression),
    plain: plainOf(options.plain),
    rateLimit: rateLimitOf(options.rateLimit),
    logRate: options.logRate !== false && numbers("logRate", defaults.logRate, options.logRate),
  };
  const { intervalMs, graceMs } = settings.heartbeat;
  // Pings would come no more often than the grace is long, and clients take a server that is silent for longer for dead.
  if (graceMs > intervalMs)
    throw invalidOption("heartbeat.graceMs", `at most intervalMs (${intervalMs})`, graceMs);
  const { highWaterBytes, limitBytes } = settings.backpressure;
  if (limitBytes < highWaterBytes) {
    throw invalidOption("backpressure.limitBytes", `at least highWaterBytes (${highWaterBytes})`, limitBytes);
  }
  const { presenceBytes } = settings.limits;
  // Other nodes and clients go by the protocol's.
  if (presenceBytes > protocolLimits.presenceBytes)
    throw invalidOption("limits.presenceBytes", `at most ${protocolLimits.presenceBytes}`, presenceBytes);
  return settings;
}

/**
 * Checks the options of a contract's rooms and of users' own streams, and tells the settings of each by its name.
 *
 * @throws `INVALID_OPTION` for a pattern that the contract does not have, and for what is no option of a room.
 */
export function roomSettings(
  contract: CompiledContract,
  {
    rooms = {},
    users = {},
  }: {
    readonly rooms?: { readonly [pattern: string]: RoomOptions | undefined } | undefined;
    readonly users?: UserOptions | undefined;
  },
): (room: string) => RoomSettings | undefined {
  for (const pattern of Object.keys(rooms)) {
    const known = [...contract.rooms.keys()].join(", ");
    if (!contract.rooms.has(pattern))
      throw invalidOption("rooms", `a pattern of the contract: ${known}`, pattern);
  }
  const settings = new Map<string, RoomSettings>();
  for (const { pattern, presence, events } of contract.rooms.values()) {
    const path = `rooms["${pattern}"]`;
    const options = rooms[pattern] ?? {};
    const conflation = checkConflation(options.conflate ?? {}, `${path}.conflate`, events);
    settings.set(pattern, { ...checkRoomOptions(options, path, presence !== undefined), conflation });
  }
  const ofUsers = checkUserOptions(users);
  return (room) => {
    if (isOwnStream(room)) return ofUsers;
    const named = contract.room(room);
    return named && settings.get(named.definition.pattern);
  };
}

function compressionOf(given: SettingsOptions["compression"] = false): Settings["compression"] {
  if (given === false) return false;
  const compression = numbers("compression", defaults.compression, given);
  const { level } = compression;
  if (!Number.isInteger(level) || level > 9)
    throw invalidOption("compression.level", "a whole number from 1 to 9", level);
  return compression;
}

/**
 * What the server speaks: JSON, which every peer may, and what else it was given.
 *
 * @throws `INVALID_OPTION` for what is no codec, or has the subprotocol of another one.
 */
export function codecsOf(given: unknown = []): readonly Codec[] {
  if (!Array.isArray(given)) throw invalidOption("codecs", "an array of codecs", given);
  const codecs: Codec[] = [jsonCodec];
  for (const codec of given as unknown[]) {
    if (!isCodec(codec)) throw invalidOption("codecs", "codecs, as msgpackCodec is one", codec);
    const { subprotocol } = codec;
    if (codecs.some((other) => other.subprotocol === subprotocol))
      throw invalidOption("codecs", "one codec a subprotocol, and JSON is always there", subprotocol);
    codecs.push(codec);
  }
  return codecs;
}

function isCodec(value: unknown): value is Codec {
  const { subprotocol, encode, decode } = (value ?? {}) as Partial<Codec>;
  return typeof subprotocol === "string" && typeof encode === "function" && typeof decode === "function";
}

function plainOf(options: PlainPeerOptions | false | undefined): Complete<PlainPeerOptions> | false {
  if (options === false) return false;
  onlyKeys("plain", options ?? {}, ["queryToken", "heartbeat"]);
  const { queryToken = false, heartbeat = "frame" } = options ?? {};
  if (typeof queryToken !== "boolean") throw invalidOption("plain.queryToken", "true or false", queryToken);
  if (heartbeat !== "frame" && heartbeat !== "envelope") {
    throw invalidOption("plain.heartbeat", '"frame" or "envelope"', heartbeat);
  }
  return { queryToken, heartbeat };
}

function rateLimitOf(options: RateLimitOptions | false | undefined): Complete<RateLimitOptions> | false {
  if (options === false) return false;
  const { by = "connection", cost = {}, ...counts } = options ?? {};
  if (by !== "connection" && by !== "user" && by !== "address") {
    throw invalidOption("rateLimit.by", '"connection", "user" or "address"', by);
  }
  const messages = counts.messages ?? 500;
  for (const [type, units] of Object.entries(cost)) {
    if (Number.isSafeInteger(units) && units >= 0 && units <= messages) continue;
    throw invalidOption(`rateLimit.cost.${type}`, `a whole number from 0 to ${messages}`, units);
  }
  const known = {
    messages: 500,
    windowMs: 10_000,
    volatile: 1_000,
    protocol: 500,
    joins: 250,
    presence: 100,
    recovered: 100_000,
    controlFrames: 100,
    pings: 50,
    refusals: 10 * messages,
  };
  return { ...numbers("rateLimit", known, counts), by, cost };
}

/** A number, or false for what may be without limit and is by default. */
type Bound<D> = D extends false ? number | false : number;

function numbers<T extends { readonly [key: string]: number | false }>(
  group: string,
  known: T,
  given: { readonly [K in keyof T]?: Bound<T[K]> | undefined } | undefined,
): { readonly [K in keyof T]: Bound<T[K]> } {
  onlyKeys(group, given ?? {}, Object.keys(known));
  const result: { [key: string]: number | false } = { ...known };
  for (const [key, value] of Object.entries(given ?? {})) {
    if (value === undefined) continue;
    if (value !== false || known[key] !== false) positive(`${group}.${key}`, value);
    result[key] = value as number | false;
  }
  return result as { [K in keyof T]: Bound<T[K]> };
}

function positive(option: string, value: unknown): void {
  if (typeof value !== "number" || !Number.isFinite(value) || value < 1) {
    throw invalidOption(option, "a finite number of at least 1", value);
  }
}
