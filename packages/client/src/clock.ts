import type { Clock, TimerHandle } from "@tautline/protocol";

/** The globals that time is read from. Some runtimes lack some of them. */
interface TimeScope {
  readonly performance?: { now(): number };
  readonly setImmediate?: (callback: () => void) => unknown;
  setTimeout(callback: () => void, ms: number): unknown;
  clearTimeout(handle: unknown): void;
}

// Read at each call, never kept: a test runner may replace the globals by fake timers at any moment.
const scope = globalThis as unknown as TimeScope;

const monotonic = (): number => (scope.performance ?? Date).now();
const setTimeout = (callback: () => void, ms: number): TimerHandle => scope.setTimeout(callback, ms);
const clearTimeout = (handle: TimerHandle): void => scope.clearTimeout(handle);

/** The part of a clock that durations need: an object of its own, so that small bundles carry no more. */
export const timers: Pick<Clock, "monotonic" | "setTimeout" | "clearTimeout"> = {
  monotonic,
  setTimeout,
  clearTimeout,
};

/** The runtime's own time. */
export const defaultClock: Clock = {
  monotonic,
  setTimeout,
  clearTimeout,
  now: (): number => Date.now(),
  immediate: (callback: () => void): void => {
    if (scope.setImmediate) scope.setImmediate(callback);
    else scope.setTimeout(callback, 0);
  },
};
