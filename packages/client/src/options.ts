import type { Clock, Codec, Random, TautlineError } from "@tautline/protocol";
import { defaultClock } from "./clock.js";
import { json, type Speech, speechOf } from "./frames.js";
import type { Persistence } from "./persistence.js";
import { defaultRandom } from "./platform.js";
import {
  type ConnectSettings,
  complete,
  connectSettingsOf,
  invalid,
  type Provider,
  type ReconnectingWebSocketOptions,
  type UrlProvider,
} from "./reconnecting-websocket/options.js";

/** One thing worth a line in a log. Never a secret. */
export interface LogRecord {
  readonly level: "info" | "error";
  /** `state`, with the kind of the new state, or `error`. */
  readonly event: "state" | "error";
  readonly state?: string | undefined;
  readonly error?: TautlineError | undefined;
  /** The connection's name in the server's logs. */
  readonly connection?: string | undefined;
}

/** What waits for its answer, in all. */
export interface OutboxOptions {
  /**
   * Bytes of encoded messages. Beyond it, and beyond `maxCount`, a message is rejected with `BUSY`, or makes others give way.
   * @default 1048576
   */
  readonly maxBytes?: number | undefined;
  /**
   * Messages.
   * @default 1000
   */
  readonly maxCount?: number | undefined;
  /**
   * Who gives way. Only what was never written to a socket does, and it is rejected with `DROPPED`.
   *
   * - `reject`: the new message, with `BUSY`;
   * - `drop-oldest`: beyond the bounds, those that wait longest;
   * - `latest-by-key`: at once, those of the same type, room and `key`, where a send names none the empty one. Beyond the
   *   bounds as `reject`. For clients whose every message makes the one before it worthless; else name a `key` where it is so.
   *
   * @default "reject"
   */
  readonly policy?: OutboxPolicy | undefined;
  /**
   * Keeps what `send` was given over a restart of the program: `persistentOutbox()` of `@tautline/client/persistent-outbox`.
   * @default none: a page that is closed or reloaded forgets what was not answered
   */
  readonly persistence?: Persistence | undefined;
}

/** Who gives way in an outbox. */
export type OutboxPolicy = "reject" | "drop-oldest" | "latest-by-key";

type Connecting = Pick<
  ReconnectingWebSocketOptions,
  | "backoff"
  | "clock"
  | "connectTimeoutMs"
  | "network"
  | "random"
  | "retryLimit"
  | "retryPolicy"
  | "stableAfterMs"
  | "WebSocket"
>;

/** All durations are milliseconds. A value that makes no sense is refused at construction (`INVALID_OPTION`). */
export interface ClientOptions extends Connecting {
  /** Where the server is, as `wss://example.com/live`, or a function that gives it, asked before each attempt. */
  readonly url: UrlProvider;
  /**
   * Who the client is, for the server's `authenticate`. A function is asked before each attempt, and once more after a
   * refusal; where it throws, the attempt has failed and the next one follows with backoff. Left out: a guest, or a cookie
   * says it.
   */
  readonly token?: Provider<string | null | undefined> | undefined;
  /**
   * Whether the first `on`, `send`, `request` or `join` opens the connection. False leaves it to `connect()`.
   * @default true; on a server, where a page may merely be rendered, `on` alone opens nothing
   */
  readonly autoConnect?: boolean | undefined;
  /**
   * What is spoken instead of JSON, where the server offers it: `msgpackCodec` of `@tautline/protocol/msgpack`. A server that does not
   * offer it refuses the connection.
   * @default JSON
   */
  readonly codec?: Codec | undefined;
  /**
   * How much longer than the server's heartbeat a silence may last before the connection counts as dead.
   * Shorter: slow networks are cut. Longer: a dead connection is noticed later.
   * @default 5000
   */
  readonly heartbeatGraceMs?: number | undefined;
  /**
   * How long `join` waits for its answer, over reconnects, before it is rejected with `TIMEOUT`; null: for ever.
   * @default 30000
   */
  readonly joinTimeoutMs?: number | null | undefined;
  /** Gets a record of each change of state and each error. The library itself never prints. */
  readonly log?: ((record: LogRecord) => void) | undefined;
  /** What may wait for the server. */
  readonly outbox?: OutboxOptions | undefined;
  /**
   * How long `request` waits for its reply, over reconnects, before it is rejected with `TIMEOUT`; null: for ever.
   * @default 30000
   */
  readonly requestTimeoutMs?: number | null | undefined;
  /**
   * How long `send` waits for the server to take the message, over reconnects, before it is rejected with `TIMEOUT`;
   * null: for ever.
   * @default 300000
   */
  readonly sendTimeoutMs?: number | null | undefined;
}

/** How much may wait, and who gives way. */
export type Bounds = {
  readonly [Name in keyof Omit<OutboxOptions, "persistence">]-?: NonNullable<OutboxOptions[Name]>;
};

/** The options that have plain values, each with its value. Deadlines that never come are infinite. */
interface Plain {
  readonly heartbeatGraceMs: number;
  readonly joinTimeoutMs: number;
  readonly outbox: Bounds;
  readonly requestTimeoutMs: number;
  readonly sendTimeoutMs: number;
}

const defaults: Plain = {
  heartbeatGraceMs: 5_000,
  joinTimeoutMs: 30_000,
  outbox: { maxBytes: 1_048_576, maxCount: 1_000, policy: "reject" },
  requestTimeoutMs: 30_000,
  sendTimeoutMs: 300_000,
};

/** The options, each with its value. */
export interface ClientSettings
  extends ConnectSettings,
    Plain,
    Pick<ClientOptions, "autoConnect" | "log" | "token" | "url"> {
  readonly clock: Clock;
  readonly random: Random;
  readonly speech: Speech;
  readonly persistence: Persistence | undefined;
}

/** Fills in the defaults and refuses what makes no sense. */
export function clientSettingsOf(options: ClientOptions): ClientSettings {
  const { url, token, codec, clock = defaultClock, random = defaultRandom } = options;
  if (!url) throw invalid("url", "an address", url);
  // The value of a token is never quoted.
  if (token && typeof token !== "string" && typeof token !== "function") {
    throw invalid("token", "a string or a function", typeof token);
  }
  if (codec && !codec.subprotocol) throw invalid("codec", "a codec", codec);
  const endless = Object.entries(options as object).map(([name, value]: [string, unknown]) => [
    name,
    value === null ? Infinity : value,
  ]);
  const plain = complete(defaults, Object.fromEntries(endless)) as Plain;
  const { policy } = plain.outbox;
  if (!/^(reject|drop-oldest|latest-by-key)$/.test(policy)) throw invalid("policy", "a known one", policy);
  return {
    ...connectSettingsOf(options),
    ...plain,
    clock,
    random,
    speech: codec ? speechOf(codec) : json,
    persistence: options.outbox?.persistence,
  };
}
