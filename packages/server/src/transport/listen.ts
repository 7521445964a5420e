import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { TautlineError } from "@tautline/protocol";
import type { Diagnostics } from "../diagnostics/diagnostics.js";
import type { Settings } from "../settings.js";
import { pathOf, type UpgradeHandler } from "./attachments.js";
import { boundHandshakes } from "./handshake-bounds.js";
import type { Listening, ListenOptions } from "./listening.js";
import { refuseUpgrade } from "./refuse-upgrade.js";

/** An HTTP server that does nothing but upgrades. */
export interface OwnHttpServer {
  readonly listening: Listening;
  /** Frees the port. Upgraded sockets live on. */
  close(): Promise<void>;
}

/** Who takes upgrades, and how much is spent on those who do not ask for one. */
export interface UpgradeDesk {
  readonly handle: UpgradeHandler;
  readonly limits: Pick<Settings["limits"], "handshakes" | "headerBytes">;
  readonly deadlines: Pick<Settings["deadlines"], "headersMs">;
  readonly diagnostics: Diagnostics;
}

/** Rejects with `ADDRESS_IN_USE`, or what else the system says. */
export async function listen(desk: UpgradeDesk, options: ListenOptions = {}): Promise<OwnHttpServer> {
  const { port = 0, host, path } = options;
  const { headersMs } = desk.deadlines;
  // An upgrade is a few hundred bytes: Node's own minute is for uploads, and for who sends a byte at a time.
  const patience = { headersTimeout: headersMs, requestTimeout: headersMs };
  const sizes = { maxHeaderSize: desk.limits.headerBytes };
  const checks = { connectionsCheckingInterval: Math.min(5_000, headersMs / 2) };
  const server = createServer({ ...patience, ...sizes, ...checks }, (_request, response) => {
    response.writeHead(426, { "content-type": "text/plain", connection: "close", upgrade: "websocket" });
    response.end("Here is a WebSocket server.\n");
  });
  boundHandshakes(server, desk);
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (path === undefined || pathOf(request) === path) return desk.handle(request, socket, head);
    socket.on("error", () => socket.destroy());
    refuseUpgrade(socket, 404, `no WebSocket at ${pathOf(request)}`);
  });
  await bound(server, port, host);
  const address = server.address() as AddressInfo;
  const name = host ?? "localhost";
  const url = `ws://${name.includes(":") ? `[${name}]` : name}:${address.port}${path ?? ""}`;
  return {
    listening: { port: address.port, address: address.address, url },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        // Those that have not asked for anything yet would keep us here until their own time is up.
        server.closeAllConnections();
      }),
  };
}

function bound(server: Server, port: number, host: string | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (cause: Error & { code?: string }) => {
      const where = `${host ?? "port"}${host === undefined ? " " : ":"}${port}`;
      const inUse = cause.code === "EADDRINUSE";
      reject(
        inUse
          ? new TautlineError("ADDRESS_IN_USE", `${where} is in use: choose another port, or 0 for any`, {
              cause,
            })
          : cause,
      );
    };
    server.once("error", failed);
    server.listen(port, host, () => {
      server.off("error", failed);
      // After a socket could not be accepted (too many open files) the server goes on.
      server.on("error", () => undefined);
      resolve();
    });
  });
}
