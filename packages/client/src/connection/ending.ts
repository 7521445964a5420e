import { closeCodes, TautlineError } from "@tautline/protocol";
import type { ClientSettings } from "../options.js";
import { delayAfter } from "../reconnecting-websocket/retry-delay.js";
import type { CloseReason } from "../reconnecting-websocket/retry-policy.js";
import type { Verdict } from "./state.js";

/** An end as the program sees it, where the server sent no `$error` that says it better. */
export function errorOf({ kind, code, reason, error: cause }: CloseReason): TautlineError {
  if (kind === "timeout") return new TautlineError("TIMEOUT", "no connection in time");
  if (kind === "address")
    return new TautlineError("UNAVAILABLE", "url or token: the provider failed", { cause });
  return new TautlineError("CLOSED", `closed with ${code} ${reason}`.trim(), { cause });
}

/** When to try again, in milliseconds, or null. The server's word goes before the policy's. */
export function retryDelay(
  verdict: Verdict,
  run: { readonly attempt: number; readonly elapsedMs: number; readonly reason: CloseReason },
  { retryAfterMs }: TautlineError,
  settings: ClientSettings,
  report: (error: unknown) => void,
): number | null {
  if (verdict === "final") return null;
  // Nothing but a new token could change the answer.
  if (verdict === "refused" && typeof settings.token !== "function") return null;
  // The policy is not asked about codes that it would take for final.
  const reason = verdict === "retry" ? run.reason : { ...run.reason, code: closeCodes.serverError };
  const delayMs = delayAfter({ ...run, reason }, settings, report);
  if (delayMs === null || retryAfterMs === undefined) return delayMs;
  // Spread by a tenth: everyone was told the same.
  return retryAfterMs * (1 + settings.random.float() / 10);
}
