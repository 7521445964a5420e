import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { requirePeer } from "../../peers.js";
import type { StartServer } from "../side.js";

/** The part of Socket.IO that is used. Its own types are there only where the peers are installed. */
interface SocketIo {
  on(event: "connection", listener: (socket: SocketIoSocket) => void): void;
  to(room: string): { emit(event: string, data: unknown): void };
  close(): Promise<void>;
}

interface SocketIoSocket {
  readonly handshake: { readonly auth: { readonly user?: string; readonly rooms?: string[] } };
  data: unknown;
  join(rooms: string[]): void;
  on(event: string, listener: (data: { room: string; text: string }, ack?: Ack) => void): void;
}

type Ack = (reply?: unknown) => void;

type SocketIoServer = new (http: unknown, options: Record<string, unknown>) => SocketIo;

export const startSocketIo: StartServer = async ({ compression }) => {
  const { Server } = requirePeer("socket.io") as { Server: SocketIoServer };
  const http = createServer();
  const io = new Server(http, {
    transports: ["websocket"],
    perMessageDeflate: compression && {
      ...{ threshold: 1_024, serverNoContextTakeover: true, clientNoContextTakeover: true },
    },
  });
  io.on("connection", (socket) => {
    const { user, rooms = [] } = socket.handshake.auth;
    socket.data = { user };
    if (rooms.length > 0) socket.join(rooms);
    socket.on("say", ({ room, text }, ack) => {
      io.to(room).emit("message", { text });
      ack?.();
    });
    socket.on("ask", (data, ack) => ack?.(data));
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  return { port: (http.address() as AddressInfo).port, close: () => io.close() };
};
