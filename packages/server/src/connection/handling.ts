import type { Clock, Envelope, MaybePromise, TautlineError, TimerHandle } from "@tautline/protocol";
import type { Claim } from "../answers/client-record.js";
import type { Running } from "../answers/left-behind.js";
import type { Payload } from "../broker/index.js";
import { publishSettled } from "../diagnostics/diagnostics.js";
import type { MessageDiagnostics } from "../diagnostics/published.js";
import type { Linked } from "../linked-list.js";
import { refusal } from "../refusal.js";
import { errorAnswer } from "./error-answer.js";

/** Where the answers of a handling go. Nothing here throws or rejects. */
export interface Answering {
  readonly clock: Clock;
  /** Milliseconds from the start to `TIMEOUT`. */
  readonly deadlineMs: number;
  /** Keeps the one answer where there is a claim, and sends it. Not called for a success without id. */
  answer(envelope: Envelope, claim: Claim | undefined): MaybePromise<unknown>;
  /** Keeps an answer that was sent before it was known that the claim is ours. */
  store(envelope: Envelope, claim: Claim): MaybePromise<unknown>;
  /** The message is refused for now: whatever its sender has sent after it must wait. */
  putOff(message: Envelope, error: TautlineError): void;
  /** Sends the answer that was kept of the same message. */
  repeat(answer: Payload): void;
  /** Its deadline has passed. */
  timedOut(): void;
  /** The answer is given, or nobody wants it any more. Called once. */
  settled(handling: Handling): void;
}

type Phase =
  /** It is checked, and asked whether it may be done. */
  | "starting"
  /** It is asked whether it was done already. */
  | "claiming"
  /** Somebody else does it, and has its answer. */
  | "waiting"
  | "running"
  /** Its handler was told that the answer is no longer wanted. */
  | "cancelled"
  | "settled";

/** One message, from its start to its answer: exactly one where it has an id. */
export class Handling implements Running, Linked<Handling> {
  before: Handling | undefined;
  after: Handling | undefined;
  readonly envelope: Envelope;
  readonly #answering: Answering;
  #controller: AbortController | undefined;
  #timer: TimerHandle;
  #phase: Phase = "starting";
  #claim: Claim | undefined;
  #given: Envelope | undefined;
  /** What was told of it when its handler began, where somebody listens. */
  #told: MessageDiagnostics | undefined;
  #released: (() => void) | undefined;

  constructor(envelope: Envelope, answering: Answering) {
    this.envelope = envelope;
    this.#answering = answering;
  }

  get isSettled(): boolean {
    return this.#phase === "settled";
  }

  get isCancelled(): boolean {
    return this.#phase === "cancelled";
  }

  /** What its answer is kept under, and whatever it publishes. Undefined: it is no message that may be repeated. */
  get claim(): Claim | undefined {
    return this.#claim;
  }

  /** Made when it is first asked for: most handlers never do. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.isCancelled || this.isSettled) this.#controller.abort();
    return this.#controller.signal;
  }

  /** It is being claimed: from here on it outlives its connection. */
  claiming(): void {
    this.#phase = "claiming";
  }

  /** The claim is ours. Says whether it may go on: it may have been answered, or cancelled, since it was asked. */
  claimed(claim: Claim): boolean {
    this.#claim = claim;
    if (this.#phase === "claiming") this.#phase = "starting";
    if (this.#given) void this.#answering.store(this.#given, claim);
    if (this.isCancelled) this.fail(refusal("CANCELLED"));
    return !this.isSettled;
  }

  /** Nothing is kept of it: it is handled as if it had no record. */
  unclaimed(): void {
    if (this.#phase === "claiming") this.#phase = "starting";
  }

  /** Somebody else does it. That takes no longer than it may take there. */
  waiting(): void {
    if (this.isSettled) return;
    this.#phase = "waiting";
    this.#answering.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /**
   * From now on cancelling is a request to the handler.
   *
   * @param told - what was published of it: its end will be, too
   */
  run(told?: MessageDiagnostics | undefined): void {
    this.#told = told;
    if (this.#phase === "starting") this.#phase = "running";
  }

  /** Starts the deadline: for what did not end in the turn in which it began. */
  await(): void {
    if (this.isSettled || this.#timer !== undefined) return;
    const { clock, deadlineMs } = this.#answering;
    this.#timer = clock.setTimeout(() => {
      this.#answering.timedOut();
      this.fail(refusal("TIMEOUT"));
    }, deadlineMs);
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
    if (id === undefined) return this.drop();
    const timestamp = this.#answering.clock.now();
    this.#give(reply ? { type: "$reply", id, data: reply.data, timestamp } : { type: "$ack", id, timestamp });
  }

  /** Answers with an envelope that is sent also where the message has no id, and carries it where it has one. */
  answer(envelope: Envelope): void {
    const { id } = this.envelope;
    this.#give(id === undefined ? envelope : { ...envelope, id });
  }

  #give(answer: Envelope): void {
    if (!this.#settle(answer.error?.code)) return;
    this.#given = answer;
    const given = this.#answering.answer(answer, this.#claim);
    // Until it is sent, it is under way: a server that leaves waits for it.
    if (given instanceof Promise) void given.then(() => this.#end());
    else this.#end();
  }

  /** Answers `$error`. */
  fail(error: TautlineError): void {
    if (this.isSettled) return;
    if (!this.#claim && isForNow(error)) this.#answering.putOff(this.envelope, error);
    this.#give(errorAnswer(this.envelope, error));
    this.#controller?.abort();
  }

  /** Answers with what was kept of the same message. */
  repeat(answer: Payload): void {
    if (this.isSettled) return;
    this.#answering.repeat(answer);
    this.drop();
  }

  /** The sender no longer wants it: not yet begun, it is over; else its handler is told. */
  cancel(): void {
    if (this.#phase === "starting") this.fail(refusal("CANCELLED"));
    if (this.#phase !== "running" && this.#phase !== "claiming") return;
    this.#phase = "cancelled";
    this.#controller?.abort();
  }

  /** The connection has gone. What was claimed goes on, for the client to come back to; says whether it does. */
  abandon(): boolean {
    if (this.isSettled) return false;
    if (this.#claim || this.#phase === "claiming") return true;
    this.drop();
    this.#controller?.abort();
    return false;
  }

  /** The server is closing: nothing is waited for any more. */
  end(): void {
    this.#answering.clock.clearTimeout(this.#timer);
    this.#controller?.abort();
  }

  /** Ends it without an answer: nobody is there to hear it, or somebody else gives it. */
  drop(): void {
    if (this.#settle()) this.#end();
  }

  #settle(code?: string | undefined): boolean {
    if (this.isSettled) return false;
    if (this.#told) publishSettled(this.#told, code);
    this.#phase = "settled";
    this.#answering.clock.clearTimeout(this.#timer);
    return true;
  }

  #end(): void {
    this.#answering.settled(this);
    this.#released?.();
  }
}

/** Whether it says: not now, but send it again. */
export function isForNow({ code }: TautlineError): boolean {
  return code === "RATE_LIMITED" || code === "BUSY";
}
