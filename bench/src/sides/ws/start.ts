import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { type RawData, type WebSocket, WebSocketServer } from "ws";
import type { StartServer } from "../side.js";

/** How an answer is told from what is passed on: {@link bareDialect}. */
const askAt = '{"type":"'.length;

/** A bare server as everyone writes it: `send` to each. */
export const startWs: StartServer = async ({ compression }) => {
  const server = new WebSocketServer({
    ...{ port: 0, host: "127.0.0.1" },
    perMessageDeflate: compression && { serverNoContextTakeover: true, clientNoContextTakeover: true },
  });
  server.on("connection", (socket: WebSocket) => {
    socket.on("message", (data: RawData) => {
      const text = String(data);
      if (text.startsWith("ask", askAt)) socket.send(text);
      else for (const client of server.clients) client.send(text);
    });
  });
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      for (const client of server.clients) client.terminate();
      server.close();
    },
  };
};
