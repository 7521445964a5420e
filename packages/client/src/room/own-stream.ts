import type { JoinRequest, JoinResult, Position, TimerHandle } from "@tautline/protocol";
import type { Core } from "../core.js";
import { Track } from "./track.js";

/** The name on the wire of the stream of events that are sent to a user. */
export const ownStream = "$user";

/** When to ask again for what could not be had, in milliseconds. */
const retryMs = 5_000;

/** In no life of a stream. */
const nowhere: Position = { epoch: "none", offset: 0 };

/** What is sent to the user: every welcome joins it unasked, and it is recovered like a room. Its publications are the client's events. */
export class OwnStream extends Track {
  readonly #core: Core;
  #retry: TimerHandle;
  /** Whether the server was asked for what is missing. */
  #isAsked = false;

  constructor(core: Core) {
    super(core.inbox);
    this.#core = core;
  }

  /** What to ask for in a hello. The first one has no position to go on from. */
  joinRequest(): JoinRequest | undefined {
    this.asked();
    return this.position && { room: ownStream, ...this.position };
  }

  joined(result: JoinResult): void {
    this.#isAsked = false;
    if (!this.goOn(result)) this.missing();
  }

  /**
   * Not in it, the client would hear nothing, and never notice: it asks until it is. Without a position it could not know that
   * something was sent meanwhile: it asks from nowhere, and is told a gap.
   */
  failed(): boolean {
    this.#isAsked = false;
    this.position ??= nowhere;
    this.suspend();
    this.#retry = this.#core.clock.setTimeout(() => this.missing(), retryMs);
    return false;
  }

  /** The next hello asks. */
  suspend(): void {
    this.#core.clock.clearTimeout(this.#retry);
  }

  missing(): void {
    if (this.#isAsked) return;
    this.#isAsked = this.#core.connection.tell("$join", { room: ownStream, ...this.position });
    if (this.#isAsked) this.asked();
  }
}
