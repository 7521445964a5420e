import { createClient } from "@tautline/client";
import { allowAll, createServer, guests } from "@tautline/server";
import { type NetworkRecord, seededRandom, VirtualClock, VirtualNetwork } from "@tautline/testing";
import { chat } from "../world/chat-server.js";

/** What went over the sockets of real clients and a real server: the frames of each connection, in order. */
export interface RecordedFrames {
  readonly fromClient: readonly (readonly string[])[];
  readonly fromServer: readonly (readonly string[])[];
}

const url = "ws://server.test/live";

/** Lets two clients and a server do a bit of everything on a virtual network, cut in between, and keeps what they say. */
export async function recordedFrames(): Promise<RecordedFrames> {
  const [clock, records]: [VirtualClock, NetworkRecord[]] = [new VirtualClock(), []];
  const random = seededRandom(7);
  const network = new VirtualNetwork({ clock, random, trace: (record) => records.push(record) });
  const history = { size: 10 };
  const options = { clock, random, rooms: { "chat/:id": { history } }, users: { history } };
  const server = createServer(chat, { authenticate: guests(), authorize: allowAll, ...options });
  server.handle("rename", ({ data }) => ({ name: data.name }));
  server.handle("order", () => undefined);
  server.handle("picture", () => undefined);
  server.handle("chat/:id", "say", async ({ data, room }) => {
    await room.publish("message", data);
  });
  network.listen(url, (transport, request) => server.accept(transport, request));
  const clients = ["ada", "bobby"].map((name) => {
    const { WebSocket } = network.device();
    return createClient(chat, { url, clock, random: seededRandom(name.length), network: null, WebSocket });
  });
  const lobbies = clients.map((client) => client.room("chat/:id", { id: "lobby" }));
  const all = (act: (index: number) => Promise<unknown>) =>
    clock.until(Promise.all(clients.map((_, n) => act(n))));
  await all(async (n) => lobbies[n]?.join({ last: 5, presence: { name: `member ${n}` } }));
  await all(async (n) => clients[n]?.request("rename", { name: "Ada" }));
  await all(async (n) => clients[n]?.send("order", [n, { two: null }]));
  await all(async (n) => clients[n]?.send("picture", new Uint8Array([1, 2, 3])));
  await all(async (n) => lobbies[n]?.send("say", { text: "hello" }));
  await all(async (n) => lobbies[n]?.publish("reaction", "wave"));
  await all(async (n) => lobbies[n]?.setPresence({ name: "renamed" }));
  await server.broadcast("notice", { text: "for all" });
  for (const { state } of clients) {
    if (state.kind === "connected") await server.user(state.user).send("notice", { text: "for you" });
  }
  await clock.advance(25_000);
  network.links.cut();
  await all(async (n) => clients[n]?.send("order", "again"));
  void server.drain({ withinMs: 2_000 });
  await clock.advance(5_000);
  const closing = Promise.all([...clients.map((client) => client.close()), server.close()]);
  await clock.until(closing);
  return { fromClient: framesTo("server", records), fromServer: framesTo("client", records) };
}

function framesTo(
  end: "server" | "client",
  records: readonly NetworkRecord[],
): readonly (readonly string[])[] {
  const connections = new Map<number, string[]>();
  for (const { link, to, what, data } of records) {
    if (to !== end || what !== "message" || typeof data !== "string") continue;
    connections.set(link, [...(connections.get(link) ?? []), data]);
  }
  return [...connections.values()];
}
