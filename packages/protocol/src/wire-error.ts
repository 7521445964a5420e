import { errorCatalogue, isWireCode } from "./error-code.js";
import { limits } from "./limits.js";
import { type ErrorDetails, type Issue, quote, TautlineError, type WireError } from "./tautline-error.js";

// Functions, not methods: a bundle that sends and receives no errors carries neither these nor the catalogue.

/**
 * The error that a peer sent. Whatever else came in place of its fields is left out. A code that this version does not
 * know, or that never travels, becomes `UNKNOWN_CODE` with the code in its text.
 */
export function fromWire(error: WireError): TautlineError {
  const { code, message } = error;
  if (isWireCode(code)) return new TautlineError(code, message, detailsOf(error));
  return new TautlineError("UNKNOWN_CODE", `${quote(code)}: ${message}`, detailsOf(error));
}

/** What of an error travels: never its cause, and of one that concerns this process alone only that there was one. */
export function toWire({ code, message, details }: TautlineError): WireError {
  if (!isWireCode(code)) return { code: "HANDLER_FAILED", message: errorCatalogue.HANDLER_FAILED.text };
  const { retryAfterMs, issues, name, data } = details;
  return {
    code,
    message,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(issues !== undefined && { issues }),
    ...(name !== undefined && { name }),
    ...(data !== undefined && { data }),
  };
}

/** The details of a peer's error, as far as they are what they should be. */
function detailsOf({
  retryAfterMs,
  issues,
  name,
  data,
}: Partial<Record<keyof WireError, unknown>>): ErrorDetails {
  return {
    ...(typeof retryAfterMs === "number" &&
      retryAfterMs >= 0 && { retryAfterMs: Math.min(retryAfterMs, limits.retryAfterMs) }),
    ...(Array.isArray(issues) && { issues: issues.filter(isIssue) }),
    ...(typeof name === "string" && { name }),
    ...(data !== undefined && { data }),
  };
}

function isIssue(value: unknown): value is Issue {
  if (typeof value !== "object" || value === null) return false;
  const { message, path } = value as Partial<Record<keyof Issue, unknown>>;
  const isKey = (key: unknown) => typeof key === "string" || typeof key === "number";
  return typeof message === "string" && (path === undefined || (Array.isArray(path) && path.every(isKey)));
}
