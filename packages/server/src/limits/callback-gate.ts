import type { Clock, MaybePromise } from "@tautline/protocol";
import { isThenable, onSettled } from "../maybe-promise.js";

export interface CallbackGateOptions {
  readonly clock: Pick<Clock, "monotonic">;
  /** How many calls may be under way. */
  readonly max: number;
  /** After so many milliseconds nobody waits for an answer any more: the call's place is free. */
  readonly deadlineMs: number;
  /** A call has to wait. */
  waiting(): void;
}

/** A call of the application that is under way. */
interface Pass {
  readonly since: number;
}

/**
 * Lets only so many calls of the application be under way at once; others wait in line, the oldest first. A call that is answered in
 * the turn in which it was made takes no place.
 */
export class CallbackGate {
  readonly #options: CallbackGateOptions;
  /** In the order in which they began. */
  readonly #passes = new Set<Pass>();
  readonly #line = new Set<() => void>();

  constructor(options: CallbackGateOptions) {
    this.#options = options;
  }

  /** Calls under way. */
  get size(): number {
    return this.#passes.size;
  }

  /**
   * Makes the call, at once or when it is its turn.
   *
   * @param isWanted - asked of a call that had to wait: false, and it is not made and never settles.
   */
  run<T>(call: () => MaybePromise<T> | PromiseLike<T>, isWanted: () => boolean): MaybePromise<T> {
    if (this.#isOpen()) return this.#make(call);
    this.#options.waiting();
    return new Promise<T>((resolve, reject) => {
      this.#line.add(() => {
        if (!isWanted()) return this.#next();
        try {
          Promise.resolve(this.#make(call)).then(resolve, reject);
        } catch (error) {
          reject(error as Error);
        }
        // It may have been answered at once.
        this.#next();
      });
    });
  }

  #make<T>(call: () => MaybePromise<T> | PromiseLike<T>): MaybePromise<T> {
    const result = call();
    if (!isThenable(result)) return result;
    const pass: Pass = { since: this.#options.clock.monotonic() };
    this.#passes.add(pass);
    return onSettled(
      () => Promise.resolve(result),
      () => {
        this.#passes.delete(pass);
        this.#next();
      },
    );
  }

  #next(): void {
    if (!this.#isOpen()) return;
    const [next] = this.#line;
    if (!next) return;
    this.#line.delete(next);
    next();
  }

  #isOpen(): boolean {
    const { clock, max, deadlineMs } = this.#options;
    for (const pass of this.#passes) {
      if (this.#passes.size < max || clock.monotonic() - pass.since < deadlineMs) break;
      this.#passes.delete(pass);
    }
    return this.#passes.size < max;
  }
}
