import type { Clock, MaybePromise } from "@tautline/protocol";
import type { LazyAbort } from "../lazy-abort.js";
import { isThenable } from "../maybe-promise.js";
import { refusal } from "../refusal.js";

/** How long something may take. */
export interface Deadline {
  readonly clock: Clock;
  readonly ms: number;
  /** The time is up. */
  late?(): void;
  /** Aborts when nobody waits for it any more. */
  readonly over?: LazyAbort;
}

/**
 * Runs `work`. What is here already is handed through in the same turn; else it rejects with `TIMEOUT` when it has not settled after
 * `ms` milliseconds, and with `CLOSED` when it is over before.
 */
export function withDeadline<T>(
  work: () => MaybePromise<T> | PromiseLike<T>,
  deadline: Deadline,
): MaybePromise<T> {
  const result = work();
  if (!isThenable(result)) return result;
  const { clock, ms, over } = deadline;
  return new Promise<T>((resolve, reject) => {
    const timer = clock.setTimeout(() => {
      deadline.late?.();
      reject(refusal("TIMEOUT"));
    }, ms);
    const forget = over?.whenAborted(() => {
      clock.clearTimeout(timer);
      reject(refusal("CLOSED"));
    });
    Promise.resolve(result)
      .then(resolve, reject)
      .finally(() => {
        clock.clearTimeout(timer);
        forget?.();
      });
  });
}
