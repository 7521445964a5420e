import { TautlineError } from "@tautline/protocol";
import { describe, expect, it } from "vitest";
import { type Client, createClient } from "../../src/index.js";
import { type chat, connected, type World, world } from "../setup.js";

const lobby = (client: Client<typeof chat>) => client.room("chat/:id", { id: "lobby" });

/** What ends a connection: the server has broken the protocol. */
const breaches: readonly unknown[] = [
  "",
  "null",
  "[]",
  "1",
  '"$welcome"',
  "{",
  "\0",
  {},
  { type: 1 },
  { type: null },
  { type: ["$gap"] },
  { type: "$welcome", data: {} },
  { type: "a", id: 1.5 },
  { type: "a", id: "1" },
  { type: "a", id: 2 ** 53 },
  { type: "a", room: 1 },
  { type: "a", room: ["chat/lobby"] },
  { type: "message", room: "chat/lobby", offset: "1" },
  { type: "message", room: "chat/lobby", offset: 0.5 },
  { type: "$error" },
  { type: "$error", error: "no" },
  { type: "$error", error: {} },
  { type: "$error", error: { code: 1, message: "" } },
  { type: "$joined" },
  { type: "$joined", data: { room: 1 } },
  { type: "$joined", data: { room: "chat/lobby", epoch: 1, offset: 1 } },
  { type: "$joined", data: { room: "chat/lobby", epoch: "e" } },
  { type: "$joined", data: { room: "chat/lobby", offset: 1 } },
  { type: "$joined", data: { room: "chat/lobby", epoch: "e", offset: "1" } },
  { type: "$gap", data: null },
  { type: "$gap", data: { room: "chat/lobby", epoch: "e", offset: Number.MAX_VALUE } },
  { type: "$left", data: [] },
  { type: "$presence", data: { room: "chat/lobby" } },
  { type: "$presence", data: { room: "chat/lobby", version: "1" } },
  { type: "$presence", data: { room: "chat/lobby", version: 1, snapshot: 0, joined: 1 } },
  { type: "$presence", data: { room: "chat/lobby", version: 1, snapshot: 0, joined: [null] } },
  { type: "$reconnect" },
  ...["state", "error", "gap", "presence", "joined", "left", "close"].map((type) => ({ type, data: {} })),
];

/** What means nothing to a client: it is left alone, and the connection goes on. */
const nothings: readonly unknown[] = [
  { type: "$later", data: 1 },
  { type: "__proto__", data: 1 },
  { type: "constructor", data: {} },
  { type: "hasOwnProperty", room: "chat/lobby", data: {} },
  { type: "toString", room: "__proto__", data: {} },
  { type: "message", room: "chat/foreign", offset: 5, data: { text: "for others" } },
  { type: "$joined", data: { room: "chat/foreign", epoch: "e", offset: 5, head: 5, recovered: true } },
  { type: "$gap", data: { room: "chat/foreign", reason: "trimmed", epoch: "e", offset: 5 } },
  { type: "$left", data: { room: "chat/foreign" } },
  { type: "$presence", data: { room: "chat/foreign", version: 1, snapshot: 0, joined: [] } },
  { type: "$presence", data: { room: "$user", version: 1, snapshot: 0, joined: [] } },
  { type: "$left", data: { room: "$user" } },
  { type: "$ack", id: 0 },
  { type: "$ack", id: -1 },
  { type: "$ack", id: 99 },
  { type: "$reply", id: 98, data: { name: "for others" } },
  { type: "$error", id: 97, error: { code: "BUSY", message: "", retryAfterMs: 0 } },
  { type: "message", id: 96, room: "chat/lobby", offset: 7, data: { text: "an answer?" } },
  { type: "ping", data: {}, junk: true },
  { type: "pong" },
];

/** In a room, with what its listeners were told. */
async function inRoom(): Promise<World & { readonly told: unknown[] }> {
  const made = await connected();
  const room = lobby(made.client);
  const told: unknown[] = [];
  room.on("message", ({ data, offset }) => told.push([offset, data.text]));
  room.on("gap", ({ reason }) => told.push(reason));
  await room.join();
  return { ...made, told };
}

describe("A-30 A-41 A-48 what breaks the protocol", () => {
  it.each(breaches.map((sent) => [JSON.stringify(sent), sent]))(
    "as %s ends the connection with a typed error",
    async (_, sent) => {
      const { client, server, clock, told } = await inRoom();
      server.last.sendRaw(sent);
      await clock.settle();
      const { state } = client;
      expect(state).toMatchObject({ kind: "closed", error: { code: "BAD_ENVELOPE" } });
      expect((state as { readonly error?: unknown }).error).toBeInstanceOf(TautlineError);
      expect(server.last.socket.closeRequests).toMatchObject([{ code: 4400 }]);
      await clock.advance(600_000);
      expect(server.connections).toHaveLength(1);
      expect(told).toEqual([]);
      expect(clock.pending).toBe(0);
    },
  );
});

