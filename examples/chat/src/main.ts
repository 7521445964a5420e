import { createServer as createHttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createServer, guests } from "@tautline/server";
import sirv from "sirv";
import { authorizeChat, chat, chatPage, chatRooms, createChat } from "./index.js";

const port = Number(process.env.PORT ?? 8080);

const server = createServer(chat, {
  authenticate: guests(),
  authorize: authorizeChat,
  rooms: chatRooms,
  rateLimit: { messages: 50, windowMs: 60_000 },
  log: ({ level, event, error }) => level === "error" && console.error(event, error),
});
createChat(server);

const http = createHttpServer(sirv(chatPage, { etag: true }));
server.attach(http, { path: "/live" });

http.once("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EADDRINUSE") throw error;
  console.error(`Port ${port} is taken. Set PORT to another one.`);
  process.exit(1);
});
http.listen(port, () => console.log(`listening on http://localhost:${(http.address() as AddressInfo).port}`));

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, async () => {
    await server.drain({ withinMs: 2_000 });
    process.exit(0);
  });
}
