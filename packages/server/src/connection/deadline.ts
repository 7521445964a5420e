import type { Clock, MaybePromise } from "@tautline/protocol";
import { isThenable } from "../maybe-promise.js";
import { refusal } from "../refusal.js";

/** Runs `work`; rejects with `TIMEOUT` when it has not settled after `ms` milliseconds. What it throws is a rejection. */
export function withDeadline<T>(
  work: () => MaybePromise<T>,
  { clock, ms, late }: { clock: Clock; ms: number; late?: () => void },
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const result = work();
    // What is here already needs no timer.
    if (!isThenable(result)) return resolve(result);
    const timer = clock.setTimeout(() => {
      late?.();
      reject(refusal("TIMEOUT"));
    }, ms);
    Promise.resolve(result)
      .then(resolve, reject)
      .finally(() => clock.clearTimeout(timer));
  });
}
