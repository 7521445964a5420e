import { TautlineError } from "@tautline/protocol";
import type { AbortSignalLike } from "./emitter.js";
import { invalid } from "./reconnecting-websocket/options.js";

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
  if (!(buffer >= 1)) throw invalid("buffer", "a number from 1", buffer);
  const waiting: T[] = [];
  let isOver = false;
  let error: TautlineError | undefined;
  let wake = (): void => {};
  const end = (): void => {
    isOver = true;
    stop();
    signal?.removeEventListener("abort", end);
    wake();
  };
  const stop = subscribe((value) => {
    if (waiting.length < buffer) waiting.push(value);
    else {
      error = new TautlineError("DROPPED", `expected a reader at most ${buffer} behind`);
      end();
    }
    wake();
  }, end);
  if (signal?.aborted) end();
  else signal?.addEventListener("abort", end);

  async function* read(): AsyncGenerator<T, undefined> {
    try {
      for (;;) {
        while (waiting.length > 0) yield waiting.shift() as T;
        if (error) throw error;
        if (isOver) return;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    } finally {
      end();
    }
  }
  return read();
}
