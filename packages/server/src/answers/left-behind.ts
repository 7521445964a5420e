/** What goes on although its connection has gone. */
export interface Running {
  readonly envelope: { readonly id?: number | undefined };
  /** Tells its handler that the answer is no longer wanted. */
  cancel(): void;
  /** Tells its handler so, and watches no deadline any more. */
  end(): void;
}

/** Handlers whose connection has gone: they run on, and their answers are kept for the client's next connection. */
export class LeftBehind {
  readonly #running = new Map<string, Set<Running>>();
  readonly #waiting = new Set<() => void>();

  /** Of all clients. */
  get size(): number {
    let size = 0;
    for (const running of this.#running.values()) size += running.size;
    return size;
  }

  /** Of one client. */
  of(scope: string): number {
    return this.#running.get(scope)?.size ?? 0;
  }

  add(scope: string, running: Running): void {
    const ofClient = this.#running.get(scope) ?? new Set();
    this.#running.set(scope, ofClient.add(running));
  }

  delete(scope: string, running: Running): void {
    const ofClient = this.#running.get(scope);
    if (!ofClient?.delete(running) || ofClient.size > 0) return;
    this.#running.delete(scope);
    if (this.#running.size === 0) this.#tell();
  }

  cancel(scope: string, id: number): void {
    for (const running of this.#running.get(scope) ?? []) if (running.envelope.id === id) running.cancel();
  }

  /** Resolves when nothing is left: each has a deadline. */
  async none(): Promise<void> {
    if (this.#running.size > 0) await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }

  /** The server closes. What still comes to an answer stores it, as long as there is a store. */
  end(): void {
    for (const ofClient of this.#running.values()) for (const running of ofClient) running.end();
    this.#running.clear();
    this.#tell();
  }

  #tell(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}
