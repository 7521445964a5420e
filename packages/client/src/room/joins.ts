import { type Clock, TautlineError } from "@tautline/protocol";
import { deadline } from "../deadline.js";
import type { Membership } from "../types.js";
import type { GapEvent, JoinVerdict } from "./recovery.js";

/** How long a room without joins is kept: a page that renders anew leaves and joins within a moment. */
const lingerMs = 100;

/** The joins of one room, counted. */
export class Joins {
  readonly #clock: Clock;
  readonly #lastGone: () => void;
  readonly #waiting = new Set<{
    readonly resolve: (membership: Membership) => void;
    readonly reject: (error: unknown) => void;
    readonly timer: unknown;
  }>();
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

  /** One more join, to be answered by {@link admit} or {@link reject}. */
  add(timeoutMs: number, resolve: (membership: Membership) => void, reject: (error: unknown) => void): void {
    this.#count++;
    this.#clock.clearTimeout(this.#linger);
    const late = (): void => {
      this.#waiting.delete(join);
      this.leave();
      reject(new TautlineError("TIMEOUT", `no answer in ${timeoutMs} ms`));
    };
    const timer = deadline(this.#clock, timeoutMs, late);
    const join = { resolve, reject, timer };
    this.#waiting.add(join);
  }

  /** The room is joined. */
  admit(kind: JoinVerdict, gap: GapEvent | undefined): void {
    for (const { resolve, timer } of this.#waiting) {
      this.#clock.clearTimeout(timer);
      resolve(this.#membership(kind, gap));
    }
    this.#waiting.clear();
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
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const { reject, timer } of waiting) {
      this.#clock.clearTimeout(timer);
      reject(error);
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

  #membership(kind: JoinVerdict, gap: GapEvent | undefined): Membership {
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
