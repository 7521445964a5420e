import type { Clock, TimerHandle } from "@tautline/protocol";

/** The real time. The globals are read at each call, so that a test runner's fake timers work. */
export const systemClock: Clock = {
  now: (): number => Date.now(),
  monotonic: (): number => performance.now(),
  setTimeout: (callback: () => void, ms: number): TimerHandle => setTimeout(callback, ms),
  clearTimeout: (handle: TimerHandle): void => clearTimeout(handle as ReturnType<typeof setTimeout>),
  immediate: (callback: () => void): void => {
    setImmediate(callback);
  },
};
