import { type Envelope, type PeerLimits, TautlineError } from "@tautline/protocol";
import type { Core } from "./core.js";
import { deadline } from "./deadline.js";
import type { AbortSignalLike } from "./emitter.js";
import { type Encoded, isText, reread, sizeOf } from "./frames.js";
import { messageBytes, unanswered } from "./limits.js";
import { type Entry, Outbox } from "./outbox.js";
import { peerError } from "./peer-error.js";
import type { PendingMessage } from "./types.js";

/** What an id adds to a message, at most. */
const idBytes = 22;

/** How one message is treated. */
export interface Delivery extends Pick<Entry, "idempotent" | "kept" | "key" | "retry"> {
  /** Under which it was written by the client whose heir this one is. */
  readonly id?: number | undefined;
  readonly timeoutMs: number;
  readonly signal?: AbortSignalLike | undefined;
  /** Called once: with the error, or with the envelope of the answer. */
  readonly settled: (error: TautlineError | undefined, answer?: Envelope) => unknown;
}

/** Messages with an id, from being sent to being answered, over as many connections as it takes. */
export class Requests {
  readonly #core: Core;
  readonly #outbox: Outbox;
  #limits: Pick<PeerLimits, "messageBytes" | "unanswered"> = { messageBytes, unanswered };
  /** The lowest id that the server refused for now: from there on it takes none until this one is repeated or given up. */
  #refused = Infinity;
  #pause: unknown;
  /** How often it refused, one after another. */
  #pauses = 0;

  constructor(core: Core) {
    this.#core = core;
    this.#outbox = new Outbox(core.settings.outbox);
  }

  /** Whether everything that was written is answered. */
  get isIdle(): boolean {
    return this.#outbox.written.size === 0;
  }

