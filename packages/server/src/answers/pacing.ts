import type { TautlineError } from "@tautline/protocol";
import { refusal } from "../refusal.js";

/**
 * Keeps a full peer's messages in order while it paces itself (PROTOCOL.md 9.12): once a message was refused for now, those
 * after it are refused, too, until it comes again or is given up. What is held back here is counted nowhere.
 *
 * A client that never repeats a message is not held back for ever. It has given up what was refused when it repeats a
 * later one first, whose own refusal it can only have read after; or when it sends more than it can have had under way.
 */
export class Pacing {
  readonly #maxUnderWay: number;
  /** Refused since the last refusal of the first of them, and neither repeated nor cancelled. The first is the lowest. */
  #refused = new Set<number>();
  #error: TautlineError | undefined;

  /** @param maxUnderWay - how many unanswered messages a client may have */
  constructor(maxUnderWay: number) {
    this.#maxUnderWay = maxUnderWay;
  }

  /** Why a message must wait for an earlier one. Undefined: it need not. */
  whyHeld(id: number): TautlineError | undefined {
    if (this.#refused.size === 0) return undefined;
    const first = this.#first();
    const isRepeated = this.#refused.has(id);
    if (isRepeated) this.#giveUpTo(id);
    else if (this.#refused.size >= this.#maxUnderWay) this.#refused.clear();
    if (id < first || isRepeated || this.#refused.size === 0) return undefined;
    this.#refused.add(id);
    const { code, retryAfterMs } = this.#error as TautlineError;
    return refusal(code, {
      retryAfterMs,
      issues: [{ message: `id ${first} was refused: repeat or cancel it before ${id}` }],
    });
  }

  /** A message was refused for now. */
  refused(id: number, error: TautlineError): void {
    if (this.#refused.size > 0 && id > this.#first()) {
      this.#refused.add(id);
      return;
    }
    this.#refused = new Set([id]);
    this.#error = error;
  }

  /** The client no longer wants a message. */
  cancelled(id: number): void {
    this.#refused.delete(id);
  }

  #first(): number {
    const [first = Number.POSITIVE_INFINITY] = this.#refused;
    return first;
  }

  #giveUpTo(id: number): void {
    for (const refused of this.#refused) if (refused <= id) this.#refused.delete(refused);
  }
}
