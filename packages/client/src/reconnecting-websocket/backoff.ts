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

/** What is used where nothing is said. */
export const backoffDefaults: { readonly minMs: number; readonly maxMs: number } = {
  minMs: 500,
  maxMs: 30_000,
};

/** The longest that wait number `step` (0 is the first) can be, in milliseconds. */
export function backoffCeiling(step: number, options: BackoffOptions = {}): number {
  const { minMs = backoffDefaults.minMs, maxMs = backoffDefaults.maxMs } = options;
  return Math.min(maxMs, minMs * 2 ** step);
}

/**
 * Exponential backoff with full jitter: anything from 0 to the ceiling, each as likely, so that clients that were
 * cut together do not come back together.
 */
export function backoff(step: number, random: Random, options?: BackoffOptions): number {
  return random.float() * backoffCeiling(step, options);
}
