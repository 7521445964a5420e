import { afterEach, describe, expect, it } from "vitest";
import { allowAll, createServer, guests } from "../src/index.js";
import { chat } from "./support/chat.js";
import { Peer } from "./support/peer.js";

const made: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(made.splice(0).map((server) => server.close()));
});

function chatServer() {
  const server = createServer(chat, { authenticate: guests(), authorize: allowAll });
  made.push(server);
  return server;
}

describe("a server", () => {
  it("[1.1] welcomes a full peer and answers its request", async () => {
    const server = chatServer();
    server.handle("rename", ({ data }) => ({ name: data.name.toUpperCase() }));
    const { url } = await server.listen();
    const peer = await Peer.full(url);
    const welcome = await peer.next("$welcome");
    expect(welcome.data).toMatchObject({ resumed: false, heartbeatMs: 20_000, rooms: [{ room: "$user" }] });
    peer.send({ type: "rename", id: 1, data: { name: "ada" } });
    expect(await peer.next("$reply")).toMatchObject({ id: 1, data: { name: "ADA" } });
  });

  it("[1.3] serves a plain peer in a room", async () => {
    const server = chatServer();
    server.handle("chat/:id", "say", ({ room, data, user }) =>
      room.publish("message", { ...data, by: user.id }),
    );
    const { url } = await server.listen();
    const peer = await Peer.connect(url);
    peer.send({ type: "$join", data: { room: "chat/lobby" } });
    await peer.next("$joined");
    peer.send({ type: "say", room: "chat/lobby", id: 1, data: { text: "hello" } });
    expect(await peer.next("message")).toMatchObject({ room: "chat/lobby", data: { text: "hello" } });
    expect(await peer.next("$ack")).toMatchObject({ id: 1 });
    peer.send({ type: "ping" });
    await peer.next("pong");
  });
});
