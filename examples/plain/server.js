import { readFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { defineContract, unchecked } from "@tautline/protocol";
import { allowAll, createServer, guests } from "@tautline/server";

const contract = defineContract({
  messages: { echo: { data: unchecked() }, chat: { data: unchecked() } },
  events: { echo: { data: unchecked() }, chat_message: { data: unchecked() } },
});
const live = createServer(contract, { authenticate: guests(), authorize: allowAll });
live.handle("echo", ({ data, connection }) => void connection.send("echo", data));
live.handle("chat", ({ data, connection }) => {
  live.broadcast("chat_message", data, { except: connection });
});

const page = readFileSync(new URL("index.html", import.meta.url));
export const http = createHttpServer((_request, response) => {
  response.setHeader("content-type", "text/html; charset=utf-8").end(page);
});
live.attach(http, { path: "/live" });
http.listen(Number(process.env.PORT ?? 8080), () => {
  console.log(`listening on http://localhost:${/** @type {any} */ (http.address()).port}`);
});
