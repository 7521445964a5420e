import type { Clock, MaybePromise } from "@tautline/protocol";
import type { LazyAbort } from "../lazy-abort.js";
import { isThenable, onSettled } from "../maybe-promise.js";

export interface CallbackGateOptions {
  readonly clock: Pick<Clock, "monotonic">;
  /** How many calls may be under way. */
  readonly max: number;
  /** After so many milliseconds nobody waits for an answer any more: the call's place is free, also that in line. */
  readonly deadlineMs: number;
  /** A call has to wait. */
  waiting(): void;
}

/** A call of the application that is under way. */
interface Pass {
  readonly since: number;
}

/** A call that has to wait. */
interface Waiting {
  readonly since: number;
  begin(): void;
}

/**
 * Lets only so many calls of the application be under way at once; others wait in line, the oldest first. A call that is answered in
 * the turn in which it was made takes no place.
 */
export class CallbackGate {
  readonly #options: CallbackGateOptions;
  /** In the order in which they began. */
  readonly #passes = new Set<Pass>();
  readonly #line = new Set<Waiting>();

  constructor(options: CallbackGateOptions) {
    this.#options = options;
  }

  /** Calls under way. */
  get size(): number {
    return this.#passes.size;
  }

  /** Calls in line. */
  get waiting(): number {
    return this.#line.size;
  }

  /**
   * Makes the call, at once or when it is its turn.
   *
   * @param over - aborts when nobody wants it any more: a call that still waits is then not made, and never settles. Nor is one that
   * has waited for longer than the deadline.
   */
  run<T>(call: () => MaybePromise<T> | PromiseLike<T>, over?: LazyAbort): MaybePromise<T> {
    if (this.#isOpen()) return this.#make(call);
    this.#options.waiting();
    this.#dropOverdue();
    return new Promise<T>((resolve, reject) => {
      const waiting: Waiting = {
        since: this.#options.clock.monotonic(),
        begin: () => {
          try {
            Promise.resolve(this.#make(call)).then(resolve, reject);
          } catch (error) {
            reject(error as Error);
          }
        },
      };
      this.#line.add(waiting);
      over?.whenAborted(() => this.#line.delete(waiting));
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

  /** Lets those in line have the places that are free: several, where they are answered at once. */
  #next(): void {
    this.#dropOverdue();
    while (this.#isOpen()) {
      const [next] = this.#line;
      if (!next) return;
      this.#line.delete(next);
      next.begin();
    }
  }

  /** Where no call is ever answered, the line moves no more, and must not grow for ever. */
  #dropOverdue(): void {
    for (const waiting of this.#line) {
      if (!this.#isOverdue(waiting)) return;
      this.#line.delete(waiting);
    }
  }

  #isOpen(): boolean {
    const { max } = this.#options;
    for (const pass of this.#passes) {
      if (this.#passes.size < max || !this.#isOverdue(pass)) break;
      this.#passes.delete(pass);
    }
    return this.#passes.size < max;
  }

  #isOverdue({ since }: Pass | Waiting): boolean {
    const { clock, deadlineMs } = this.#options;
    return clock.monotonic() - since >= deadlineMs;
  }
}
