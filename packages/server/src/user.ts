import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { MaybePromise } from "@tautline/protocol";
import type { Expiring } from "./expiring.js";

/** Who was authenticated. Anything more than the id is the application's. */
export interface UserIdentity {
  /** Unique among users. Others in the same rooms see it. */
  readonly id: string;
}

/** How a connection came in. */
export interface ConnectionRequest {
  /** Path and query, as in the request line. May hold a token: keep it out of logs. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** The peer's address; behind proxies that the option `trustProxy` does not name, that of the last of them. */
  readonly remoteAddress: string;
  /** The upgrade request. Absent for connections that came by `accept`. */
  readonly raw?: IncomingMessage | undefined;
}

/** What `authenticate` is given. */
export interface AuthenticateInput {
  /** What the client's token provider gave; of a plain peer the query's `token`, where the option allows that. */
  readonly token: string | undefined;
  readonly request: ConnectionRequest;
  /** Stable over the reconnects of one client, unguessable by others: what a guest's id can be made of. */
  readonly guestKey: string;
  /** Aborts when the connection ends or the deadline passes. */
  readonly signal: AbortSignal;
}

/**
 * Says who a peer is. Called once a connection, and again for each new token that it brings.
 *
 * @returns the user, or {@link withExpiry} of the user; null refuses (`UNAUTHENTICATED`, close 1008). A thrown `TautlineError` `UNAUTHENTICATED` refuses too; any
 * other throw means that it cannot be said now (`UNAVAILABLE`, close 1013), and the client comes back.
 */
export type Authenticate<U extends UserIdentity> = (
  input: AuthenticateInput,
) => MaybePromise<U | Expiring<U> | null>;

/** Admits everyone, each client as a user of its own. For demos: nobody is who they say they are. */
export function guests(): Authenticate<UserIdentity> {
  return ({ guestKey }) => ({ id: guestKey });
}

/** Permits everything. For demos, and where being a user is permission enough. */
export const allowAll = (): true => true;
