import { type Clock, TautlineError } from "@tautline/protocol";
import { deadline } from "../deadline.js";
import type { Membership } from "../types.js";
import type { Rejoined } from "./recovery.js";

/** How long a room without joins is kept: a page that renders anew leaves and joins within a moment. */
const lingerMs = 100;

/** What is to become of a join that waits. */
type Waiting = (error: TautlineError | undefined, rejoined?: Rejoined) => void;

/** The joins of one room, counted. */
export class Joins {
  readonly #clock: Clock;
  readonly #lastGone: () => void;
  readonly #waiting = new Set<Waiting>();
  #count = 0;
  /** Changes when all joins end at once: those of an earlier life have nothing left to give back. */
  #life = {};
  #linger: unknown;

  /** @param lastGone - called when the last join was given back, and no other came in time */
  constructor(clock: Clock, lastGone: () => void) {
    this.#clock = clock;
    this.#lastGone = lastGone;
  }

  /** Whether nobody wants the room. */
  get isEmpty(): boolean {
    return this.#count === 0;
  }

  /** One more join, to be settled by {@link admit} or {@link reject}. */
  add(timeoutMs: number, resolve: (membership: Membership) => void, reject: (error: unknown) => void): void {
    const settle: Waiting = (error, rejoined) => {
      this.#waiting.delete(settle);
      this.#clock.clearTimeout(timer);
      if (error) reject(error);
      else resolve(this.#membership(rejoined));
    };
    const timer = deadline(this.#clock, timeoutMs, () => {
      settle(new TautlineError("TIMEOUT", `no answer in ${timeoutMs} ms`));
      this.leave();
    });
    this.#count++;
    this.#clock.clearTimeout(this.#linger);
    this.#waiting.add(settle);
  }

  /** The room is joined. */
  admit(rejoined: Rejoined | undefined): void {
    for (const settle of this.#waiting) settle(undefined, rejoined);
  }

  /** The room cannot be joined, or not be kept: every join has ended. */
  reject(error: TautlineError): void {
    this.#count = 0;
    this.#life = {};
    this.#clock.clearTimeout(this.#linger);
    this.rejectWaiting(error);
  }

  /** Nobody knows when the room can be joined: those who wait are told, and the other joins go on. */
  rejectWaiting(error: TautlineError): void {
    for (const settle of [...this.#waiting]) {
      settle(error);
      this.#leave(this.#lastGone);
    }
  }

  /** Gives one join back. */
  leave(): void {
    this.#leave(() => {
      this.#linger = this.#clock.setTimeout(this.#lastGone, lingerMs);
    });
  }

  #leave(last: () => void): void {
    if (this.#count > 0 && --this.#count === 0) last();
  }

  #membership({ verdict: kind, gap }: Rejoined = { verdict: "fresh", position: undefined }): Membership {
    const life = this.#life;
    let isOver = false;
    const leave = (): void => {
      if (isOver || life !== this.#life) return;
      isOver = true;
      this.leave();
    };
    return { kind, gap, leave, [Symbol.asyncDispose]: async () => leave() };
  }
}
