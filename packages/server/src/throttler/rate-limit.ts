/** At most `messages` units in any span of `windowMs` milliseconds. */
export interface RateLimit {
  readonly messages: number;
  readonly windowMs: number;
}

/** Whether a message may pass, and if not, when to try again. */
export type RateVerdict =
  | { readonly ok: true }
  | {
      readonly ok: false;
      /** After this many milliseconds it passes, if nobody else used the key meanwhile. */
      readonly retryAfterMs: number;
    };

/** Units that passed at (nearly) the same moment. They are forgotten together. */
interface Batch {
  readonly since: number;
  until: number;
  units: number;
}

/** The most batches kept of one key: what bounds its memory. */
const maxBatches = 128;

const passed: RateVerdict = { ok: true };

/**
 * What passed under one key within the last window: a log, not a counter, so that no span of `windowMs`, wherever it
 * begins, ever holds more than `messages` units, while an idle key may use all of them at once.
 *
 * Up to 128 messages a window the log is exact. Beyond, what passed within 1/128 of the window is kept as one batch
 * and counts as if all of it had passed last: a unit may come free that much late, never early. Time is handed in and
 * must not go back. Each message costs constant time, and no more than 129 batches are ever kept.
 */
export class SlidingLog {
  readonly #limit: RateLimit;
  readonly #grainMs: number;
  readonly #batches: Batch[] = [];
  #used = 0;

  constructor(limit: RateLimit) {
    this.#limit = limit;
    this.#grainMs = limit.messages <= maxBatches ? 0 : limit.windowMs / maxBatches;
  }

  /** Counts `cost` units at the moment `now`, if they may pass. `cost` must not be greater than the limit. */
  take(now: number, cost: number): RateVerdict {
    this.#forgetBefore(now);
    if (this.#used + cost > this.#limit.messages) return this.#refuse(now, cost);
    if (cost > 0) this.#add(now, cost);
    return passed;
  }

  /** Whether nothing of the log matters any more: it is as good as a new one. */
  isIdle(now: number): boolean {
    const newest = this.#batches.at(-1);
    return !newest || now >= this.#freeAt(newest);
  }

  #add(now: number, cost: number): void {
    const newest = this.#batches.at(-1);
    this.#used += cost;
    if (newest && now - newest.since <= this.#grainMs) {
      newest.until = now;
      newest.units += cost;
    } else {
      this.#batches.push({ since: now, until: now, units: cost });
    }
  }

  #forgetBefore(now: number): void {
    for (let oldest = this.#batches[0]; oldest && now >= this.#freeAt(oldest); oldest = this.#batches[0]) {
      this.#used -= oldest.units;
      this.#batches.shift();
    }
  }

  #refuse(now: number, cost: number): RateVerdict {
    let missing = this.#used + cost - this.#limit.messages;
    let freeAt = now;
    for (const batch of this.#batches) {
      freeAt = this.#freeAt(batch);
      missing -= batch.units;
      if (missing <= 0) break;
    }
    const retryAfterMs = Math.ceil(freeAt - now);
    // Fractions of a millisecond round: a caller that waits as long as it was told must not be early.
    return { ok: false, retryAfterMs: now + retryAfterMs < freeAt ? retryAfterMs + 1 : retryAfterMs };
  }

  #freeAt(batch: Batch): number {
    return batch.until + this.#limit.windowMs;
  }
}
