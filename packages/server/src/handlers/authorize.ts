import type { MaybePromise, TautlineError } from "@tautline/protocol";
import type { NamedRoom } from "../compiled-contract.js";
import type { LiveConnection } from "../connection/connection.js";
import { isThenable } from "../maybe-promise.js";
import { refusal } from "../refusal.js";
import type { AnyAction } from "../server-context.js";
import { errorForPeer } from "./error-for-peer.js";

/** A join, as the application is asked about it. */
export function joinOf({ name, params, definition }: NamedRoom): AnyAction {
  return { kind: "join", room: name, pattern: definition.pattern, params };
}

/**
 * Asks the application whether the peer may do this. Undefined: it may. Never throws. Where the peer's credentials are renewed
 * meanwhile, or its rights may have changed, the application is asked again, of whoever it is now.
 */
export function whyForbidden(
  connection: LiveConnection,
  action: AnyAction,
): MaybePromise<TautlineError | undefined> {
  const { gatekeeper, authorizing } = connection.context;
  const { peer } = connection;
  const failed = (thrown: unknown) => errorForPeer(connection, "authorize", thrown);
  const unlessRenewed = (refused: TautlineError | undefined) =>
    connection.peer === peer ? refused : whyForbidden(connection, action);
  try {
    const ask = () => gatekeeper.authorize({ user: peer.user, action, connection: connection.app });
    const permitted = authorizing.run(ask);
    if (!isThenable(permitted)) return verdict(permitted);
    return Promise.resolve(permitted).then(verdict, failed).then(unlessRenewed);
  } catch (thrown) {
    return failed(thrown);
  }
}

/** Nothing but true permits: a forgotten `return` must not open the door. */
function verdict(permitted: unknown): TautlineError | undefined {
  return permitted === true ? undefined : refusal("FORBIDDEN");
}
