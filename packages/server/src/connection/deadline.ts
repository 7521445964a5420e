import type { Clock } from "@tautline/protocol";
import { refusal } from "../refusal.js";

/** Runs `work`; rejects with `TIMEOUT` when it has not settled after `ms` milliseconds. What it throws is a rejection. */
export function withDeadline<T>(
  work: () => T | Promise<T>,
  { clock, ms, late }: { clock: Clock; ms: number; late?: () => void },
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const timer = clock.setTimeout(() => {
      late?.();
      reject(refusal("TIMEOUT"));
    }, ms);
    new Promise<T>((settle) => settle(work())).then(resolve, reject).finally(() => clock.clearTimeout(timer));
  });
}
