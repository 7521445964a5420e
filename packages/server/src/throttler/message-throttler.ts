import type { Clock } from "@tautline/protocol";
import { systemClock } from "../clock.js";
import type { RateLimit, RateVerdict } from "./rate-limit.js";

/** How a {@link MessageThrottler} counts. */
export interface MessageThrottlerOptions extends RateLimit {
  /** @default the real time */
  readonly clock?: Clock | undefined;
  /**
   * The most keys remembered at once. At the limit the key that was used longest ago is forgotten, and so gets its
   * full burst anew.
   * @default 10000
   */
  readonly maxKeys?: number | undefined;
}

export class MessageThrottler {
  constructor(options: MessageThrottlerOptions) {
    void [options, systemClock];
  }

  /** Counts a message of `key`, if it may pass. */
  take(key: string, cost: number = 1): RateVerdict {
    throw new Error(`to be built ${key} ${cost}`);
  }

  /** Forgets a key, as when its connection has ended. */
  forget(key: string): void {
    throw new Error(`to be built ${key}`);
  }

  /** Keys remembered. */
  get size(): number {
    return 0;
  }
}
