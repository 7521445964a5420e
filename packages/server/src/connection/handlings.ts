import type { Clock, Envelope, MaybePromise, TautlineError } from "@tautline/protocol";
import type { Claim, ClientRecord } from "../answers/client-record.js";
import { Pacing } from "../answers/pacing.js";
import type { Payload } from "../broker/index.js";
import { keptFrame } from "../kept-envelope.js";
import { LinkedList } from "../linked-list.js";
import { whenReady } from "../maybe-promise.js";
import { refusal } from "../refusal.js";
import type { LiveConnection } from "./connection.js";
import { type Answering, Handling } from "./handling.js";
import { answerFor } from "./own-frame.js";

/** What a connection has under way, within its limit, and the record of what its client ever had. */
export class Handlings implements Answering {
  readonly #connection: LiveConnection;
  /** Made by the first message: many connections only listen. */
  #active: LinkedList<Handling> | undefined;
  /** Made by the first refusal. Plain peers keep no order while they are refused: their ids are mere names. */
  #pacing: Pacing | undefined;
  #record: ClientRecord | undefined;
  #hasEnded = false;
  #idle: (() => void) | undefined;

  constructor(connection: LiveConnection) {
    this.#connection = connection;
  }

  get clock(): Clock {
    return this.#connection.context.clock;
  }

  get deadlineMs(): number {
    return this.#connection.context.settings.deadlines.handlerMs;
  }

  get size(): number {
    return this.#active?.size ?? 0;
  }

  /** Undefined for plain peers, and where the broker remembers nothing. */
  get record(): ClientRecord | undefined {
    return this.#record;
  }

  /** Gives the connection its client's record, to be let go of when the connection ends. */
  keep(record: ClientRecord): void {
    if (this.#hasEnded) record.release();
    else this.#record = record;
  }

  /** Begins to handle a message, or says why it may not begin now. */
  begin(envelope: Envelope): Handling | TautlineError {
    const held = isOrdered(envelope) ? this.#pacing?.whyHeld(envelope.id) : undefined;
    if (held) return held;
    // The protocol's own are never too many: one at a time, and a leave that is refused would leave a ghost behind.
    if (this.size >= this.#max && !envelope.type.startsWith("$")) {
      this.#connection.context.diagnostics.limit("limits.unanswered", this.#connection);
      return this.putOff(envelope, refusal("BUSY"));
    }
    const handling = new Handling(envelope, this);
    this.#active ??= new LinkedList();
    this.#active.append(handling);
    return handling;
  }

  /** A message is refused for now: those after it must wait until it is back. Gives the error. */
  putOff(envelope: Envelope, error: TautlineError): TautlineError {
    if (this.#connection.kind === "plain" || !isOrdered(envelope)) return error;
    this.#pacing ??= new Pacing(this.#max);
    this.#pacing.refused(envelope.id, error);
    return error;
  }

  /** Cancels the message with this id, if it is under way, also where an earlier connection began it. */
  cancel(id: number): void {
    this.#pacing?.cancelled(id);
    for (const handling of [...(this.#active ?? [])]) if (handling.envelope.id === id) handling.cancel();
    this.#record?.leftBehind.cancel(this.#record.scope, id);
  }

  /** Calls back once, when nothing is under way: at once, if that is so. */
  whenIdle(callback: () => void): void {
    if (this.size === 0) callback();
    else this.#idle = callback;
  }

  /** The connection has gone: what its client cannot come back for ends without an answer. */
  abandonAll(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    const record = this.#record;
    for (const handling of [...(this.#active ?? [])])
      if (handling.abandon()) record?.leftBehind.add(record.scope, handling);
    record?.release();
  }

  answer(envelope: Envelope, claim: Claim | undefined): MaybePromise<unknown> {
    if (!claim) return this.#connection.send(envelope);
    const answer = answerFor(this.#connection, envelope);
    // First into the record: what the peer has read is never answered otherwise.
    return answer && whenReady(claim.answer(answer.kept), () => this.#connection.push(answer.frame));
  }

  store(envelope: Envelope, claim: Claim): MaybePromise<unknown> {
    const answer = answerFor(this.#connection, envelope);
    return answer && claim.answer(answer.kept);
  }

  repeat(answer: Payload): void {
    this.#connection.context.totals.repeatsAnswered++;
    this.#connection.push(keptFrame(answer, this.#connection.codec));
  }

  timedOut(): void {
    this.#connection.context.diagnostics.limit("deadlines.handlerMs", this.#connection);
  }

  settled(handling: Handling): void {
    this.#active?.remove(handling);
    if (this.#hasEnded) this.#record?.leftBehind.delete(this.#record.scope, handling);
    if (this.size > 0) return;
    const idle = this.#idle;
    this.#idle = undefined;
    idle?.();
  }

  get #max(): number {
    return this.#connection.context.settings.limits.unanswered;
  }
}

/** A message of the application that its sender may repeat. */
function isOrdered(envelope: Envelope): envelope is Envelope & { readonly id: number } {
  return envelope.id !== undefined && !envelope.type.startsWith("$");
}
