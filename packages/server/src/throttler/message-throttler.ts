import { type Clock, invalidOption } from "@tautline/protocol";
import { systemClock } from "../clock.js";
import { type Linked, LinkedList } from "../linked-list.js";
import { wholeNumber } from "../option-checks.js";
import { type RateLimit, type RateVerdict, SlidingLog } from "./rate-limit.js";

/** How a {@link MessageThrottler} counts. */
export interface MessageThrottlerOptions extends RateLimit {
  /** The most units that pass in any span of `windowMs`; an idle key may use all of them at once. */
  readonly messages: number;
  /** Length of the span, in milliseconds. */
  readonly windowMs: number;
  /** @default the real time */
  readonly clock?: Clock | undefined;
  /**
   * The most keys remembered at once. At the limit the key that was used longest ago is forgotten, and so gets its
   * full burst anew.
   * @default 10000
   */
  readonly maxKeys?: number | undefined;
}

/** A key that is remembered. */
interface Remembered extends Linked<Remembered> {
  readonly key: string;
  readonly log: SlidingLog;
}

/**
 * Lets at most so many messages of a key pass in any span of time: no double burst at a window's edge.
 *
 * A key is whatever shall be limited together: a connection, a user, an address ({@link addressKey}). Idle keys are
 * forgotten, their number is bounded, and a message costs constant time. Up to 128 messages a window it is exact; beyond
 * that a unit may come free up to 1/128 of the window late, never early.
 *
 * ```ts
 * const throttler = new MessageThrottler({ messages: 50, windowMs: 60_000 });
 * const verdict = throttler.take(addressKey(request.socket.remoteAddress));
 * if (!verdict.ok) refuse(verdict.retryAfterMs);
 * ```
 */
export class MessageThrottler {
  readonly #limit: RateLimit;
  readonly #clock: Clock;
  readonly #maxKeys: number;
  readonly #remembered = new Map<string, Remembered>();
  /** In the order of their last use, the longest ago first. */
  readonly #byUse = new LinkedList<Remembered>();

  /** @throws `INVALID_OPTION` for anything but positive numbers. */
  constructor(options: MessageThrottlerOptions) {
    const { messages, windowMs, clock = systemClock, maxKeys = 10_000 } = options;
    if (!(Number.isFinite(windowMs) && windowMs > 0))
      throw invalidOption("windowMs", "a finite number above 0, in milliseconds", windowMs);
    this.#limit = { messages: wholeNumber("messages", messages, 1), windowMs };
    this.#clock = clock;
    this.#maxKeys = wholeNumber("maxKeys", maxKeys, 1);
  }

  /**
   * Counts a message of `key`, if it may pass. A refused one counts nothing.
   *
   * @param cost - units it uses up; 0 always passes. @default 1
   * @throws `INVALID_OPTION` for a cost that is no whole number or more than `messages`: it could never pass.
   */
  take(key: string, cost: number = 1): RateVerdict {
    if (!(Number.isSafeInteger(cost) && cost >= 0 && cost <= this.#limit.messages))
      throw invalidOption("cost", `a whole number from 0 to ${this.#limit.messages}`, cost);
    const now = this.#clock.monotonic();
    return this.#use(key, now).take(now, cost);
  }

  /** Forgets a key: for one that will not come back, as when its connection has ended. */
  forget(key: string): void {
    const known = this.#remembered.get(key);
    if (known) this.#drop(known);
  }

  /** Keys remembered now. */
  get size(): number {
    return this.#remembered.size;
  }

  #use(key: string, now: number): SlidingLog {
    const known = this.#remembered.get(key);
    if (known) this.#byUse.moveToEnd(known);
    for (
      let oldest = this.#byUse.first;
      oldest !== known && oldest?.log.isIdle(now);
      oldest = this.#byUse.first
    )
      this.#drop(oldest);
    return (known ?? this.#remember(key)).log;
  }

  #remember(key: string): Remembered {
    const longestUnused = this.#byUse.first;
    if (longestUnused && this.#remembered.size >= this.#maxKeys) this.#drop(longestUnused);
    const remembered = { key, log: new SlidingLog(this.#limit), before: undefined, after: undefined };
    this.#remembered.set(key, remembered);
    this.#byUse.append(remembered);
    return remembered;
  }

  #drop(remembered: Remembered): void {
    this.#remembered.delete(remembered.key);
    this.#byUse.remove(remembered);
  }
}
