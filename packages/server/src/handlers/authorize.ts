import { errorCatalogue, type MaybePromise, TautlineError } from "@tautline/protocol";
import type { LiveConnection } from "../connection/connection.js";
import { refusal } from "../refusal.js";
import type { AnyAction } from "../server-context.js";

/** Asks the application whether the peer may do this. Undefined: it may. Never throws. */
export function whyForbidden(
  connection: LiveConnection,
  action: AnyAction,
): MaybePromise<TautlineError | undefined> {
  const { gatekeeper } = connection.context;
  const failed = (thrown: unknown) => errorForPeer(connection, "authorize", thrown);
  try {
    const permitted = gatekeeper.authorize({
      user: connection.peer.user,
      action,
      connection: connection.app,
    });
    return permitted instanceof Promise ? permitted.then(verdict, failed) : verdict(permitted);
  } catch (thrown) {
    return failed(thrown);
  }
}

/** Nothing but true permits: a forgotten `return` must not open the door. */
function verdict(permitted: boolean): TautlineError | undefined {
  return permitted === true ? undefined : refusal("FORBIDDEN");
}

/**
 * What a peer is told of something that the application threw: a `TautlineError` as it is, of anything else nothing but
 * that it happened; the rest goes to `on("error")`.
 */
export function errorForPeer(connection: LiveConnection, where: string, thrown: unknown): TautlineError {
  if (TautlineError.is(thrown) && errorCatalogue[thrown.code]?.onWire) return thrown;
  connection.context.hooks.report(where, thrown);
  return refusal("HANDLER_FAILED");
}
