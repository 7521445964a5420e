import type { MaybePromise } from "@tautline/protocol";

/** Goes on with `value`: in this very turn when it is here already, else when it comes. */
export function whenReady<T, U>(
  value: MaybePromise<T>,
  next: (value: T) => MaybePromise<U>,
): MaybePromise<U> {
  return value instanceof Promise ? value.then(next) : next(value);
}

/** Does what nobody waits for: `failed` is told of what it throws now or rejects with later, and nothing goes further. */
export function attempt(act: () => MaybePromise<unknown>, failed: (error: unknown) => void): void {
  try {
    const result = act();
    if (result instanceof Promise) result.then(undefined, failed);
  } catch (error) {
    failed(error);
  }
}

/** Gives what `act` gives, now or later; where it fails, what `failed` makes of the error. */
export function caught<T>(act: () => MaybePromise<T>, failed: (error: unknown) => T): MaybePromise<T> {
  try {
    const result = act();
    return result instanceof Promise ? result.catch(failed) : result;
  } catch (error) {
    return failed(error);
  }
}

/** As {@link whenReady}, but sees to a failure, of now or of later, before it is thrown on. */
export function onFailure<T>(act: () => MaybePromise<T>, undo: () => void): MaybePromise<T> {
  const rethrow = (error: unknown): never => {
    undo();
    throw error;
  };
  try {
    const result = act();
    return result instanceof Promise ? result.catch(rethrow) : result;
  } catch (error) {
    return rethrow(error);
  }
}

/** Does `after` once `act` is done, now or later, however it ended. */
export function onSettled<T>(act: () => MaybePromise<T>, after: () => void): MaybePromise<T> {
  let result: MaybePromise<T>;
  try {
    result = act();
  } catch (error) {
    after();
    throw error;
  }
  if (result instanceof Promise) return result.finally(after);
  after();
  return result;
}

/** Whether a value of the application is a promise, of whatever library or realm. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function"
  );
}
