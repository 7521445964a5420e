import type { MaybePromise } from "@tautline/protocol";

/** Goes on with `value`: in this very turn when it is here already, else when it comes. */
export function whenReady<T, U>(
  value: MaybePromise<T>,
  next: (value: T) => MaybePromise<U>,
): MaybePromise<U> {
  return value instanceof Promise ? value.then(next) : next(value);
}
