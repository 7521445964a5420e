import { allowAll, createServer } from "@tautline/server";
import { padding } from "../../load/dialect.js";
import type { PublishOrder, ServerUnderTest, StartServer } from "../side.js";
import { contract } from "./contract.js";
import { frameOverhead } from "./dialect.js";

/** So much that the load is never over it: each message is counted all the same. */
const rateLimit = { messages: 1e9, volatile: 1e9, protocol: 1e9, pings: 1e9 };

/** The whole server: validation, history, limits, heartbeats, backpressure and stats, as a user would have them. */
export const startTautline: StartServer = async ({ compression }) => {
  const server = createServer(contract, {
    authenticate: ({ token }) => (token ? { id: token } : null),
    authorize: allowAll,
    rooms: { "room/:id": { history: { size: 100 } } },
    rateLimit,
    ...(compression ? { compression: {} } : {}),
  });
  server.handle("ask", ({ data }) => data);
  server.handle("post", async ({ data }) => {
    await server.room("room/:id", { id: data.id }).publish("message", { text: data.text });
  });
  server.handle("room/:id", "say", async ({ room, data }) => {
    await room.publish("message", { text: data.text });
  });
  const { port } = await server.listen({ port: 0, host: "127.0.0.1" });
  const publish = async ({ room, count, bytes }: PublishOrder) => {
    const text = padding(bytes, frameOverhead);
    const published = server.room("room/:id", { id: room.slice("room/".length) });
    let last: { readonly epoch: string; readonly offset: number } | undefined;
    for (let i = 0; i < count; i++) last = await published.publish("message", { text });
    if (!last) throw new Error("expected a room with history");
    return { epoch: last.epoch, offset: last.offset };
  };
  return { port, publish, close: () => server.close() } satisfies ServerUnderTest;
};
