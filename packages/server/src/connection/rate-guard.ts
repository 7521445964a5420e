import { type Clock, closeCodes, type TautlineError } from "@tautline/protocol";
import { refusal } from "../refusal.js";
import type { Settings } from "../settings.js";
import { MessageThrottler } from "../throttler/message-throttler.js";
import type { RateVerdict } from "../throttler/rate-limit.js";
import { type ThrottleBy, type ThrottleSubject, throttleKey } from "../throttler/throttle-key.js";
import type { LiveConnection } from "./connection.js";
import { nobody } from "./peer.js";

/** What is counted apart, so that one cannot eat the other's allowance. */
export type Bucket = "messages" | "volatile" | "protocol" | "joins" | "presence" | "controlFrames" | "pings";

/** A verdict, and whether the peer has gone on for so long that it is closed with 4429. */
export type GuardVerdict =
  | RateVerdict
  | { readonly ok: false; readonly retryAfterMs: number; readonly isTooMuch: true };

const passed: RateVerdict = { ok: true };

/** The rate limits of a server: one throttler a bucket, and one for the refusals themselves. */
export class RateGuard {
  readonly #by: ThrottleBy | undefined;
  /** Of messages that do not cost 1. A map: a peer may choose any name. */
  readonly #costs: ReadonlyMap<string, number>;
  /** The most publications of history that are ever counted for one join. */
  readonly #maxRecovered: number;
  /** Undefined: nothing is limited. */
  readonly #throttlers: Readonly<Record<Bucket | "refusals" | "recovered", MessageThrottler>> | undefined;

  constructor(settings: Settings, clock: Clock) {
    const limits = settings.rateLimit;
    this.#by = limits ? limits.by : undefined;
    this.#costs = new Map(limits ? Object.entries(limits.cost) : []);
    this.#maxRecovered = limits ? limits.recovered : 0;
    this.#throttlers = limits ? throttlersOf(limits, clock, settings.limits.connections) : undefined;
  }

  /** The key of a connection: another one, once its user is known. */
  keyOf(subject: ThrottleSubject): string {
    return this.#by === undefined ? "" : throttleKey(this.#by, subject);
  }

  /** Counts a message, if it may pass. */
  take(key: string, bucket: Bucket, type: string): GuardVerdict {
    const throttlers = this.#throttlers;
    if (!throttlers) return passed;
    const cost = bucket === "messages" ? this.#costs.get(type) : undefined;
    const verdict = throttlers[bucket].take(key, cost);
    if (verdict.ok) return verdict;
    return throttlers.refusals.take(key).ok ? verdict : { ...verdict, isTooMuch: true };
  }

  /** Counts publications of history that a join is to be given, if they may be. More than may ever pass count as so many. */
  takeRecovered(subject: ThrottleSubject, publications: number): RateVerdict {
    const throttlers = this.#throttlers;
    if (!throttlers) return passed;
    // Whoever comes back on one connection after the other is the same reader.
    const key = throttleKey(this.#by === "address" ? "address" : "user", subject);
    return throttlers.recovered.take(key, Math.min(publications, this.#maxRecovered));
  }

  /** A connection has ended: what was counted of it alone is of no use any more. */
  forget(key: string): void {
    if (!this.#throttlers || this.#by !== "connection") return;
    for (const throttler of Object.values(this.#throttlers)) throttler.forget(key);
  }
}

function throttlersOf(
  limits: Exclude<Settings["rateLimit"], false>,
  clock: Clock,
  maxKeys: number,
): Record<Bucket | "refusals" | "recovered", MessageThrottler> {
  const { windowMs } = limits;
  const atMost = (units: number) => new MessageThrottler({ messages: units, windowMs, clock, maxKeys });
  return {
    messages: atMost(limits.messages),
    volatile: atMost(limits.volatile),
    protocol: atMost(limits.protocol),
    joins: atMost(limits.joins),
    presence: atMost(limits.presence),
    recovered: atMost(limits.recovered),
    controlFrames: atMost(limits.controlFrames),
    pings: atMost(limits.pings),
    refusals: atMost(limits.refusals),
  };
}

/**
 * Counts a message of a connection.
 *
 * @returns why it may not pass. Far over the limit the connection is closed, too.
 */
export function overLimit(
  connection: LiveConnection,
  bucket: Bucket,
  type: string,
): TautlineError | undefined {
  const { rate, totals, diagnostics } = connection.context;
  connection.rateKey ??= rate.keyOf(subjectOf(connection));
  const verdict = rate.take(connection.rateKey, bucket, type);
  if (verdict.ok) return undefined;
  totals.rateLimited++;
  diagnostics.limit(`rateLimit.${bucket}`, connection);
  const error = refusal("RATE_LIMITED", { retryAfterMs: verdict.retryAfterMs });
  if ("isTooMuch" in verdict) {
    diagnostics.limit("rateLimit.refusals", connection);
    connection.refuseAndClose(error, closeCodes.rateLimited);
  }
  return error;
}

function subjectOf({ id, peer, request }: LiveConnection): ThrottleSubject {
  const user = peer === nobody ? undefined : peer.user.id;
  return { connection: id, user, address: request.remoteAddress };
}

/** Counts a ping or pong frame. It cannot be refused, so whoever sends too many is closed. */
export function countControlFrame(connection: LiveConnection): void {
  if (!connection.isAlive) return;
  const error = overLimit(connection, "controlFrames", "");
  if (error && connection.isAlive) connection.refuseAndClose(error, closeCodes.rateLimited);
}

/** Counts the history that a join is to be given. @returns why it may not be given now. */
export function overRecovery(connection: LiveConnection, publications: number): TautlineError | undefined {
  const { rate, totals, diagnostics } = connection.context;
  const verdict = rate.takeRecovered(subjectOf(connection), publications);
  if (verdict.ok) return undefined;
  totals.rateLimited++;
  diagnostics.limit("rateLimit.recovered", connection);
  return refusal("RATE_LIMITED", { retryAfterMs: verdict.retryAfterMs });
}
