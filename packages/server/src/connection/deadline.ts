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
 * Runs `work`; rejects with `TIMEOUT` when it has not settled after `ms` milliseconds, and with `CLOSED` when it is over before. What it throws is
 * a rejection.
 */
export function withDeadline<T>(work: () => MaybePromise<T>, deadline: Deadline): Promise<T> {
  const { clock, ms, over } = deadline;
  return new Promise<T>((resolve, reject) => {
    const result = work();
    // What is here already needs no timer.
    if (!isThenable(result)) return resolve(result);
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
