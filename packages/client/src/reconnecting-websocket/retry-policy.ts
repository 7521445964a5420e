import { isRetryable, type Random } from "@tautline/protocol";
import { type Backoff, backoff, backoffDefaults } from "./backoff.js";

/** How a connection, or an attempt to have one, ended. */
export interface CloseReason {
  /**
   * - `dropped`: the connection was open.
   * - `refused`: the socket closed before it opened.
   * - `timeout`: it did not open within `connectTimeoutMs`.
   * - `address`: the functions that give url and protocols failed, or the socket could not be made from them.
   */
  readonly kind: "dropped" | "refused" | "timeout" | "address";
  /** The [close code](https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1); 1006 where there was none. */
  readonly code: number;
  /** The peer's words, or an empty string. */
  readonly reason: string;
  readonly wasClean: boolean;
  /** What was thrown, or what the socket told with its `error` event. In browsers that says nothing. */
  readonly error?: unknown;
}

/** What a retry policy is told. */
export interface RetryContext {
  /** Attempts made to come back since the connection was last stable, or since the first attempt: 0 at first. */
  readonly attempt: number;
  /** Milliseconds since the connection was lost, or since the first attempt failed. */
  readonly elapsedMs: number;
  readonly reason: CloseReason;
}

/** Answers when to try again, in milliseconds from now, or null: stay closed. */
export type RetryPolicy = (context: RetryContext) => number | null;

/**
 * The policy where none is given: full-jitter exponential backoff, within half a second at first, so that all who were cut together do
 * not come back together; a server that is overloaded is given half of `maxMs` at least. Null after close codes that no further attempt
 * would change (1000, 1002, 1003, 1007, 1008, 1009, 4400, 4409).
 */
export function defaultRetryPolicy(float: Random["float"], limits: Backoff = backoffDefaults): RetryPolicy {
  return ({ attempt, reason: { code, error } }) => {
    // A SyntaxError: what was given is no address at all.
    if (!isRetryable(code) || (error as Error | undefined)?.name === "SyntaxError") return null;
    // closeCodes.tryAgainLater and .rateLimited.
    if (code === 1013 || code === 4429) return (limits.maxMs * (1 + float())) / 2;
    return backoff(attempt, float, limits);
  };
}
