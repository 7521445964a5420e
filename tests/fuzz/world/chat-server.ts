import { createServer as createHttpServer, type Server as HttpServer } from "node:http";
import { bytes, defineContract, unchecked } from "@tautline/protocol";
import { msgpackCodec } from "@tautline/protocol/msgpack";
import { allowAll, createServer, guests, type Server } from "@tautline/server";
import { seededRandom, VirtualClock } from "@tautline/testing";
import * as z from "zod";
import { check } from "../engine/target.js";
import { MemorySocket, turns } from "./memory-socket.js";

/** A contract with one of everything. */
export const chat = defineContract({
  messages: {
    rename: { data: z.object({ name: z.string().min(1) }), reply: z.object({ name: z.string() }) },
    order: { data: unchecked<unknown>(), idempotent: true },
    picture: { data: bytes() },
  },
  events: { notice: { data: z.object({ text: z.string() }) } },
  rooms: {
    "chat/:id": {
      messages: { say: { data: z.object({ text: z.string() }) } },
      events: {
        message: { data: z.object({ text: z.string() }) },
        typing: { volatile: true },
        reaction: { data: unchecked<unknown>() },
      },
      clientEvents: ["typing", "reaction"],
      presence: z.object({ name: z.string() }),
    },
  },
});

/** A server of the contract, behind an HTTP server that listens nowhere: its connections are given to it. */
export class ChatServer {
  readonly clock: VirtualClock = new VirtualClock();
  readonly server: Server<typeof chat>;
  readonly #http: HttpServer = createHttpServer((_, response) => response.writeHead(404).end());

  constructor() {
    this.server = createServer(chat, {
      authenticate: guests(),
      authorize: allowAll,
      clock: this.clock,
      random: seededRandom(1),
      codecs: [msgpackCodec],
      rooms: { "chat/:id": { history: { size: 10 } } },
      users: { history: { size: 10 } },
      log: () => undefined,
    });
    this.server.handle("rename", ({ data }) => ({ name: data.name }));
    this.server.handle("order", () => undefined);
    this.server.handle("picture", () => undefined);
    this.server.handle("chat/:id", "say", async ({ data, room }) => {
      await room.publish("message", data);
    });
    this.server.attach(this.#http, { path: "/live" });
  }

  /** A new connection of a peer, of which nothing has come yet. */
  connect(): MemorySocket {
    const socket = new MemorySocket();
    this.#http.emit("connection", socket);
    return socket;
  }

  /** Lets everything end: afterwards nothing of any peer may be left. */
  async end(socket: MemorySocket): Promise<void> {
    await turns(3);
    await this.clock.advance(1_000);
    if (!socket.destroyed) socket.push(null);
    await turns(2);
    // Whoever was cut is taken to be in its rooms for five seconds more.
    await this.clock.advance(6_000);
    await turns(2);
    const { connections, memberships, handling, bufferedBytes } = this.server.stats();
    const left = { connections, memberships, handling, bufferedBytes };
    check(
      Object.values(left).every((count) => count === 0),
      `expected nothing to be left, got ${JSON.stringify(left)}`,
    );
    await this.server.close();
  }
}
