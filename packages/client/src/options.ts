import { invalidOption, type Random, type TautlineError } from "@tautline/protocol";
import { defaultRandom } from "./platform.js";
import {
  longestMs,
  type Provider,
  type ReconnectingWebSocketOptions,
  type Settings,
  settingsOf,
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

/** What waits for its acknowledgement, in all. A message beyond either bound is rejected with `BUSY`. */
export interface OutboxOptions {
  /**
   * Bytes of encoded messages.
   * @default 1048576
   */
  readonly maxBytes?: number | undefined;
  /**
   * Messages.
   * @default 1000
   */
  readonly maxCount?: number | undefined;
}

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

/** How much may wait. */
export interface Bounds {
  readonly maxBytes: number;
  readonly maxCount: number;
}

/** The options, each with its value. */
export interface ClientSettings extends Settings {
  readonly url: UrlProvider;
  readonly token: Provider<string | null | undefined>;
  /** Undefined: as the surroundings suggest. */
  readonly opens: boolean | undefined;
  readonly heartbeatGraceMs: number;
  readonly joinTimeoutMs: number | null;
  readonly log: ((record: LogRecord) => void) | undefined;
  readonly outbox: Bounds;
  readonly random: Random;
  readonly requestTimeoutMs: number | null;
  readonly sendTimeoutMs: number | null;
}

/** Fills in the defaults and refuses what makes no sense. */
export function clientSettingsOf(options: ClientOptions): ClientSettings {
  const { url, token, autoConnect, log, outbox = {} } = options;
  if (url === undefined || url === null || url === "") throw invalidOption("url", "an address", url);
  // The value of a token is never quoted.
  if (token && typeof token !== "string" && typeof token !== "function") {
    throw invalidOption("token", "a string or a function", typeof token);
  }
  const timeout = (
    name: "joinTimeoutMs" | "requestTimeoutMs" | "sendTimeoutMs",
    byDefault: number,
  ): number | null => timeoutOf(name, options[name], byDefault);
  return {
    ...settingsOf(options),
    url,
    token,
    opens: autoConnect,
    heartbeatGraceMs: bounded("heartbeatGraceMs", options.heartbeatGraceMs ?? 5_000, longestMs),
    joinTimeoutMs: timeout("joinTimeoutMs", 30_000),
    log,
    outbox: {
      maxBytes: bounded("outbox.maxBytes", outbox.maxBytes ?? 1_048_576, Infinity),
      maxCount: bounded("outbox.maxCount", outbox.maxCount ?? 1_000, Infinity),
    },
    random: options.random ?? defaultRandom,
    requestTimeoutMs: timeout("requestTimeoutMs", 30_000),
    sendTimeoutMs: timeout("sendTimeoutMs", 300_000),
  };
}

/** A deadline as a caller gives it: undefined is the default, null is none. */
export function timeoutOf(
  name: string,
  value: number | null | undefined,
  byDefault: number | null,
): number | null {
  if (value === undefined) return byDefault;
  return value === null ? null : bounded(name, value, longestMs);
}

function bounded(name: string, value: number, most: number): number {
  if (typeof value === "number" && value >= 0 && value <= most) return value;
  throw invalidOption(name, `a number from 0 to ${most}`, value);
}