  /** What is not answered yet, in the order in which it was sent. */
  get pending(): readonly PendingMessage[] {
    const own = Array.from(
      this.#outbox.entries,
      ({ frame }) => reread(frame, this.#core.settings.speech) as PendingMessage,
    );
    return [...(this.#core.keeper?.pending ?? []), ...own];
  }

  /** Sends a message as soon as that is possible. @throws where it never will be, or the outbox is full. */
  send(envelope: Envelope, delivery: Delivery): void {
    const { id, timeoutMs, signal, settled } = delivery;
    const { clock, keeper, settings } = this.#core;
    const { type, room } = envelope;
    if (signal?.aborted) throw cancelled();
    const frame = settings.speech.encode(envelope);
    const abandon = (error: TautlineError): void => {
      this.#cancel(entry);
      entry.settle(error);
      this.flush();
    };
    const abort = (): void => abandon(cancelled());
    const late = (): void => abandon(new TautlineError("TIMEOUT", `no answer in ${timeoutMs} ms`));
    const entry: Entry = {
      ...delivery,
      type,
      room,
      frame,
      bytes: sizeOf(frame) + idBytes,
      id: undefined,
      settle: (error, answer) => {
        this.#outbox.delete(entry);
        clock.clearTimeout(timer);
        signal?.removeEventListener("abort", abort);
        keeper?.settled(entry);
        settled(error, answer);
      },
    };
    this.#outbox.add(entry);
    keeper?.added(entry);
    const timer = deadline(clock, timeoutMs, late);
    signal?.addEventListener("abort", abort);
    if (id) this.#outbox.write(entry, id, -1);
    else this.flush();
  }

  /** `$ack`, `$reply` or `$error` with an id. An answer that nobody waits for any more is dropped. */
  answer(answer: Envelope): void {
    const id = answer.id as number;
    const entry = this.#outbox.written.get(id);
    if (!entry) return;
    const error = answer.error && peerError(answer.error);
    if (error?.code === "RATE_LIMITED" || error?.code === "BUSY") {
      // What was written after it is refused too, on its way back.
      const isFinal = entry.retry === false;
      entry.attempt = 0;
      this.#pauseFrom(id, error);
      if (!isFinal) return;
      this.#cancel(entry);
    } else this.#pauses = 0;
    entry.settle(error, answer);
    // Where nothing is left that a later message could overtake, none has to wait.
    if (this.#outbox.written.size) this.flush();
    else this.#resume();
  }

  /** Connected. `resumed`: the server knows which of the written messages it has handled. */
  restore(resumed: boolean, peer: PeerLimits): void {
    this.#limits = peer;
    if (!resumed) this.#settleWritten(true);
    // What was refused, and what came after it, follows when its time has come.
    else this.#repeat(this.#refused);
    this.flush();
  }

  /** Writes everything that may be written now, in order. */
  flush(): void {
    const { connection, identity, keeper, rooms } = this.#core;
    const { entries, written } = this.#outbox;
    const { messageBytes, unanswered } = this.#limits;
    if (this.#pause) return;
    if (this.#refused < Infinity && !this.#repeat(Infinity)) return;
    this.#refused = Infinity;
    for (const entry of entries) {
      if (written.size >= unanswered) return;
      if (entry.id !== undefined || rooms.isHeld(entry.room)) continue;
      if (entry.bytes > messageBytes) {
        const got = `expected at most ${messageBytes} bytes, got ${entry.bytes}`;
        entry.settle(new TautlineError("TOO_LARGE", got));
        continue;
      }
      const id = identity.lastId + 1;
      if (keeper?.claim(entry, id) === false || !connection.write(this.#numbered(entry, id))) return;
      this.#outbox.write(entry, id, identity.welcomed);
      identity.lastId = id;
    }
  }

  /** Messages that wait for this room wait in vain. */
  rejectRoom(room: string, error: TautlineError): void {
    this.#rejectWaiting(error, (entry) => entry.room === room);
  }

  /** Nothing will be sent any more: of what was written, nobody knows the outcome. */
  giveUp(error: TautlineError): void {
    this.#core.clock.clearTimeout(this.#pause);
    this.#settleWritten(false);
    this.#pause = undefined;
    this.#refused = Infinity;
    this.#rejectWaiting(error, () => true);
  }

  /** The next connection is another user's: nothing of this one may be sent there. */
  becomeAnother(error: TautlineError): void {
    for (const { settle } of this.#outbox.entries) settle(error);
  }

  #rejectWaiting(error: TautlineError, isMeant: (entry: Entry) => boolean): void {
    for (const entry of this.#outbox.entries) {
      if (entry.id === undefined && isMeant(entry)) entry.settle(error);
    }
  }

  /** What was refused was not handled, and is sent again as what was never written. */
  #settleWritten(again: boolean): void {
    for (const entry of this.#outbox.written.values()) {
      if (entry.attempt === 0 || (again && entry.idempotent)) this.#outbox.unwrite(entry);
      else entry.settle(new TautlineError("OUTCOME_UNKNOWN", `${entry.type}: lost unanswered`));
    }
  }

  /**
   * Writes again, as they were, those below this id that this connection will not answer by itself: what comes after a refused one
   * is refused, too, and still under way until that is read. False where there is no connection.
   */
  #repeat(before: number): boolean {
    const { connection, identity } = this.#core;
    for (const [id = 0, entry] of this.#outbox.written) {
      if (entry.attempt === identity.welcomed || id >= before) continue;
      if (!connection.write(this.#numbered(entry, id))) return false;
      entry.attempt = identity.welcomed;
    }
    return true;
  }

  /** Waits as long as the server says, then repeats what it refused, and everything after that, in order. */
  #pauseFrom(id: number, refusal: TautlineError): void {
    if (id >= this.#refused) return;
    this.#refused = id;
    const { clock } = this.#core;
    clock.clearTimeout(this.#pause);
    this.#pause = clock.setTimeout(() => this.#resume(), this.#core.retryDelay(refusal, ++this.#pauses));
  }

  #resume(): void {
    this.#core.clock.clearTimeout(this.#pause);
    this.#pause = undefined;
    this.flush();
  }

  /** An entry as it is written under an id. */
  #numbered({ frame }: Entry, id: number): Encoded {
    const { speech } = this.#core.settings;
    if (isText(frame)) return `${frame.slice(0, -1)},"id":${id}}`;
    return speech.encode({ ...reread(frame, speech), id });
  }

  #cancel({ id }: Entry): void {
    if (id !== undefined) this.#core.connection.tell("$cancel", { id });
  }
}

function cancelled(): TautlineError {
  return new TautlineError("CANCELLED", "aborted");
}
