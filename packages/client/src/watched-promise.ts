import type { Clock } from "@tautline/protocol";

/** A promise that knows whether anyone has asked for its outcome. */
class WatchedPromise<T> extends Promise<T> {
  // What `then` returns is the program's own affair.
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  isWatched = false;

  // biome-ignore lint/suspicious/noThenProperty: it is a promise
  override then<A = T, B = never>(
    resolved?: ((value: T) => A | PromiseLike<A>) | null,
    rejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.isWatched = true;
    return super.then(resolved, rejected);
  }
}

/** What settles a promise. */
export type Executor<T> = (resolve: (value: T) => void, reject: (error: unknown) => void) => void;

/** A promise whose rejection goes to `report` where nobody has asked for it: it never ends a Node process. */
export function watched<T>(
  clock: Clock,
  report: (error: unknown) => void,
  executor: Executor<T>,
): Promise<T> {
  const promise = new WatchedPromise<T>(executor);
  void Promise.prototype.then.call(promise, undefined, (error: unknown) => {
    // The turn in which it is rejected may still bring somebody who asks.
    clock.immediate(() => {
      if (!promise.isWatched) report(error);
    });
  });
  return promise;
}
