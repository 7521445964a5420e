import { TautlineError } from "@tautline/protocol";

/** The server broke the protocol: the connection cannot be trusted any more. */
export function breach(expected: string, got: unknown): TautlineError {
  return new TautlineError("BAD_ENVELOPE", `expected ${expected}, got ${JSON.stringify(got)}`.slice(0, 120));
}

/** A place in a history, as a server names it: epoch and offset, or neither. */
export function checkPlace(data: unknown): void {
  const { epoch, offset } = data as { readonly epoch?: unknown; readonly offset?: unknown };
  if (epoch === undefined && offset === undefined) return;
  if (typeof epoch !== "string" || !Number.isSafeInteger(offset)) throw breach("epoch and offset", data);
}
