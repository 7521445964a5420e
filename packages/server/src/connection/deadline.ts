import type { Clock, MaybePromise } from "@tautline/protocol";
import { isThenable } from "../maybe-promise.js";
import { refusal } from "../refusal.js";

/** Runs `work`; rejects with `TIMEOUT` when it has not settled after `ms` milliseconds. What it throws is a rejection. */
export function withDeadline<T>(
  work: () => MaybePromise<T>,
  { clock, ms }: { clock: Clock; ms: number },
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const result = work();
    // What is here already needs no timer.
    if (!isThenable(result)) return resolve(result);
    const timer = clock.setTimeout(() => reject(refusal("TIMEOUT")), ms);
    Promise.resolve(result)
      .then(resolve, reject)
      .finally(() => clock.clearTimeout(timer));
  });
}
