import { type Clock, invalidOption, type Random, type WebSocketConstructor } from "@tautline/protocol";
import { defaultClock } from "../clock.js";
import { defaultNetwork, defaultRandom } from "../platform.js";
import { type BackoffOptions, backoffDefaults } from "./backoff.js";
import type { Network } from "./network.js";
import { defaultRetryPolicy, type RetryPolicy } from "./retry-policy.js";
import type { QueueLimits, QueueOptions } from "./send-queue.js";

/** Something, or a function that gives it: asked before each attempt, a failure counts as a failed attempt. */
export type Provider<T> = T | (() => T | PromiseLike<T>);

/** Where to connect: an address, a `URL`, or a function that gives one. */
export type UrlProvider = Provider<string | { toString(): string }>;

/** The subprotocols to offer. */
export type ProtocolsProvider = Provider<string | string[] | undefined>;

/** All durations are milliseconds. A value that makes no sense is refused at construction (`INVALID_OPTION`). */
export interface ReconnectingWebSocketOptions {
  /**
   * Connect at construction, as `WebSocket` does. False: rest closed until `reconnect()`.
   * @default true
   */
  readonly autoConnect?: boolean | undefined;
  /** How long the waits between attempts are. */
  readonly backoff?: BackoffOptions | undefined;
  /**
   * How long the peer may take to answer `close()`; then the socket is closed without it, with 1006.
   * @default 3000
   */
  readonly closeTimeoutMs?: number | undefined;
  /**
   * How long an attempt may take, the functions for url and protocols included.
   * Shorter: slow networks never get through. Longer: a silent server holds up the next attempt.
   * @default 10000
   */
  readonly connectTimeoutMs?: number | undefined;
  /** What may wait while there is no connection. */
  readonly queue?: QueueOptions | undefined;
  /**
   * Attempts to come back that may follow each other without a stable connection; after that it stays closed.
   * @default Infinity
   */
  readonly retryLimit?: number | undefined;
  /**
   * Decides after each end whether and when to try again, in place of the backoff and of the list of close codes
   * that are final. `retryLimit` still holds. If it throws, or answers something that is no number, the default
   * policy answers and an `error` event tells it.
   */
  readonly retryPolicy?: RetryPolicy | undefined;
  /**
   * How long a connection must last before the count of attempts begins anew.
   * Shorter: a server that accepts and cuts at once is called more often.
   * @default 5000
   */
  readonly stableAfterMs?: number | undefined;
  /** Makes the sockets. @default the runtime's own WebSocket; that of `ws` in Node */
  readonly WebSocket?: WebSocketConstructor | undefined;
  /** @default the runtime's time */
  readonly clock?: Clock | undefined;
  /** Tells when the device is online; null: nobody does. @default the browser's window; null in Node */
  readonly network?: Network | null | undefined;
  /** @default the runtime's randomness */
  readonly random?: Random | undefined;
}

/** The options, each with its value. */
export interface Settings {
  readonly autoConnect: boolean;
  readonly backoff: { readonly minMs: number; readonly maxMs: number };
  readonly closeTimeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly queue: QueueLimits;
  readonly retryLimit: number;
  readonly retryPolicy: RetryPolicy;
  /** What answers where the program's own policy fails. */
  readonly fallbackPolicy: RetryPolicy;
  readonly stableAfterMs: number;
  /** Undefined: the runtime's own, looked for when it is needed. */
  readonly WebSocket: WebSocketConstructor | undefined;
  readonly clock: Clock;
  readonly network: Network | null;
}

/** The longest a runtime's timer can wait: with a larger number it fires at once. */
export const longestMs: number = 2 ** 31 - 1;

function number(name: string, value: number, least: number, most: number): number {
  if (typeof value === "number" && value >= least && value <= most) return value;
  throw invalidOption(name, `a number from ${least} to ${most}`, value);
}

/** Fills in the defaults and refuses what makes no sense. */
export function settingsOf(options: ReconnectingWebSocketOptions): Settings {
  const { queue = {}, random = defaultRandom, network = defaultNetwork() } = options;
  const { whenFull = "drop-newest", maxBytes = 1_048_576, maxCount = 1000 } = queue;
  if (whenFull !== "drop-newest" && whenFull !== "drop-oldest") {
    throw invalidOption("queue.whenFull", '"drop-newest" or "drop-oldest"', whenFull);
  }
  const minMs = number("backoff.minMs", options.backoff?.minMs ?? backoffDefaults.minMs, 1, longestMs);
  const maxMs = number("backoff.maxMs", options.backoff?.maxMs ?? backoffDefaults.maxMs, minMs, longestMs);
  const backoff = { minMs, maxMs };
  const fallbackPolicy = defaultRetryPolicy(random, backoff);
  const ms = (name: "closeTimeoutMs" | "connectTimeoutMs" | "stableAfterMs", byDefault: number): number =>
    number(name, options[name] ?? byDefault, 0, longestMs);
  return {
    autoConnect: options.autoConnect ?? true,
    backoff,
    closeTimeoutMs: ms("closeTimeoutMs", 3000),
    connectTimeoutMs: ms("connectTimeoutMs", 10_000),
    queue: {
      maxBytes: number("queue.maxBytes", maxBytes, 0, Infinity),
      maxCount: number("queue.maxCount", maxCount, 0, Infinity),
      whenFull,
    },
    retryLimit: number("retryLimit", options.retryLimit ?? Infinity, 0, Infinity),
    retryPolicy: options.retryPolicy ?? fallbackPolicy,
    fallbackPolicy,
    stableAfterMs: ms("stableAfterMs", 5000),
    WebSocket: options.WebSocket,
    clock: options.clock ?? defaultClock,
    network,
  };
}
