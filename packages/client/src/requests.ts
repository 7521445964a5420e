import {
  type Clock,
  type Envelope,
  limits,
  type PeerLimits,
  TautlineError,
  utf8Length,
} from "@tautline/protocol";
import { deadline } from "./deadline.js";
import type { AbortSignalLike } from "./emitter.js";
import { encode } from "./frames.js";
import type { Bounds } from "./options.js";
import { type Entry, Outbox } from "./outbox.js";
import { peerError } from "./peer-error.js";

/** What messages go through. */
export interface Wire {
  /** Writes a frame; false where there is no connection. */
  write(frame: string): boolean;
  /** Writes one of the protocol's own envelopes; false where there is no connection. */
  tell(envelope: Envelope): boolean;
  /** Whether messages for this room must wait: it is wanted and not joined yet. */
  isHeld(room: string | undefined): boolean;
}

/** How one message is treated. */
export interface Delivery {
  readonly idempotent: boolean;
  readonly timeoutMs: number;
  readonly signal?: AbortSignalLike | undefined;
  /** Called once: with the error, or with the envelope of the answer. */
  readonly settled: (error: TautlineError | undefined, answer?: Envelope) => void;
}

/** Messages with an id, from being sent to being answered, over as many connections as it takes. */
export class Requests {
  readonly #clock: Clock;
  readonly #wire: Wire;
  readonly #outbox: Outbox;
  #lastId = 0;
  #limits: Pick<PeerLimits, "messageBytes" | "unanswered"> = limits;

  constructor(clock: Clock, bounds: Bounds, wire: Wire) {
    this.#clock = clock;
    this.#wire = wire;
    this.#outbox = new Outbox(bounds);
  }

  /** Whether everything that was written is answered. */
  get isIdle(): boolean {
    return this.#outbox.written.size === 0;
  }

  /** Sends a message as soon as that is possible. @throws where it never will be, or the outbox is full. */
  send(envelope: Envelope, { idempotent, timeoutMs, signal, settled }: Delivery): void {
    if (signal?.aborted) throw cancelled();
    const frame = this.#encode(envelope);
    const abort = (): void => this.#abandon(entry, cancelled());
    const late = (): void =>
      this.#abandon(entry, new TautlineError("TIMEOUT", `no answer in ${timeoutMs} ms`));
    const entry: Entry = {
      envelope,
      bytes: utf8Length(frame),
      idempotent,
      id: undefined,
      frame: undefined,
      settle: (error, answer) => {
        this.#outbox.delete(entry);
        this.#clock.clearTimeout(timer);
        signal?.removeEventListener("abort", abort);
        settled(error, answer);
      },
    };
    this.#outbox.add(entry);
    const timer = deadline(this.#clock, timeoutMs, late);
    signal?.addEventListener("abort", abort);
    // What waits is kept as it is now: the program may change the object it handed in.
    if (!this.#mayWrite(entry) || !this.#write(entry, frame)) {
      entry.envelope = JSON.parse(frame) as Envelope;
    }
  }

  /** `$ack`, `$reply` or `$error` with an id. An answer that nobody waits for any more is dropped. */
  answer(answer: Envelope): void {
    const entry = this.#outbox.written.get(answer.id as number);
    if (!entry) return;
    const error = answer.error && peerError(answer.error);
    // The server holds back later messages until this one is repeated or given up; it is given up.
    if (error?.code === "RATE_LIMITED" || error?.code === "BUSY") this.#cancel(entry);
    entry.settle(error, answer);
    this.flush();
  }

  /** Connected. `resumed`: the server knows which of the written messages it has handled. */
  restore(resumed: boolean, peer: PeerLimits): void {
    this.#limits = peer;
    const written = [...this.#outbox.written.values()];
    if (resumed) {
      for (const { frame } of written) if (frame) this.#wire.write(frame);
    } else {
      this.#outbox.unwrite(written.filter(({ idempotent }) => idempotent));
      this.#settleWritten();
    }
    this.flush();
  }

  /** Writes everything that may be written now, in order. */
  flush(): void {
    for (const entry of this.#outbox.waiting) {
      if (!this.#mayWrite(entry)) continue;
      try {
        if (!this.#write(entry, this.#encode(entry.envelope))) return;
      } catch (error) {
        entry.settle(error as TautlineError);
      }
    }
  }

  /** Messages that wait for this room wait in vain. */
  rejectRoom(room: string, error: TautlineError): void {
    for (const entry of [...this.#outbox.waiting]) if (entry.envelope.room === room) entry.settle(error);
  }

  /** Nothing will be sent any more: of what was written, nobody knows the outcome. */
  giveUp(error: TautlineError): void {
    this.#settleWritten();
    for (const entry of [...this.#outbox.waiting]) entry.settle(error);
  }

  /** The next connection is another user's: nothing of this one may be sent there. */
  becomeAnother(error: TautlineError): void {
    for (const entry of [...this.#outbox.written.values(), ...this.#outbox.waiting]) entry.settle(error);
    this.#lastId = 0;
  }

  #settleWritten(): void {
    for (const { settle, envelope } of [...this.#outbox.written.values()]) {
      settle(
        new TautlineError("OUTCOME_UNKNOWN", `${envelope.type}: the connection was lost before the answer`),
      );
    }
  }

  #mayWrite({ envelope }: Entry): boolean {
    return this.#outbox.written.size < this.#limits.unanswered && !this.#wire.isHeld(envelope.room);
  }

  #write(entry: Entry, frame: string): boolean {
    if (!this.#wire.write(frame)) return false;
    this.#outbox.write(entry, ++this.#lastId, frame);
    return true;
  }

  /** The frame of an envelope under the next id. */
  #encode(envelope: Envelope): string {
    return encode({ ...envelope, id: this.#lastId + 1 }, this.#limits.messageBytes);
  }

  #abandon(entry: Entry, error: TautlineError): void {
    this.#cancel(entry);
    entry.settle(error);
    this.flush();
  }

  #cancel({ id }: Entry): void {
    if (id !== undefined) this.#wire.tell({ type: "$cancel", data: { id } });
  }
}

function cancelled(): TautlineError {
  return new TautlineError("CANCELLED", "cancelled by its signal");
}
