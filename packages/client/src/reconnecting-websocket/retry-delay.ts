import type { ConnectSettings } from "./options.js";
import type { RetryContext } from "./retry-policy.js";

/** What the retry policy answers, kept within bounds: milliseconds until the next attempt, or null for none. */
export function delayAfter(
  context: RetryContext,
  { backoff, network, retryLimit, retryPolicy }: ConnectSettings,
  policyFailed: (error: unknown) => void,
): number | null {
  if (context.attempt >= retryLimit) return null;
  let delayMs: number | null = -1;
  try {
    delayMs = retryPolicy(context);
  } catch (error) {
    policyFailed(error);
  }
  // An answer that is none waits long. So does one that came while the device is offline: an attempt is all but hopeless
  // then; not quite, since what a device says about itself can be wrong.
  if (delayMs === null || (delayMs >= 0 && network?.online !== false)) return delayMs;
  return delayMs > backoff.maxMs ? delayMs : backoff.maxMs;
}
