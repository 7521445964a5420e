import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { type RawData, type WebSocket, WebSocketServer } from "ws";
import type { StartServer } from "../side.js";
import { readyFrame } from "./ready-frame.js";

/** What Node and the kernel make a broadcast cost: a ready frame, written once to each socket at the end of the turn. */
export const startWsReady: StartServer = async () => {
  const http = createServer();
  const wss = new WebSocketServer({ noServer: true, clientTracking: false, perMessageDeflate: false });
  const sockets = new Set<Duplex>();
  let frames: Buffer[] = [];
  const flush = () => {
    const bytes = frames.length === 1 ? (frames[0] as Buffer) : Buffer.concat(frames);
    frames = [];
    for (const socket of sockets) socket.write(bytes);
  };
  const say = (data: RawData) => {
    if (frames.push(readyFrame(data as Buffer)) === 1) setImmediate(flush);
  };
  http.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) =>
    wss.handleUpgrade(request, socket, head, (ws: WebSocket) => {
      sockets.add(socket);
      ws.on("message", say);
      ws.on("error", () => {});
      ws.on("close", () => sockets.delete(socket));
      const missed = missedOf(request.url ?? "/");
      if (missed) socket.write(missed);
    }),
  );
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  return {
    port: (http.address() as AddressInfo).port,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      http.close();
    },
  };
};

let last: { readonly url: string; readonly bytes: Buffer } | undefined;

/** For `/missed?count=100&bytes=140`: so many frames in one buffer, made once. */
function missedOf(url: string): Buffer | undefined {
  if (!url.startsWith("/missed")) return undefined;
  if (last?.url !== url) {
    const query = new URL(url, "ws://localhost").searchParams;
    const frame = readyFrame(Buffer.alloc(Number(query.get("bytes")), "x"));
    last = { url, bytes: Buffer.concat(Array.from({ length: Number(query.get("count")) }, () => frame)) };
  }
  return last.bytes;
}
