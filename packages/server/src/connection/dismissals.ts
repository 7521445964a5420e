import type { Clock } from "@tautline/protocol";

/**
 * Users who were sent away a moment ago. Whoever was being authenticated at that moment, by credentials that may have been
 * good until then, must not slip in after it.
 */
export class Dismissals {
  readonly #clock: Clock;
  readonly #keptMs: number;
  #count = 0;
  /** By user, the longest ago first. */
  readonly #last = new Map<string, { readonly number: number; readonly at: number }>();

  /** @param keptMs - how long an authentication may take */
  constructor(clock: Clock, keptMs: number) {
    this.#clock = clock;
    this.#keptMs = keptMs;
  }

  /** How many there were by now. */
  get count(): number {
    return this.#count;
  }

  /** The user is sent away now. */
  add(user: string): void {
    const at = this.#clock.monotonic();
    for (const [other, last] of this.#last) {
      if (last.at + this.#keptMs >= at) break;
      this.#last.delete(other);
    }
    this.#last.delete(user);
    this.#last.set(user, { number: ++this.#count, at });
  }

  /** Whether the user was sent away since there were so many. */
  has(user: string, count: number): boolean {
    const last = this.#last.get(user);
    return last !== undefined && last.number > count;
  }
}
