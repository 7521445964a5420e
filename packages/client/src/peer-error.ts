import { TautlineError, type WireError } from "@tautline/protocol";
import { retryAfterMs as longestMs } from "./limits.js";

/** The error that the server sent. Its code is taken as it is: the catalogue of all codes is no part of a client's bundle. */
export function peerError({ code, message, retryAfterMs, issues, name, data }: WireError): TautlineError {
  const isDelay = typeof retryAfterMs === "number" && retryAfterMs >= 0;
  return new TautlineError(code, message, {
    retryAfterMs: isDelay ? Math.min(retryAfterMs, longestMs) : undefined,
    issues: Array.isArray(issues) ? issues : undefined,
    name,
    data,
  });
}
