import { type ClientOptions, type ClientState, createClient } from "@tautline/client";
import { bytes, defineContract, type Publication, withBytes } from "@tautline/protocol";
import { msgpackCodec } from "@tautline/protocol/msgpack";
import { allowAll, createServer, type ServerOptions } from "@tautline/server";
import { MemoryBroker } from "@tautline/server/broker";
import { afterEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import * as z from "zod";
import { once } from "./setup.js";

const pictures = defineContract({
  messages: {
    digest: { data: withBytes(z.object({ image: z.instanceof(Uint8Array) })), reply: bytes() },
    echo: { data: z.any(), reply: z.any() },
  },
  events: { badge: { data: bytes() }, note: { data: z.any() } },
  rooms: {
    "album/:id": {
      messages: { add: { data: bytes() } },
      events: {
        image: { data: withBytes(z.object({ by: z.string(), image: z.instanceof(Uint8Array) })) },
        stroke: { data: bytes() },
        note: { data: z.any() },
      },
      clientEvents: ["stroke"],
      presence: withBytes(z.object({ face: z.instanceof(Uint8Array) })),
    },
  },
});

type User = { readonly id: string };
const image = new Uint8Array([0, 1, 127, 128, 254, 255]);
/** An object of the application that looks like JSON's bytes. */
const lookalike = { $bytes: "aGk=" };

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const clean of cleanUp.splice(0).reverse()) await clean();
});

async function start(options: Partial<ServerOptions<typeof pictures, User>> = {}) {
  const server = createServer(pictures, {
    authenticate: ({ token }): User => ({ id: token ?? "plain" }),
    authorize: allowAll,
    rooms: { "album/:id": { history: { size: 100 } } },
    codecs: [msgpackCodec],
    rateLimit: false,
    ...options,
  });
  cleanUp.push(() => server.close());
  server.handle("digest", ({ data }) => data.image.slice().reverse());
  server.handle("echo", ({ data }) => data);
  server.handle("album/:id", "add", async ({ room, data, user }) => {
    await room.publish("image", { by: user.id, image: data });
  });
  const connections = new Set<{ close(code: number): void }>();
  server.on("connect", ({ connection }) => void connections.add(connection));
  server.on("disconnect", ({ connection }) => void connections.delete(connection));
  const { port } = await server.listen({ host: "127.0.0.1" });
  return { server, connections, url: `ws://127.0.0.1:${port}/` };
}

function connect(url: string, options: Partial<ClientOptions> = {}) {
  const client = createClient(pictures, {
    url,
    token: "ada",
    backoff: { minMs: 20, maxMs: 100 },
    ...options,
  });
  cleanUp.push(() => client.close());
  return client;
}

const binary = { codec: msgpackCodec };
const clients: readonly (readonly [string, Partial<ClientOptions>])[] = [
  ["MessagePack", binary],
  ["JSON", {}],
];
type AnyRoom = ReturnType<ReturnType<typeof connect>["room"]>;

/** The next `count` publications of a type. */
function heard<T>(room: AnyRoom, type: string, count: number): Promise<readonly T[]> {
  const all: T[] = [];
  return new Promise((resolve) => {
    (room as { on(type: string, listener: (event: { data: T }) => void): void }).on(type, ({ data }) => {
      all.push(data);
      if (all.length === count) resolve(all);
    });
  });
}

/** A peer that knows nothing of contracts, and everything that it hears. */
async function rawPeer(url: string, subprotocols: string[] = []) {
  const socket = new WebSocket(url, subprotocols);
  cleanUp.push(async () => socket.terminate());
  const received: (string | Uint8Array)[] = [];
  const waiting = new Set<() => void>();
  const tell = () => {
    for (const resolve of waiting) resolve();
  };
  socket.on("message", (data: Buffer, isBinary) => {
    received.push(isBinary ? data : data.toString());
    tell();
  });
  const closed = new Promise<number>((resolve) => socket.on("close", resolve));
  await new Promise((resolve) => socket.on("open", resolve));
  const decoded = (message: string | Uint8Array) =>
    typeof message === "string" ? JSON.parse(message) : given(msgpackCodec.decode(message));
  const next = async (type: string): Promise<Record<string, unknown>> => {
    for (;;) {
      const found = received.findIndex((message) => decoded(message).type === type);
      const [message] = found < 0 ? [] : received.splice(found, 1);
      if (message !== undefined) return decoded(message);
      await new Promise<void>((resolve) => waiting.add(resolve));
    }
  };
  const send = (envelope: { type: string } & Record<string, unknown>) =>
    socket.send(
      socket.protocol === msgpackCodec.subprotocol
        ? given(msgpackCodec.encode(envelope)).payload
        : JSON.stringify(envelope),
    );
  return { socket, next, send, closed };
}

