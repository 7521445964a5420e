import { publishConnection } from "../diagnostics.js";
import type { LiveConnection } from "./connection.js";

/** Tells log, diagnostics and application that a peer was admitted. */
export function announceOpen({ id, kind, user, peer, app, context }: LiveConnection): void {
  const { totals, hooks } = context;
  totals.accepted++;
  hooks.log({ level: "info", event: "connection.open", connection: id, user });
  publishConnection("open", { connection: id, user, peer: kind });
  hooks.emit("connect", { connection: app, user: peer.user });
}

/** Tells log, diagnostics and application that an admitted peer has gone. */
export function announceClose(
  { id, kind, user, peer, app, context: { hooks } }: LiveConnection,
  { code, reason }: { readonly code: number; readonly reason: string },
): void {
  hooks.log({ level: "info", event: "connection.close", connection: id, user, code, reason });
  publishConnection("close", { connection: id, user, peer: kind, code, reason });
  hooks.emit("disconnect", { connection: app, user: peer.user, code, reason });
}
