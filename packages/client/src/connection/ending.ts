import { TautlineError } from "@tautline/protocol";
import type { ClientSettings } from "../options.js";
import { asTold } from "../reconnecting-websocket/backoff.js";
import { delayAfter } from "../reconnecting-websocket/retry-delay.js";
import type { CloseReason, RetryContext } from "../reconnecting-websocket/retry-policy.js";
import type { Verdict } from "./state.js";

const codes = { timeout: "TIMEOUT", address: "UNAVAILABLE", refused: "CLOSED", dropped: "CLOSED" } as const;

/** An end as the program sees it, where the server sent no `$error` that says it better. */
export function errorOf({ kind, code, reason, error: cause }: CloseReason): TautlineError {
  return new TautlineError(codes[kind], `${kind}: ${code} ${reason}`.trim(), { cause });
}

/** When to try again, in milliseconds, or null. The server's word goes before the policy's. */
export function retryDelay(
  verdict: Verdict,
  retry: RetryContext & { readonly retryAfterMs: number | undefined },
  settings: ClientSettings,
  policyFailed: (error: unknown) => void,
): number | null {
  // After a refusal nothing but a new token could change the answer.
  if (verdict === "final" || (verdict === "refused" && typeof settings.token !== "function")) return null;
  // The policy is not asked about codes that it would take for final: 1011 is closeCodes.serverError.
  const reason = verdict === "retry" ? retry.reason : { ...retry.reason, code: 1011 };
  const delayMs = delayAfter({ ...retry, reason }, settings, policyFailed);
  if (delayMs === null || retry.retryAfterMs === undefined) return delayMs;
  // Spread by a tenth: everyone was told the same.
  return asTold(retry.retryAfterMs * (1 + settings.random.float() / 10), retry.attempt, settings.backoff);
}
