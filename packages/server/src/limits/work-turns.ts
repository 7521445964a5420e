import type { Clock } from "@tautline/protocol";

export interface WorkTurnsOptions {
  readonly clock: Pick<Clock, "immediate">;
  /** How many messages of one connection are begun in one turn. */
  readonly messagesPerTurn: number;
  /** Messages of a connection have to wait for the next turn. */
  deferred(): void;
}

/** The turns of the event loop, for all connections of a server: in each, one connection begins so many messages, and then others have theirs. */
export class WorkTurns {
  readonly messagesPerTurn: number;
  readonly #options: WorkTurnsOptions;
  #current = 0;
  #isCounting = false;

  constructor(options: WorkTurnsOptions) {
    this.#options = options;
    this.messagesPerTurn = options.messagesPerTurn;
  }

  /** The number of this turn. */
  get current(): number {
    this.#count();
    return this.#current;
  }

  /** Goes on in the next turn. */
  defer(callback: () => void): void {
    this.#options.deferred();
    this.#count();
    this.#options.clock.immediate(callback);
  }

  /** What is deferred runs after this, and so sees the new number. */
  #count(): void {
    if (this.#isCounting) return;
    this.#isCounting = true;
    this.#options.clock.immediate(() => {
      this.#isCounting = false;
      this.#current++;
    });
  }
}
