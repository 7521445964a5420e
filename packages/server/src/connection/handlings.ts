import type { Envelope } from "@tautline/protocol";
import type { LiveConnection } from "./connection.js";
import { type Answers, Handling } from "./handling.js";

/** What a connection has under way, within its limit. */
export class Handlings {
  readonly #max: number;
  readonly #answers: Answers;
  readonly #active = new Set<Handling>();
  #idle: (() => void) | undefined;

  constructor(connection: LiveConnection) {
    const { clock, settings } = connection.context;
    this.#max = settings.limits.unanswered;
    this.#answers = {
      clock,
      deadlineMs: settings.deadlines.handlerMs,
      answer: (envelope) => void connection.send(envelope),
      settled: (handling) => this.#settled(handling),
    };
  }

  get size(): number {
    return this.#active.size;
  }

  /** Begins to handle a message. Undefined: too many are under way. */
  begin(envelope: Envelope): Handling | undefined {
    if (this.#active.size >= this.#max) return undefined;
    const handling = new Handling(envelope, this.#answers);
    this.#active.add(handling);
    return handling;
  }

  /** Cancels the message with this id, if it is under way. */
  cancel(id: number): void {
    for (const handling of this.#active) if (handling.envelope.id === id) return handling.cancel();
  }

  /** Calls back once, when nothing is under way: at once, if that is so. */
  whenIdle(callback: () => void): void {
    if (this.#active.size === 0) callback();
    else this.#idle = callback;
  }

  /** Ends all without an answer: the connection has gone. */
  abandonAll(): void {
    for (const handling of [...this.#active]) handling.abandon();
  }

  #settled(handling: Handling): void {
    this.#active.delete(handling);
    if (this.#active.size > 0) return;
    const idle = this.#idle;
    this.#idle = undefined;
    idle?.();
  }
}
