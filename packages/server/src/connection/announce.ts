import type { LiveConnection } from "./connection.js";

/** Tells log, diagnostics and application that a peer was admitted. */
export function announceOpen(connection: LiveConnection): void {
  const { id, user, peer, app, context } = connection;
  const { totals, hooks, diagnostics } = context;
  totals.accepted++;
  hooks.log({ level: "info", event: "connection.open", connection: id, user });
  diagnostics.connection("tautline:connection:open", connection, {});
  hooks.emit("connect", { connection: app, user: peer.user });
}

/** Tells log, diagnostics and application that an admitted peer has gone. */
export function announceClose(
  connection: LiveConnection,
  { code, reason }: { readonly code: number; readonly reason: string },
): void {
  const { id, user, peer, app, context } = connection;
  const { hooks, diagnostics } = context;
  hooks.log({ level: "info", event: "connection.close", connection: id, user, code, reason });
  diagnostics.connection("tautline:connection:close", connection, { code, reason });
  hooks.emit("disconnect", { connection: app, user: peer.user, code, reason });
}
