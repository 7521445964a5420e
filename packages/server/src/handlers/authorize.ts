import type { MaybePromise, TautlineError } from "@tautline/protocol";
import type { LiveConnection } from "../connection/connection.js";
import { isThenable } from "../maybe-promise.js";
import { refusal } from "../refusal.js";
import type { AnyAction } from "../server-context.js";
import { errorForPeer } from "./error-for-peer.js";

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
    return isThenable(permitted) ? Promise.resolve(permitted).then(verdict, failed) : verdict(permitted);
  } catch (thrown) {
    return failed(thrown);
  }
}

/** Nothing but true permits: a forgotten `return` must not open the door. */
function verdict(permitted: unknown): TautlineError | undefined {
  return permitted === true ? undefined : refusal("FORBIDDEN");
}
