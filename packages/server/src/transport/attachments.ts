import type { Server as HttpServer, IncomingMessage } from "node:http";
import type { Server as HttpsServer } from "node:https";
import type { Duplex } from "node:stream";
import { invalidOption } from "@tautline/protocol";
import { refuseUpgrade } from "./refuse-upgrade.js";

export type AnyHttpServer = HttpServer | HttpsServer;
export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** Which paths of an HTTP server are taken: all servers of ours on it share one listener. */
const attached = new WeakMap<AnyHttpServer, Map<string, UpgradeHandler>>();

/**
 * Takes the upgrades of one path.
 *
 * @returns its remover. @throws `INVALID_OPTION` when the path is taken, or is none.
 */
export function attachTo(server: AnyHttpServer, path: string, handler: UpgradeHandler): () => void {
  if (!path.startsWith("/") || path.includes("?")) throw invalidOption("path", "a path like /live", path);
  const handlers = attached.get(server) ?? listenTo(server);
  if (handlers.has(path))
    throw invalidOption("path", "a path that no other server of this HTTP server has", path);
  handlers.set(path, handler);
  return () => {
    if (handlers.get(path) === handler) handlers.delete(path);
  };
}

function listenTo(server: AnyHttpServer): Map<string, UpgradeHandler> {
  const handlers = new Map<string, UpgradeHandler>();
  attached.set(server, handlers);
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const handler = handlers.get(pathOf(request));
    if (handler) return handler(request, socket, head);
    // Others may want it; where nobody else listens, a socket without an answer would hang.
    if (server.listenerCount("upgrade") > 1) return;
    socket.on("error", () => socket.destroy());
    refuseUpgrade(socket, 404, `no WebSocket at ${pathOf(request)}`);
  });
  return handlers;
}

/** The path of a request's target, without its query. */
export function pathOf({ url = "/" }: IncomingMessage): string {
  const query = url.indexOf("?");
  return query < 0 ? url : url.slice(0, query);
}
