import { invalidOption } from "@tautline/protocol";
import type { Settings } from "./options.js";
import type { RetryContext } from "./retry-policy.js";

/** What the retry policy answers, kept within bounds: milliseconds until the next attempt, or null for none. */
export function delayAfter(
  context: RetryContext,
  { backoff, fallbackPolicy, network, retryLimit, retryPolicy }: Settings,
  policyFailed: (error: unknown) => void,
): number | null {
  if (context.attempt >= retryLimit) return null;
  let delayMs: number | null;
  try {
    delayMs = retryPolicy(context);
    if (delayMs !== null && !(delayMs >= 0)) throw invalidOption("retryPolicy", "ms or null", delayMs);
  } catch (error) {
    policyFailed(error);
    delayMs = fallbackPolicy(context);
  }
  // Offline an attempt is all but hopeless; not quite, since what a device says about itself can be wrong.
  return delayMs === null || network?.online !== false ? delayMs : Math.max(delayMs, backoff.maxMs);
}
