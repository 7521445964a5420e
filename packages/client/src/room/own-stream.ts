import type { Clock, Envelope, Gap, JoinRequest, JoinResult, TimerHandle } from "@tautline/protocol";
import type { Inbox } from "../inbox.js";
import { Track } from "./track.js";

/** The name on the wire of the stream of events that are sent to a user. */
export const ownStream = "$user";

/** When to ask again for what could not be had, in milliseconds. */
const retryMs = 5_000;

/** What is sent to the user: every welcome joins it unasked, and it is recovered like a room. Its publications are the client's events. */
export class OwnStream {
  readonly track: Track;
  readonly #inbox: Inbox;
  readonly #tell: (envelope: Envelope) => boolean;
  readonly #clock: Clock;
  #retry: TimerHandle;
  /** Whether the server was asked for what is missing. */
  #isAsked = false;

  constructor(inbox: Inbox, tell: (envelope: Envelope) => boolean, clock: Clock) {
    this.#inbox = inbox;
    this.#tell = tell;
    this.#clock = clock;
    this.track = new Track((gap) => inbox.pass(gap, () => inbox.emit("gap", gap)));
  }

  /** What to ask for in a hello. The first one has no position to go on from. */
  request(): JoinRequest | undefined {
    return this.track.position && { room: ownStream, ...this.track.ask() };
  }

  joined(result: JoinResult): void {
    this.#isAsked = false;
    if (!this.track.joined(result)) this.#ask();
  }

  /** Not in it, the client would hear nothing, and never notice: it asks until it is. */
  failed(): boolean {
    this.#isAsked = false;
    this.suspend();
    this.#retry = this.#clock.setTimeout(() => this.#ask(), retryMs);
    return false;
  }

  /** The next hello asks. */
  suspend(): void {
    this.#clock.clearTimeout(this.#retry);
  }

  gap(gap: Gap["data"]): void {
    this.track.gap(gap);
  }

  publication(publication: Envelope): void {
    const verdict = this.track.step(publication.offset);
    if (verdict === "take") this.#inbox.deliver(publication);
    if (verdict === "ask") this.#ask();
  }

  #ask(): void {
    this.#isAsked ||= this.#tell({ type: "$join", data: { room: ownStream, ...this.track.ask() } });
  }
}
