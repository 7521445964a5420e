import type { Envelope, Gap, JoinRequest, JoinResult } from "@tautline/protocol";
import type { Inbox } from "../inbox.js";
import { Track } from "./track.js";

/** The name on the wire of the stream of events that are sent to a user. */
export const ownStream = "$user";

/** What is sent to the user: every welcome joins it unasked, and it is recovered like a room. Its publications are the client's events. */
export class OwnStream {
  readonly track: Track;
  readonly #inbox: Inbox;
  readonly #tell: (envelope: Envelope) => boolean;
  /** Whether the server was asked for what is missing. */
  #isAsked = false;

  constructor(inbox: Inbox, tell: (envelope: Envelope) => boolean) {
    this.#inbox = inbox;
    this.#tell = tell;
    this.track = new Track((gap) => inbox.pass(gap, () => inbox.emit("gap", gap)));
  }

  /** What to ask for in a hello. The first one has no position to go on from. */
  request(): JoinRequest | undefined {
    return this.track.position && { room: ownStream, ...this.track.position };
  }

  joined(result: JoinResult): void {
    this.#isAsked = false;
    this.track.joined(result);
  }

  /** What is missing cannot be had now: the next publication asks again. */
  failed(): boolean {
    this.#isAsked = false;
    return false;
  }

  gap(gap: Gap["data"]): void {
    this.track.gap(gap);
  }

  publication(publication: Envelope): void {
    const verdict = this.track.step(publication.offset);
    if (verdict === "take") this.#inbox.deliver(publication);
    if (verdict === "ask") this.#isAsked ||= this.#tell({ type: "$join", data: this.request() });
  }
}