function given<T>(result: { ok: true; value: T } | { ok: false; error: Error }): T {
  if (result.ok) return result.value;
  throw result.error;
}

describe.each(clients)("a client that speaks %s", (_, options) => {
  it("sends bytes and gets bytes, in messages, replies and events", async () => {
    const { url, server } = await start();
    const client = connect(url, options);
    const badge = once<{ data: Uint8Array }>((listener) => client.on("badge", listener));
    expect(await client.request("digest", { image })).toEqual(image.slice().reverse());
    expect(await client.request("digest", { image: Buffer.from(image) })).toEqual(image.slice().reverse());
    await server.user("ada").send("badge", image);
    expect((await badge).data).toEqual(image);
    const everyone = once<{ data: Uint8Array }>((listener) => client.on("badge", listener));
    await server.broadcast("badge", image);
    expect((await everyone).data).toEqual(image);
  });

  it("[2.14] keeps an object that looks like bytes where the contract has none", async () => {
    const { url, server } = await start();
    const client = connect(url, options);
    expect(await client.request("echo", lookalike)).toEqual(lookalike);
    const album = client.room("album/a");
    const notes = heard(album, "note", 1);
    await album.join();
    await server.room("album/a").publish("note", lookalike);
    expect(await notes).toEqual([lookalike]);
  });

  it("gets what was kept before it came, and after a cut what it missed", async () => {
    const { url, server, connections } = await start();
    const client = connect(url, options);
    const room = server.room("album/a");
    await room.publish("image", { by: "early", image });
    const album = client.room("album/a");
    const images = heard<{ by: string }>(album, "image", 3);
    await album.join({ last: 10 });
    // What is published while it is away, it recovers.
    const away = once(
      (listener) => client.on("state", listener),
      ({ kind }: ClientState) => kind !== "connected",
    );
    for (const connection of connections) connection.close(1012);
    await away;
    await room.publish("image", { by: "meanwhile", image });
    await album.send("add", image);
    expect(await images).toEqual([
      { by: "early", image },
      { by: "meanwhile", image },
      { by: "ada", image },
    ]);
    const history = await room.history({ last: 1 });
    expect(history[0]).toMatchObject({ data: { by: "ada", image } } satisfies Partial<Publication>);
  });

  it("refuses to its caller what the server would not take", async () => {
    const { url } = await start();
    const client = connect(url, options);
    await client.connect();
    await expect(client.request("digest", { image: new Uint8Array(70_000) })).rejects.toMatchObject({
      code: "TOO_LARGE",
    });
    await expect(client.request("echo", 1n)).rejects.toMatchObject({ code: "BAD_DATA" });
    expect(await client.request("echo", "still here")).toBe("still here");
  });
});