describe("A-30 A-40 A-51 what means nothing to a client", () => {
  it.each(nothings.map((sent) => [JSON.stringify(sent), sent]))("as %s changes nothing", async (_, sent) => {
    const { client, server, clock, told, errors } = await inRoom();
    const [sent0, pending] = [server.last.socket.sent.length, clock.pending];
    for (let n = 0; n < 1_000; n++) server.last.sendRaw(sent);
    await clock.settle();
    expect(client.state.kind).toBe("connected");
    expect(lobby(client).state.kind).toBe("joined");
    expect(told).toEqual([]);
    expect(errors).toEqual([]);
    expect(clock.pending).toBe(pending);
    const answers = (sent as { readonly type: string }).type === "ping" ? 1_000 : 0;
    expect(server.last.socket.sent.length - sent0).toBe(answers);
    await client.close();
  });
});

describe("A-30 lies about positions", () => {
  const publication = (offset: number) => ({
    type: "message",
    room: "chat/lobby",
    offset,
    data: { text: "x" },
  });

  it("make a client ask no more than once for each answer that it was given", async () => {
    const { client, server, clock } = await inRoom();
    for (let n = 0; n < 1_000; n++) server.last.sendRaw(publication(10 + n));
    await clock.settle();
    // Joined once, asked again once; by the answer there is nothing missing, and the next lie is not told yet.
    expect(server.of("$join")).toHaveLength(2);
    await client.close();
  });

  it.each([0, -1, Number.MIN_SAFE_INTEGER])("as offset %i are not taken for new", async (offset) => {
    const { client, server, clock, told } = await inRoom();
    for (let n = 0; n < 10; n++) server.last.sendRaw(publication(offset));
    await clock.settle();
    expect(told).toEqual([]);
    await client.close();
  });

  it("in gaps are told, each once, and nothing comes twice", async () => {
    const { client, server, clock, told } = await inRoom();
    const gap = (epoch: string, offset: number) => ({ room: "chat/lobby", reason: "trimmed", epoch, offset });
    server.last.sendRaw(publication(1));
    for (const offset of [5, 5, 3, 1]) server.last.sendRaw({ type: "$gap", data: gap("epoch", offset) });
    for (const offset of [1, 5, 6, 6]) server.last.sendRaw(publication(offset));
    server.last.sendRaw({ type: "$gap", data: gap("another", 0) });
    server.last.sendRaw(publication(1));
    await clock.settle();
    // That it is another life, the client knows by itself.
    expect(told).toEqual([[1, "x"], "trimmed", [6, "x"], "new-epoch", [1, "x"]]);
    await client.close();
  });
});

describe("A-30 lies in a welcome", () => {
  const lies: readonly object[] = [
    { rooms: undefined },
    { rooms: "all" },
    { rooms: [null] },
    { rooms: [{ room: "chat/lobby", epoch: 1 }] },
    { rooms: [{ room: "chat/lobby", error: null }] },
    { limits: null },
    { limits: { messageBytes: 0, unanswered: 1 } },
    { limits: { messageBytes: 65_536, unanswered: "many" } },
    { heartbeatMs: "often" },
  ];
  it.each(lies)("as %j end the connection with a typed error", async (lie) => {
    const { client, server, clock } = world();
    server.on("$hello", (_, connection) => {
      const limits = { messageBytes: 65_536, rooms: 128, unanswered: 256 };
      const data = {
        connection: "c",
        user: "u",
        member: "m",
        resumed: true,
        heartbeatMs: 20_000,
        limits,
        rooms: [],
        ...lie,
      };
      connection.sendRaw({ type: "$welcome", data });
      return undefined;
    });
    const joined = lobby(client).join();
    const joins = expect(joined).rejects.toBeInstanceOf(TautlineError);
    await expect(client.connect()).rejects.toMatchObject({ code: "BAD_ENVELOPE" });
    await joins;
    expect(client.state).toMatchObject({ kind: "closed", error: { code: "BAD_ENVELOPE" } });
    await clock.settle();
    expect(clock.pending).toBe(0);
  });
});

describe("A-30 A-40 keys that change prototypes", () => {
  it("change none, wherever they stand", async () => {
    const evil = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}';
    const { client, server, clock } = await inRoom();
    const messages = [
      `{"type":"notice","data":${evil}}`,
      `{"type":"message","room":"chat/lobby","data":${evil},"from":${evil}}`,
      `{"type":"$presence","data":{"room":"chat/lobby","version":1,"snapshot":0,"joined":[{"member":"__proto__","user":"u","state":${evil}}]}}`,
      `{"type":"$error","error":{"code":"__proto__","message":"","data":${evil},"issues":[${evil}]}}`,
      `{"type":"$joined","__proto__":{"polluted":1},"data":{"room":"__proto__","recovered":true}}`,
    ];
    for (const message of messages) server.last.sendRaw(message);
    await clock.settle();
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(client.state.kind).toBe("connected");
    await client.close();
  });

  it("nor without a contract to check by", async () => {
    const made = world();
    const client = createClient<typeof chat>({
      url: "ws://scripted",
      WebSocket: made.server.WebSocket,
      clock: made.clock,
      network: null,
    });
    await client.connect();
    for (const type of ["__proto__", "constructor", "toString"]) {
      made.server.last.sendRaw(`{"type":"${type}","data":{"__proto__":{"polluted":1}}}`);
    }
    await made.clock.settle();
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(client.state.kind).toBe("connected");
    await client.close();
  });
});
