/**
 * An abort signal that is made when it is first asked for. Most never are, and each would cost a kilobyte while it lives and
 * an error with its stack when it aborts.
 */
export class LazyAbort {
  #controller: AbortController | undefined;
  /** Undefined: nobody wants to know. */
  #listeners: Set<() => void> | undefined;
  #isAborted = false;

  get isAborted(): boolean {
    return this.#isAborted;
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#isAborted) this.#controller.abort();
    return this.#controller.signal;
  }

  /** Calls back once it aborts: at once, if it has. @returns its remover. */
  whenAborted(listener: () => void): () => void {
    if (this.#isAborted) listener();
    else this.#listeners = (this.#listeners ?? new Set()).add(listener);
    return () => {
      this.#listeners?.delete(listener);
      if (this.#listeners?.size === 0) this.#listeners = undefined;
    };
  }

  abort(): void {
    const listeners = this.#listeners;
    this.#listeners = undefined;
    this.#isAborted = true;
    this.#controller?.abort();
    for (const listener of listeners ?? []) listener();
  }
}
