import type { Clock } from "@tautline/protocol";
import { refusal } from "../refusal.js";

/** Runs `work`; rejects with `TIMEOUT` when it has not settled after `ms` milliseconds. What it throws is a rejection. */
export function withDeadline<T>(
  work: () => T | Promise<T>,
  { clock, ms }: { clock: Clock; ms: number },
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const timer = clock.setTimeout(() => reject(refusal("TIMEOUT")), ms);
    new Promise<T>((settle) => settle(work())).then(resolve, reject).finally(() => clock.clearTimeout(timer));
  });
}
