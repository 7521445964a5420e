import { type Clock, closeCodes, type TautlineError } from "@tautline/protocol";
import { refusal } from "../refusal.js";
import type { Settings } from "../settings.js";
import { MessageThrottler } from "../throttler/message-throttler.js";
import type { RateVerdict } from "../throttler/rate-limit.js";
import { type ThrottleSubject, throttleKey } from "../throttler/throttle-key.js";
import type { LiveConnection } from "./connection.js";

/** What is counted apart, so that one cannot eat the other's allowance. */
export type Bucket = "messages" | "volatile" | "protocol" | "joins" | "presence" | "controlFrames" | "pings";

/** A verdict, and whether the peer has gone on for so long that it is closed with 4429. */
export type GuardVerdict =
  | RateVerdict
  | { readonly ok: false; readonly retryAfterMs: number; readonly isTooMuch: true };

const passed: RateVerdict = { ok: true };

/** The rate limits of a server: one throttler a bucket, and one for the refusals themselves. */
export class RateGuard {
  readonly #settings: Settings["rateLimit"];
  readonly #buckets: ReadonlyMap<Bucket | "refusals" | "recovered", MessageThrottler>;

  constructor(settings: Settings, clock: Clock) {
    this.#settings = settings.rateLimit;
    const limits = settings.rateLimit;
    if (limits === false) {
      this.#buckets = new Map();
      return;
    }
    const throttler = (messages: number) =>
      new MessageThrottler({
        messages,
        windowMs: limits.windowMs,
        clock,
        maxKeys: settings.limits.connections,
      });
    this.#buckets = new Map([
      ["messages", throttler(limits.messages)],
      ["volatile", throttler(limits.volatile)],
      ["protocol", throttler(limits.protocol)],
      ["joins", throttler(limits.joins)],
      ["presence", throttler(limits.presence)],
      ["recovered", throttler(limits.recovered)],
      ["controlFrames", throttler(limits.controlFrames)],
      ["pings", throttler(limits.pings)],
      ["refusals", throttler(limits.refusals)],
    ]);
  }

  /** The key of a connection: made once, when its user is known. */
  keyOf(subject: ThrottleSubject): string {
    return this.#settings === false ? "" : throttleKey(this.#settings.by, subject);
  }

  /** Counts a message, if it may pass. */
  take(key: string, bucket: Bucket, type: string): GuardVerdict {
    if (this.#settings === false) return passed;
    // A cost for a name that a peer may choose is looked up among own keys alone.
    const { cost } = this.#settings;
    const units = bucket === "messages" && Object.hasOwn(cost, type) ? (cost[type] ?? 1) : 1;
    const verdict = this.#buckets.get(bucket)?.take(key, units) ?? passed;
    if (verdict.ok) return verdict;
    const patience = this.#buckets.get("refusals")?.take(key) ?? passed;
    return patience.ok ? verdict : { ...verdict, isTooMuch: true };
  }

  /** Counts publications of history that a join is to be given, if they may be. More than may ever pass count as so many. */
  takeRecovered(subject: ThrottleSubject, publications: number): RateVerdict {
    if (this.#settings === false) return passed;
    const { by, recovered } = this.#settings;
    // Whoever comes back on one connection after the other is the same reader.
    const key = throttleKey(by === "address" ? "address" : "user", subject);
    return this.#buckets.get("recovered")?.take(key, Math.min(publications, recovered)) ?? passed;
  }

  /** A connection has ended: what was counted of it alone is of no use any more. */
  forget(key: string): void {
    if (this.#settings === false || this.#settings.by !== "connection") return;
    for (const throttler of this.#buckets.values()) throttler.forget(key);
  }
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

/** Counts a ping or pong frame. It cannot be refused, so whoever sends too many is closed. */
export function countControlFrame(connection: LiveConnection): void {
  if (!connection.isAlive) return;
  const error = overLimit(connection, "controlFrames", "");
  if (error && connection.isAlive) connection.refuseAndClose(error, closeCodes.rateLimited);
}

/** Counts the history that a join is to be given. @returns why it may not be given now. */
export function overRecovery(connection: LiveConnection, publications: number): TautlineError | undefined {
  const { rate, totals, diagnostics } = connection.context;
  const { id, user, request } = connection;
  const subject = { connection: id, user, address: request.remoteAddress };
  const verdict = rate.takeRecovered(subject, publications);
  if (verdict.ok) return undefined;
  totals.rateLimited++;
  diagnostics.limit("rateLimit.recovered", connection);
  return refusal("RATE_LIMITED", { retryAfterMs: verdict.retryAfterMs });
}
