/**
 * An abort signal that is made when it is first asked for. Most never are, and each would cost a kilobyte while it lives and
 * an error with its stack when it aborts.
 */
export class LazyAbort {
  #controller: AbortController | undefined;
  #isAborted = false;

  get isAborted(): boolean {
    return this.#isAborted;
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#isAborted) this.#controller.abort();
    return this.#controller.signal;
  }

  abort(): void {
    this.#isAborted = true;
    this.#controller?.abort();
  }
}
