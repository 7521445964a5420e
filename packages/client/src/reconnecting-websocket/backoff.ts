import type { Random } from "@tautline/protocol";

/** How long waits grow. Milliseconds. */
export interface BackoffOptions {
  /**
   * The longest the first wait can be; it doubles with each further one.
   * Lower: faster back after a short failure, more load on a server that is starting.
   * @default 500
   */
  readonly minMs?: number | undefined;
  /**
   * The longest any wait can be, and the time between attempts while the device says that it is offline.
   * @default 30000
   */
  readonly maxMs?: number | undefined;
}

/** {@link BackoffOptions}, each with its value. */
export type Backoff = { readonly [Name in keyof BackoffOptions]-?: number };

/** What is used where nothing is said. */
export const backoffDefaults: Backoff = { minMs: 500, maxMs: 30_000 };

/**
 * Exponential backoff with full jitter: wait number `step` (0 is the first) lasts anything from 0 to its ceiling, each
 * as likely, so that clients that were cut together do not come back together.
 */
export function backoff(
  step: number,
  float: Random["float"],
  { minMs, maxMs }: Backoff = backoffDefaults,
): number {
  return float() * Math.min(maxMs, minMs * 2 ** step);
}

/**
 * How long to wait after refusal number `times` where the server said how long: not less than a few milliseconds at first, and twice
 * as many each time, so that not even a server that says "at once" for ever is asked without end.
 */
export function asTold(retryAfterMs: number, times: number, limits: Backoff): number {
  return Math.max(retryAfterMs, Math.min(2 ** times, limits.maxMs));
}
