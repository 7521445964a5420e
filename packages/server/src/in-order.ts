import type { MaybePromise } from "@tautline/protocol";

/**
 * Runs steps one after another, in the order in which they were asked for. A step that need not wait for anything runs
 * at once, without a promise.
 */
export class InOrder {
  #last: Promise<unknown> | undefined;

  run<T>(step: () => MaybePromise<T>): MaybePromise<T> {
    const last = this.#last;
    const result = last ? last.then(step) : step();
    if (!(result instanceof Promise)) return result;
    const done: Promise<unknown> = result.then(ignore, ignore).then(() => {
      if (this.#last === done) this.#last = undefined;
    });
    this.#last = done;
    return result;
  }
}

/** Who asked for the step hears of its failure; the next step does not. */
function ignore(): void {}
