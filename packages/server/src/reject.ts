import { errorCatalogue, TautlineError } from "@tautline/protocol";
import { isTautlineError } from "./is-tautline-error.js";

/** An error that the contract declares, on its way from a handler to the sender. Made by {@link reject}. */
export class Rejection<N extends string = string, D = unknown> extends TautlineError {
  /** For the types alone: tells a rejection from a reply of the same shape. */
  declare readonly "~rejection": { readonly name: N; readonly data: D };

  constructor(name: N, data: D) {
    super("APP", errorCatalogue.APP.text, { name, data });
  }
}

/** Whether it is an error that the contract may declare. Whatever an application gives: also what throws when it is looked at. */
export function isRejection(value: unknown): value is Rejection {
  return isTautlineError(value) && value instanceof Rejection;
}

/** A reply that is none by its shape alone: an error, too, has a `name`. */
export type NotRejected<R> = R extends object ? R & { readonly "~rejection"?: never } : R;

/**
 * What handlers of messages without a reply may return: anything but a rejection that the contract does not declare.
 */
export type NoRejection =
  // biome-ignore lint/suspicious/noConfusingVoidType: a handler without `return` is typed so, and is welcome.
  void | null | undefined | string | number | bigint | boolean | (object & { readonly "~rejection"?: never });

/**
 * Refuses a message with an error of its contract: `return reject("NAME_TAKEN", { by: "Ada" })`, or throw it.
 * Returned, the types check name and data; thrown, both are checked when it happens.
 */
export function reject<const N extends string, D = undefined>(
  name: N,
  ...[data]: D extends undefined ? [data?: D] : [data: D]
): Rejection<N, D> {
  return new Rejection(name, data as D);
}
