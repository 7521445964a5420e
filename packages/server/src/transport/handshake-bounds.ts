import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import type { UpgradeDesk } from "./listen.js";
import { refuseUpgrade } from "./refuse-upgrade.js";

/** What Node finds wrong with a request's header, by the code of its error: the status it is answered with, and the limit that it is. */
const faults = new Map<
  unknown,
  readonly [status: number, limit: "limits.headerBytes" | "deadlines.headersMs"]
>([
  ["HPE_HEADER_OVERFLOW", [431, "limits.headerBytes"]],
  ["ERR_HTTP_REQUEST_TIMEOUT", [408, "deadlines.headersMs"]],
]);

/** Bounds the sockets of an HTTP server that have not asked for an upgrade: their number, and the time and size of their headers. */
export function boundHandshakes(server: Server, { limits, diagnostics }: UpgradeDesk): void {
  const waiting = new Set<Duplex>();
  // One for all sockets: one of each would live as long as its socket.
  function gone(this: Duplex): void {
    waiting.delete(this);
  }
  server.on("connection", (socket) => {
    if (waiting.size >= limits.handshakes) {
      diagnostics.limit("limits.handshakes");
      socket.on("error", () => socket.destroy());
      return refuseUpgrade(socket, 503, "too many sockets that ask for nothing");
    }
    waiting.add(socket);
    socket.on("close", gone);
  });
  server.prependListener("upgrade", (_request: IncomingMessage, socket: Duplex) => {
    waiting.delete(socket);
    socket.off("close", gone);
  });
  server.on("clientError", (error: Error & { readonly code?: unknown }, socket: Duplex) => {
    const [status, limit] = faults.get(error.code) ?? [400];
    if (limit) diagnostics.limit(limit);
    refuseUpgrade(socket, status, limit ? `over the limit ${limit}` : "not an HTTP request");
  });
}
