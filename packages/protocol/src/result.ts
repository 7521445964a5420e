import type { TautlineError } from "./tautline-error.js";

/** What a call that never throws gives: the value, or the error. */
export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: TautlineError };

/** A value now, or a promise of it. Never awaited where it is here already. */
export type MaybePromise<T> = T | Promise<T>;

/** The result of a call that went well. */
export function success<T>(value: T): Result<T> {
  return { ok: true, value };
}

/** The result of a call that did not. */
export function failure(error: TautlineError): { readonly ok: false; readonly error: TautlineError } {
  return { ok: false, error };
}
