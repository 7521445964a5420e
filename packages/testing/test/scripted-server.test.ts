import type { WebSocketLike } from "@tautline/protocol";
import { expect, it } from "vitest";
import { ScriptedServer } from "../src/scripted-server.js";
import { VirtualClock } from "../src/virtual-clock.js";

const clock = new VirtualClock();

/** A bare socket of a scripted server, open. */
async function open(server: ScriptedServer): Promise<{ socket: WebSocketLike; heard: unknown[] }> {
  const socket = new server.WebSocket("ws://scripted", "tautline.v1.json");
  const heard: unknown[] = [];
  socket.onmessage = ({ data }: { data: string }) => heard.push(JSON.parse(data));
  await clock.settle();
  return { socket, heard };
}

it("answers as a full server would: hello, join, messages with an id, ping", async () => {
  const server = new ScriptedServer();
  server.welcome = { user: "bob" };
  const { socket, heard } = await open(server);
  const rooms = [{ room: "chat/a", epoch: "e", offset: 2 }];
  socket.send(JSON.stringify({ type: "$hello", data: { client: "c", attempt: 1, rooms } }));
  socket.send(JSON.stringify({ type: "$join", id: 1, data: { room: "chat/b" } }));
  socket.send(JSON.stringify({ type: "say", id: 2 }));
  socket.send(JSON.stringify({ type: "say" }));
  socket.send(JSON.stringify({ type: "ping" }));
  await clock.settle();
  expect(heard).toMatchObject([
    { type: "$welcome", data: { user: "bob", rooms: [{ room: "chat/a", offset: 2, recovered: true }] } },
    { type: "$joined", id: 1, data: { room: "chat/b", offset: 0, recovered: false } },
    { type: "$ack", id: 2 },
    { type: "pong" },
  ]);
  expect(server.of("say")).toHaveLength(2);
  expect(server.last.of("$hello")).toHaveLength(1);
});

it("lets one answer be replaced, and put back", async () => {
  const server = new ScriptedServer();
  const { socket, heard } = await open(server);
  server.on("say", ({ id }) => [{ type: "notice" }, { type: "$ack", id }]);
  socket.send(JSON.stringify({ type: "say", id: 1 }));
  await clock.settle();
  server.on("say", undefined);
  socket.send(JSON.stringify({ type: "say", id: 2 }));
  await clock.settle();
  expect(heard).toEqual([{ type: "notice" }, { type: "$ack", id: 1 }, { type: "$ack", id: 2 }]);
});

it("refuses to send what no server would, unless it is told to", async () => {
  const server = new ScriptedServer();
  const { heard } = await open(server);
  expect(() => server.last.send({ type: "" })).toThrow("expected");
  server.last.sendRaw({ type: "" });
  expect(heard).toEqual([{ type: "" }]);
});

it("gives envelopes that came before they were asked for, each once", async () => {
  const server = new ScriptedServer();
  const { socket } = await open(server);
  for (const data of [1, 2]) socket.send(JSON.stringify({ type: "say", data }));
  await clock.settle();
  expect(await server.next("say")).toMatchObject({ data: 1 });
  expect(await server.next("say")).toMatchObject({ data: 2 });
});

it("has no newest connection before there is one", () => {
  expect(() => new ScriptedServer().last).toThrow("no connection was made");
});
