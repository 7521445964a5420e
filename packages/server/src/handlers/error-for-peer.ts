import { errorCatalogue, type TautlineError } from "@tautline/protocol";
import type { LiveConnection } from "../connection/connection.js";
import { isTautlineError } from "../is-tautline-error.js";
import { refusal, refusalOf } from "../refusal.js";

/**
 * What a peer is told of something that the application threw: a `TautlineError` as it is, of anything else nothing but
 * that it happened; the rest goes to `on("error")`.
 */
export function errorForPeer(connection: LiveConnection, where: string, thrown: unknown): TautlineError {
  if (isForPeers(thrown)) return thrown;
  connection.context.hooks.report(where, thrown);
  return refusal("HANDLER_FAILED");
}

/** The same for what the server itself threw: its own words become an issue of the catalogue's sentence. */
export function failureForPeer(connection: LiveConnection, where: string, thrown: unknown): TautlineError {
  return isForPeers(thrown) ? refusalOf(thrown) : errorForPeer(connection, where, thrown);
}

function isForPeers(thrown: unknown): thrown is TautlineError {
  return isTautlineError(thrown) && errorCatalogue[thrown.code]?.onWire;
}
