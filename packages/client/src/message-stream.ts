import { invalidOption, TautlineError } from "@tautline/protocol";
import type { AbortSignalLike } from "./emitter.js";

/**
 * What is pushed, as an async iterator. It takes from this call on, not from the first `next`.
 *
 * At most `buffer` values wait. One more and the stream ends: after those that waited it throws `DROPPED`, so that a slow
 * reader neither grows without bound nor misses anything without being told.
 *
 * @param subscribe - begins the flow and returns how to stop it
 */
export function messageStream<T>(
  options: { readonly buffer?: number | undefined; readonly signal?: AbortSignalLike | undefined },
  subscribe: (push: (value: T) => void, end: () => void) => () => void,
): AsyncIterableIterator<T> {
  const { buffer = 1_000, signal } = options;
  if (!(buffer >= 1)) throw invalidOption("buffer", "a number of at least 1", buffer);
  const waiting: T[] = [];
  const readers: { resolve(result: IteratorResult<T>): void; reject(error: unknown): void }[] = [];
  let isOver = false;
  let error: TautlineError | undefined;

  const over: IteratorReturnResult<undefined> = { done: true, value: undefined };
  const end = (): void => {
    if (isOver) return;
    isOver = true;
    stop();
    signal?.removeEventListener("abort", end);
    for (const reader of readers.splice(0)) reader.resolve(over);
  };
  const push = (value: T): void => {
    const reader = readers.shift();
    if (reader) return reader.resolve({ done: false, value });
    if (waiting.length < buffer) return void waiting.push(value);
    error = new TautlineError("DROPPED", `events: expected a reader at most ${buffer} publications behind`);
    end();
  };
  const stop = subscribe(push, end);
  if (signal?.aborted) end();
  else signal?.addEventListener("abort", end);

  return {
    next: async () => {
      const value = waiting.shift();
      if (value !== undefined) return { done: false, value };
      const thrown = error;
      error = undefined;
      if (thrown) throw thrown;
      if (isOver) return over;
      return new Promise((resolve, reject) => readers.push({ resolve, reject }));
    },
    return: async () => {
      waiting.length = 0;
      end();
      return over;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
