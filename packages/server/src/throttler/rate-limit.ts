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
