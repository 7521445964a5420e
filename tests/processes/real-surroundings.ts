import { randomBytes } from "node:crypto";
import type { Clock, Random } from "@tautline/protocol";

/** The clock of this process. */
export const realClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimeout: (callback, ms) => setTimeout(callback, ms),
  clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout | undefined),
  immediate: (callback) => void setImmediate(callback),
};

/** Chance that nobody has seeded. */
export const realRandom: Random = {
  float: () => Math.random(),
  bytes: (count) => new Uint8Array(randomBytes(count)),
};
