import { type Client, type ClientOptions, createClient } from "@tautline/client";
import { defineContract, unchecked } from "@tautline/protocol";
import { allowAll, type Connection, createServer, reject, type ServerOptions } from "@tautline/server";
import * as z from "zod";

/** What both ends agree on. */
export const chat = defineContract({
  messages: {
    rename: {
      data: z.object({ name: z.string().min(1) }),
      reply: z.object({ name: z.string() }),
      errors: { NAME_TAKEN: z.object({ by: z.string() }) },
    },
    wait: { data: unchecked<number>(), reply: unchecked<number>() },
    count: { idempotent: true },
    fail: {},
  },
  events: { notice: { data: z.object({ text: z.string() }) } },
  rooms: {
    "chat/:id": {
      messages: { say: { data: z.object({ text: z.string() }) } },
      events: {
        message: { data: z.object({ text: z.string() }) },
        typing: { data: unchecked<boolean>(), volatile: true },
      },
      clientEvents: ["typing"],
      presence: z.object({ name: z.string() }),
    },
    "secret/:id": {},
  },
});

export type Chat = typeof chat;
export interface User {
  readonly id: string;
}

/** A server on a port of its own choice (or `port`), which says what its clients say. */
export async function startServer(port = 0, options: Partial<ServerOptions<Chat, User>> = {}) {
  const server = createServer(chat, {
    authenticate: ({ token }): User | null => (token === "bad" ? null : { id: token ?? "guest" }),
    authorize: allowAll,
    rooms: { "chat/:id": { history: { size: 100 }, onJoin: { last: 20 } } },
    rateLimit: false,
    ...options,
  });
  const handled: string[] = [];
  const connections = new Set<Connection<Chat, User>>();
  server.on("connect", ({ connection }) => connections.add(connection));
  server.on("disconnect", ({ connection }) => connections.delete(connection));
  server.handle("rename", ({ data }) =>
    data.name === "taken" ? reject("NAME_TAKEN", { by: "bob" }) : { name: data.name.trim() },
  );
  server.handle("count", () => void handled.push("count"));
  server.handle("fail", () => {
    throw new Error("secret");
  });
  server.handle("chat/:id", "say", async ({ room, data }) => {
    handled.push(data.text);
    await room.publish("message", data);
  });
  const { port: listening } = await server.listen({ port, host: "127.0.0.1" });
  return { server, handled, connections, port: listening, url: `ws://127.0.0.1:${listening}/` };
}

/** A client that tries again within a moment. */
export function clientOf(url: string, options: Partial<ClientOptions> = {}): Client<Chat> {
  return createClient(chat, { url, token: "ada", backoff: { minMs: 20, maxMs: 100 }, ...options });
}

/** The first event of a kind that a client or a room tells. */
export function once<E>(
  listen: (listener: (event: E) => void) => () => void,
  wanted: (event: E) => boolean = () => true,
): Promise<E> {
  return new Promise((resolve) => {
    const remove = listen((event) => {
      if (!wanted(event)) return;
      remove();
      resolve(event);
    });
  });
}
