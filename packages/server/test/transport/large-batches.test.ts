import { once } from "node:events";
import { createServer as createHttpServer, type IncomingMessage } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { Duplex } from "node:stream";
import { afterEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { chatServer, deferred } from "../support/serving.js";
import { tls } from "../support/tls.js";

type Chat = ReturnType<typeof chatServer>;

const opened: { close(): unknown }[] = [];
afterEach(() => {
  for (const http of opened.splice(0)) http.close();
});

/** How a server comes to its sockets. Gives the address. */
const ways: Record<string, (server: Chat) => Promise<string>> = {
  "plain TCP": async (server) => (await server.listen()).url,
  TLS: async (server) => {
    const https = createHttpsServer(tls);
    server.attach(https);
    https.listen(0);
    opened.push(https);
    await once(https, "listening");
    return `wss://localhost:${(https.address() as AddressInfo).port}`;
  },
  "a stream that is no socket of Node": async (server) => {
    const http = createHttpServer();
    http.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) =>
      server.handleUpgrade(request, Duplex.from({ readable: socket, writable: socket }), head),
    );
    http.listen(0);
    opened.push(http);
    await once(http, "listening");
    return `ws://localhost:${(http.address() as AddressInfo).port}`;
  },
};

const cases = Object.keys(ways).flatMap((way) => [
  { way, compression: false as const, what: "plain" },
  { way, compression: {}, what: "compressed" },
]);

const count = 300;
/** From a few bytes to more than is ever copied together, each recognisable. */
const textOf = (i: number) =>
  `${i} ${`${i}-`.repeat((i * 37) % 4_000)}${i % 100 === 99 ? "x".repeat(80_000) : ""}`;

/** A client that has joined the room, and the texts that it got since. */
async function member(url: string) {
  const socket = new WebSocket(url, "tautline.v1.json", { rejectUnauthorized: false });
  const texts: string[] = [];
  const [joined, all] = [deferred(), deferred()];
  socket.on("message", (data) => {
    const { type, data: content } = JSON.parse(String(data)) as { type: string; data: { text: string } };
    if (type === "$welcome") joined.resolve();
    if (type === "message") texts.push(content.text);
    if (texts.length === count) all.resolve();
  });
  await once(socket, "open");
  const client = `client-${opened.length}-${Math.random()}-0123456789`;
  socket.send(
    JSON.stringify({ type: "$hello", data: { client, attempt: 1, rooms: [{ room: "chat/lobby" }] } }),
  );
  await joined.promise;
  return { socket, texts, all: all.promise };
}

describe.each(cases)("over $way, $what", ({ way, compression }) => {
  const history = { size: count, bytes: 16_777_216 };
  const backpressure = { highWaterBytes: 200_000, limitBytes: 400_000 };

  it("what one turn brings arrives whole and in order, also for who reads slowly", async () => {
    const server = chatServer({ compression, backpressure, rooms: { "chat/:id": { history } } });
    const url = await (ways[way] as (server: Chat) => Promise<string>)(server);
    const [quick, slow] = [await member(url), await member(url)];
    slow.socket.pause();
    const room = server.room("chat/lobby");
    const published = Array.from({ length: count }, (_, i) =>
      room.publish("message", { text: textOf(i), by: "0" }),
    );
    await Promise.all(published);
    await quick.all;
    slow.socket.resume();
    await slow.all;
    const expected = Array.from({ length: count }, (_, i) => textOf(i));
    // Not by toEqual: its report of a difference would be megabytes long.
    for (const { texts } of [quick, slow]) expect(texts.every((text, i) => text === expected[i])).toBe(true);
    expect(server.stats().totals.tooSlow).toBe(0);
    for (const { socket } of [quick, slow]) socket.terminate();
  }, 30_000);
});
