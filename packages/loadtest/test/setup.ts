import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { defineContract } from "@tautline/protocol";
import { allowAll, createServer, guests, type ServerOptions, type UserIdentity } from "@tautline/server";
import { VirtualClock } from "@tautline/testing";
import { type WebSocket, WebSocketServer } from "ws";
import * as z from "zod";
import type { LoadClock } from "../src/clock.js";

const Text = z.object({ text: z.string() });

/** What servers of ours do in these tests. */
export const live = defineContract({
  messages: { rename: { data: Text, reply: Text }, echo: { data: Text } },
  events: { echo: { data: Text } },
  rooms: { "chat/:id": { messages: { say: { data: Text } }, events: { message: { data: Text } } } },
});

/** A server of ours on any free port. */
export async function liveServer(options: Partial<ServerOptions<typeof live, UserIdentity>> = {}) {
  const server = createServer(live, {
    authenticate: guests(),
    authorize: allowAll,
    rooms: { "chat/:id": { history: { size: 100 } } },
    ...options,
  });
  server.handle("rename", ({ data }) => data);
  server.handle("echo", ({ data, connection }) => {
    void connection.send("echo", data);
  });
  server.handle("chat/:id", "say", async ({ data, room }) => {
    await room.publish("message", data);
  });
  const { url } = await server.listen({ port: 0 });
  return { server, url, [Symbol.asyncDispose]: () => server.close() };
}

/** What a plain server does with a message. */
export type Behaviour = (message: string, from: WebSocket, all: ReadonlySet<WebSocket>) => void;

export const toAll: Behaviour = (message, _from, all) => {
  for (const socket of all) socket.send(message);
};
export const back: Behaviour = (message, from) => from.send(message);

/** A WebSocket server that is none of ours, on any free port. */
export async function plainServer(behave: Behaviour) {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  await once(server, "listening");
  server.on("connection", (socket) => {
    socket.on("message", (data) => behave(String(data), socket, server.clients));
  });
  return {
    server,
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async [Symbol.asyncDispose]() {
      for (const socket of server.clients) socket.terminate();
      server.close();
      await once(server, "close");
    },
  };
}

/** A clock that is turned by hand, and can be held up: what a busy process does to its timers. */
export class HandClock extends VirtualClock implements LoadClock {
  #heldMicros = 0;

  /** Time passes, and nothing runs meanwhile. */
  hold(milliseconds: number): void {
    this.#heldMicros += milliseconds * 1_000;
  }

  micros(): number {
    return Math.round(this.monotonic() * 1_000) + this.#heldMicros;
  }
}
