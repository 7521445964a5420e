import { invalidOption } from "@tautline/protocol";
import type { UserIdentity } from "./user.js";

/** Found by name, not by identity: an application may have the package twice, as ESM and as CommonJS. */
const mark: unique symbol = Symbol.for("tautline.expiring");

/** A user, and until when its credentials are good. Made by {@link withExpiry}. */
export interface Expiring<U extends UserIdentity> {
  readonly [mark]: true;
  readonly user: U;
  /** In milliseconds since 1970. */
  readonly expiresAtMs: number;
}

/** Before this moment, in the year 1973, lie all times that were given in seconds. */
const earliestMs = 100_000_000_000;

/**
 * For `authenticate`: who the peer is, and until when its credentials are good. A full peer is asked for new ones in time
 * (`deadlines.renewalMs` before); whoever has none by then is refused: `UNAUTHENTICATED`, close 1008.
 *
 * ```ts
 * authenticate: async ({ token }) => {
 *   const { sub, exp } = await verify(token);
 *   return withExpiry({ id: sub }, { expiresAtMs: exp * 1000 });
 * }
 * ```
 *
 * @param expiresAtMs - in milliseconds since 1970: the `exp` of a JWT, which is in seconds, times 1,000.
 * @throws `INVALID_OPTION` for what is no such time, and for one that was given in seconds.
 */
export function withExpiry<U extends UserIdentity>(
  user: U,
  { expiresAtMs }: { readonly expiresAtMs: number },
): Expiring<U> {
  if (!(Number.isFinite(expiresAtMs) && expiresAtMs >= earliestMs))
    throw invalidOption("expiresAtMs", "milliseconds since 1970 (a JWT's exp × 1000)", expiresAtMs);
  return { [mark]: true, user, expiresAtMs };
}

/** Whether it is a user with an expiry, and not a user. */
export function isExpiring<U extends UserIdentity>(value: U | Expiring<U>): value is Expiring<U> {
  return mark in value;
}