describe("one room whose members speak different codecs", () => {
  it("has one history, one order and the same bytes for all of them", async () => {
    const { url } = await start();
    const members = [connect(url, binary), connect(url), connect(url, binary)].map((client) =>
      client.room("album/a"),
    );
    const all = members.map((room) => heard<Uint8Array>(room, "stroke", 3));
    await Promise.all(members.map((room) => room.join()));
    for (const [i, room] of members.entries()) await room.publish("stroke", new Uint8Array([i, 255]));
    const strokes = [0, 1, 2].map((i) => new Uint8Array([i, 255]));
    expect(await Promise.all(all)).toEqual([strokes, strokes, strokes]);
  });

  it("gives a MessagePack member bytes and a JSON member their text, whoever published them", async () => {
    const { url, server } = await start();
    const [packed, plain] = [await rawPeer(url, [msgpackCodec.subprotocol]), await rawPeer(url)];
    const hello = { client: "a-raw-client-0123456789", attempt: 1, rooms: [] };
    packed.send({ type: "$hello", data: hello });
    await packed.next("$welcome");
    for (const peer of [packed, plain]) {
      peer.send({ type: "$join", id: 1, data: { room: "album/a" } });
      await peer.next("$joined");
    }
    const said = { $bytes: Buffer.from(image).toString("base64") };
    const hear = async (type: string) => [(await packed.next(type)).data, (await plain.next(type)).data];
    plain.send({ type: "stroke", room: "album/a", data: said });
    expect(await hear("stroke")).toEqual([image, said]);
    packed.send({ type: "stroke", room: "album/a", data: image });
    expect(await hear("stroke")).toEqual([image, said]);
    await server.room("album/a").publish("image", { by: "server", image });
    expect(await hear("image")).toEqual([
      { by: "server", image },
      { by: "server", image: said },
    ]);
    await server.room("album/a").publish("note", [lookalike]);
    expect(await hear("note")).toEqual([[lookalike], [lookalike]]);
    expect(await server.broadcast("badge", image)).toBe(2);
    expect(await hear("badge")).toEqual([image, said]);
  });

  it("tells members' states with bytes in them to all", async () => {
    const { url } = await start();
    const [packed, plain] = [
      connect(url, binary).room("album/a"),
      connect(url, { token: "bob" }).room("album/a"),
    ];
    await packed.join({ presence: { face: image } });
    await plain.join({ presence: { face: image.slice().reverse() } });
    for (const room of [packed, plain]) {
      await expect
        .poll(() => [...room.presence].map(({ user, state }) => [user, state]).sort())
        .toEqual([
          ["ada", { face: image }],
          ["bob", { face: image.slice().reverse() }],
        ]);
    }
  });

  it("is one room over several nodes", async () => {
    const broker = new MemoryBroker();
    cleanUp.push(async () => broker.close());
    const [one, other] = [await start({ broker }), await start({ broker })];
    const [packed, plain] = [connect(one.url, binary), connect(other.url, { token: "bob" })];
    const rooms = [packed, plain].map((client) => client.room("album/a"));
    const all = rooms.map((room) => heard<Uint8Array>(room, "stroke", 2));
    await Promise.all(rooms.map((room) => room.join()));
    for (const room of rooms) await room.publish("stroke", image);
    expect(await Promise.all(all)).toEqual([
      [image, image],
      [image, image],
    ]);
    const badges = [packed, plain].map((client) =>
      once<{ data: Uint8Array }>((listener) => client.on("badge", listener)),
    );
    const notes = [packed, plain].map((client) =>
      once<{ data: unknown }>((listener) => client.on("note", listener)),
    );
    await one.server.broadcast("badge", image);
    await other.server.broadcast("note", lookalike);
    expect((await Promise.all(badges)).map(({ data }) => data)).toEqual([image, image]);
    expect((await Promise.all(notes)).map(({ data }) => data)).toEqual([lookalike, lookalike]);
  });
});

describe("[1.2] the choice of a codec", () => {
  it("is the client's, by what it offers first", async () => {
    const { url } = await start();
    const json = "tautline.v1.json";
    for (const offered of [
      [json, msgpackCodec.subprotocol],
      [msgpackCodec.subprotocol, json],
      ["other", json],
    ]) {
      const { socket } = await rawPeer(url, offered);
      expect(socket.protocol).toBe(offered.find((name) => name !== "other"));
    }
  });

  it("ends in a refused upgrade where the server does not speak it", async () => {
    const { url } = await start({ codecs: [] });
    const client = connect(url, { ...binary, retryLimit: 0 });
    await expect(client.connect()).rejects.toMatchObject({ code: "CLOSED" });
  });
});

describe("[1.5] [2.12] [2.15] a MessagePack peer that sends something else", () => {
  it("is closed with 1003 for a text", async () => {
    const { url } = await start();
    const peer = await rawPeer(url, [msgpackCodec.subprotocol]);
    peer.socket.send('{"type":"ping"}');
    expect(await peer.closed).toBe(1003);
  });

  it.each([
    ["garbage", [0xc1, 0xff, 0x00]],
    ["an array", [0x90]],
    ["half an envelope", [0x81, 0xa4]],
    ["JSON in a binary message", [...Buffer.from('{"type":"echo"}')]],
    [
      "an envelope with an extension",
      [0x82, 0xa4, ...Buffer.from("type"), 0xa1, 0x78, 0xa1, 0x61, 0xd4, 0, 0],
    ],
    ["arrays that claim more than there is", Array.from({ length: 20_000 }, () => [0xdc, 0xff, 0xff]).flat()],
  ])("gets BAD_ENVELOPE for %s, and its next message is served", async (_, message) => {
    const { url } = await start();
    const peer = await rawPeer(url, [msgpackCodec.subprotocol]);
    peer.send({ type: "$hello", data: { client: "a-raw-client-0123456789", attempt: 1, rooms: [] } });
    await peer.next("$welcome");
    peer.socket.send(Uint8Array.from(message));
    expect(await peer.next("$error")).toMatchObject({ error: { code: "BAD_ENVELOPE" } });
    peer.send({ type: "echo", id: 1, data: "still here" });
    expect(await peer.next("$reply")).toMatchObject({ id: 1, data: "still here" });
  });
});
