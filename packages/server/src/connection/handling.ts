import { type Clock, type Envelope, type TautlineError, type TimerHandle, toWire } from "@tautline/protocol";
import { refusal } from "../refusal.js";

/** Where the answers of a handling go. */
export interface Answers {
  readonly clock: Clock;
  /** Milliseconds from the start to `TIMEOUT`. */
  readonly deadlineMs: number;
  /** Sends the one answer. Not called for a success without id. */
  answer(envelope: Envelope): void;
  /** The answer is given, or nobody wants it any more. Called once. */
  settled(handling: Handling): void;
}

/** One message, from its start to its answer: exactly one where it has an id. */
export class Handling {
  readonly envelope: Envelope;
  /** The room that a protocol message is about. */
  room: string | undefined;
  readonly #answers: Answers;
  #controller: AbortController | undefined;
  #timer: TimerHandle;
  #phase: "starting" | "running" | "cancelled" | "settled" = "starting";
  #released: (() => void) | undefined;

  constructor(envelope: Envelope, answers: Answers) {
    this.envelope = envelope;
    this.#answers = answers;
  }

  get isSettled(): boolean {
    return this.#phase === "settled";
  }

  /** Made when it is first asked for: most handlers never do. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#phase === "cancelled" || this.#phase === "settled") this.#controller.abort();
    return this.#controller.signal;
  }

  /** From now on cancelling is a request to the handler. */
  run(): void {
    if (this.#phase === "starting") this.#phase = "running";
  }

  /** Starts the deadline: for what did not end in the turn in which it began. */
  await(): void {
    if (this.isSettled || this.#timer !== undefined) return;
    const { clock, deadlineMs } = this.#answers;
    this.#timer = clock.setTimeout(() => this.fail(refusal("TIMEOUT")), deadlineMs);
  }

  /** Resolves when `started` does, or when it no longer matters. */
  startedBy(started: Promise<unknown>): Promise<void> {
    this.await();
    return new Promise((resolve) => {
      this.#released = resolve;
      const done = () => resolve();
      started.then(done, done);
      if (this.isSettled) resolve();
    });
  }

  /** Answers `$ack`, or `$reply` with what `reply` holds. Without an id there is nothing to say. */
  succeed(reply?: { readonly data: unknown }): void {
    const { id } = this.envelope;
    if (id === undefined) this.#settle();
    else this.answer(reply ? { type: "$reply", data: reply.data } : { type: "$ack" });
  }

  /** Answers with an envelope that is sent also where the message has no id, and carries it where it has one. */
  answer(envelope: Envelope): void {
    const { id } = this.envelope;
    if (this.isSettled) return;
    this.#answers.answer(id === undefined ? envelope : { ...envelope, id });
    this.#settle();
  }

  /** Answers `$error`: about the message's room, or the one it is to be joined. */
  fail(error: TautlineError): void {
    if (this.isSettled) return;
    const room = this.room ?? this.envelope.room;
    this.answer({ type: "$error", error: toWire(error), ...(room !== undefined && { room }) });
    this.#controller?.abort();
  }

  /** The sender no longer wants it: not yet running, it is over; else its handler is told. */
  cancel(): void {
    if (this.#phase === "starting") this.fail(refusal("CANCELLED"));
    if (this.#phase !== "running") return;
    this.#phase = "cancelled";
    this.#controller?.abort();
  }

  get isCancelled(): boolean {
    return this.#phase === "cancelled";
  }

  /** The connection has gone: nobody hears an answer. */
  abandon(): void {
    this.#settle();
    this.#controller?.abort();
  }

  #settle(): void {
    if (this.isSettled) return;
    this.#phase = "settled";
    this.#answers.clock.clearTimeout(this.#timer);
    this.#answers.settled(this);
    this.#released?.();
  }
}
