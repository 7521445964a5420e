import { errorCatalogue, TautlineError } from "@tautline/protocol";
import type { LiveConnection } from "../connection/connection.js";
import { refusal } from "../refusal.js";

/**
 * What a peer is told of something that the application threw: a `TautlineError` as it is, of anything else nothing but
 * that it happened; the rest goes to `on("error")`.
 */
export function errorForPeer(connection: LiveConnection, where: string, thrown: unknown): TautlineError {
  if (TautlineError.is(thrown) && errorCatalogue[thrown.code]?.onWire) return thrown;
  connection.context.hooks.report(where, thrown);
  return refusal("HANDLER_FAILED");
}
