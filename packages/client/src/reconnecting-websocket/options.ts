import { type Clock, type Random, TautlineError, type WebSocketConstructor } from "@tautline/protocol";
import { timers } from "../clock.js";
import { defaultNetwork, float } from "../platform.js";
import { type Backoff, type BackoffOptions, backoffDefaults } from "./backoff.js";
import type { Network } from "./network.js";
import { defaultRetryPolicy, type RetryPolicy } from "./retry-policy.js";
import type { QueueLimits, QueueOptions } from "./send-queue.js";

/** Something, or a function that gives it: asked before each attempt, a failure counts as a failed attempt. */
export type Provider<T> = T | (() => T | PromiseLike<T>);

/** Where to connect: an address, a `URL`, or a function that gives one. */
export type UrlProvider = Provider<string | UrlLike>;

/** A `URL`, or whatever else writes itself as an address. */
export interface UrlLike {
  /** The address. */
  toString(): string;
}

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
   * that are final. `retryLimit` still holds. If it throws, or answers something that is no number, the next attempt is
   * made after `backoff.maxMs` and an `error` event tells it.
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

/** The options that have plain values, each with its value. */
interface Plain {
  readonly backoff: Backoff;
  readonly connectTimeoutMs: number;
  readonly retryLimit: number;
  readonly stableAfterMs: number;
}

const defaults: Plain = {
  backoff: backoffDefaults,
  connectTimeoutMs: 10_000,
  retryLimit: Infinity,
  stableAfterMs: 5000,
};

/** Those options with values that have to do with connecting: a socket's, and a client's too. */
export interface ConnectSettings extends Plain {
  readonly retryPolicy: RetryPolicy;
  /** Undefined: the runtime's own, looked for when it is needed. */
  readonly WebSocket?: WebSocketConstructor | undefined;
  readonly network: Network | null;
}

interface PlainOfSocket {
  readonly autoConnect: boolean;
  readonly queue: QueueLimits;
}

const socketDefaults: PlainOfSocket = {
  autoConnect: true,
  queue: { dropOldest: false, maxBytes: 1_048_576, maxCount: 1000 },
};

/** The options of a socket, each with its value. */
export interface Settings extends ConnectSettings, PlainOfSocket {
  readonly clock: Pick<Clock, "monotonic" | "setTimeout" | "clearTimeout">;
}

/** 23 days: a runtime's timer that is to wait much longer fires at once. */
export const longestMs = 2e9;

/** The error of a bad value. Shorter than `invalidOption` of the protocol, which quotes whatever there is. */
export function invalid(name: string, expected: string, value: unknown): TautlineError {
  return new TautlineError("INVALID_OPTION", `${name}: expected ${expected}, got ${value}`);
}

type Values = { readonly [name: string]: unknown };

/** `defaults` with what is `given`. Refuses values of another kind, and numbers below zero. */
export function complete(defaults: object, given: object): object {
  const result: Record<string, unknown> = {};
  for (const name in defaults) {
    const byDefault = (defaults as Values)[name] as number & object;
    const value = ((given as Values)[name] ?? byDefault) as number & object;
    // The same comparison for both: objects and NaN are never 0 or more.
    if (typeof value !== typeof byDefault || value >= 0 !== byDefault >= 0) {
      throw invalid(name, `${typeof byDefault} from 0`, value);
    }
    result[name] = typeof value === "object" ? complete(byDefault, value) : value;
  }
  return result;
}

/** Fills in the defaults and refuses what makes no sense. */
export function settingsOf(options: ReconnectingWebSocketOptions): Settings {
  return {
    ...connectSettingsOf(options),
    ...(complete(socketDefaults, options) as PlainOfSocket),
    clock: options.clock ?? timers,
  };
}

/** The same for what has to do with connecting; other options stay as they are. */
export function connectSettingsOf<Options extends ReconnectingWebSocketOptions>(
  options: Options,
): Options & ConnectSettings {
  const plain = complete(defaults, options) as Plain;
  const { network = defaultNetwork() } = options;
  const retryPolicy =
    options.retryPolicy ?? defaultRetryPolicy(() => options.random?.float() ?? float(), plain.backoff);
  return { ...options, ...plain, network, retryPolicy };
}
