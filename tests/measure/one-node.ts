import { createServer as createHttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { feedNode } from "./feed-node.js";

/** A node that many clients are connected to, by lines that can be cut under them. */
export async function oneNode(options: Parameters<typeof feedNode>[0] = {}) {
  const server = feedNode(options);
  server.handle("work", ({ data }) => data);
  const lines = new Set<Duplex>();
  const http = createHttpServer();
  http.on("upgrade", (request, socket, head) => {
    lines.add(socket);
    socket.once("close", () => lines.delete(socket));
    server.handleUpgrade(request, socket, head);
  });
  await new Promise<void>((resolve) => http.listen({ port: 0, host: "127.0.0.1", backlog: 8_192 }, resolve));
  return {
    server,
    url: `ws://127.0.0.1:${(http.address() as AddressInfo).port}`,
    /** Cuts all lines at once, as a proxy does that is started anew. */
    cutAll(): void {
      for (const line of lines) line.destroy();
    },
    async close(): Promise<void> {
      await server.close();
      http.close();
    },
  };
}
