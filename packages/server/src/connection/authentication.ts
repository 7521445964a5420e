import { TautlineError } from "@tautline/protocol";
import { isExpiring } from "../expiring.js";
import { isTautlineError } from "../is-tautline-error.js";
import { LazyAbort } from "../lazy-abort.js";
import type { AuthenticateInput, ConnectionRequest, UserIdentity } from "../user.js";
import type { LiveConnection } from "./connection.js";
import { withDeadline } from "./deadline.js";
import { endOf } from "./end-of.js";
import { guestKeyOf } from "./peer.js";

/** Who a peer is, as the application said. */
export interface Authenticated {
  readonly user: UserIdentity;
  /** In milliseconds since 1970. Undefined: for as long as the connection lasts. */
  readonly expiresAtMs?: number | undefined;
}

/** What a peer is authenticated by. */
export interface Credentials {
  readonly token: string | undefined;
  readonly clientId: string;
}

/**
 * Makes what costs more than all the rest when it is asked for, which is seldom. A class: each object with getters of its own
 * would be a kilobyte that only a great collection of garbage finds.
 */
class Input implements AuthenticateInput {
  readonly request: ConnectionRequest;
  readonly token: string | undefined;
  readonly #clientId: string;
  readonly #over: LazyAbort;

  constructor(request: ConnectionRequest, { token, clientId }: Credentials, over: LazyAbort) {
    this.request = request;
    this.token = token;
    this.#clientId = clientId;
    this.#over = over;
  }

  get guestKey(): string {
    return guestKeyOf(this.#clientId);
  }

  get signal(): AbortSignal {
    return this.#over.signal;
  }
}

/**
 * Asks `authenticate`, within its deadline.
 *
 * @returns null when the application refuses, or sent the user away while it was asked. Throws when it cannot be said now: `CLOSED` where
 * the connection has ended meanwhile.
 */
export async function authenticate(
  connection: LiveConnection,
  { token, clientId }: Credentials,
): Promise<Authenticated | null> {
  const { clock, settings, gatekeeper, dismissals, authenticating, diagnostics } = connection.context;
  const over = new LazyAbort();
  let forget: (() => void) | undefined;
  const before = dismissals.count;
  try {
    const input = new Input(connection.request, { token, clientId }, over);
    const ms = settings.deadlines.authenticateMs;
    const late = () => diagnostics.limit("deadlines.authenticateMs", connection);
    const ask = () => authenticating.run(() => gatekeeper.authenticate(input), over);
    const asked = withDeadline(ask, { clock, ms, late, over });
    // Who has gone waits for nothing: neither in line, nor for an answer.
    if (asked instanceof Promise) forget = endOf(connection).whenAborted(() => over.abort());
    const result = asked instanceof Promise ? await asked : asked;
    // JavaScript callers refuse with undefined or false as well.
    if (!result) return null;
    const { user, expiresAtMs } = isExpiring(result) ? result : { user: result, expiresAtMs: undefined };
    if (typeof user?.id !== "string" || user.id === "") {
      throw new TautlineError(
        "INVALID_OPTION",
        "authenticate: expected a user with a non-empty string id, or null",
      );
    }
    if (expiresAtMs !== undefined && expiresAtMs <= clock.now()) return null;
    return dismissals.has(user.id, before) ? null : { user, expiresAtMs };
  } catch (error) {
    if (isTautlineError(error) && error.code === "UNAUTHENTICATED") return null;
    throw error;
  } finally {
    forget?.();
    over.abort();
  }
}
