import { bytes, type Codec, defineContract, type Envelope, jsonCodec, unchecked } from "@tautline/protocol";
import { msgpackCodec } from "@tautline/protocol/msgpack";
import { ScriptedServer, seededRandom, VirtualClock } from "@tautline/testing";
import { describe, expect, it } from "vitest";
import { createClient } from "../src/create-client.js";
import type { ClientOptions } from "../src/options.js";

const pictures = defineContract({
  messages: { upload: { data: bytes(), idempotent: true }, order: { data: unchecked<number>() } },
  events: { image: { data: bytes() } },
  rooms: { "album/:id": { events: { image: { data: bytes() } }, presence: bytes() } },
});
const image = new Uint8Array([0, 127, 255]);

/** A client of a scripted server, both of which speak MessagePack. */
function world(options: Partial<ClientOptions> = {}, codec: Codec = msgpackCodec) {
  const [server, clock] = [new ScriptedServer(codec), new VirtualClock()];
  const client = createClient(pictures, {
    ...{ url: "ws://scripted/live", autoConnect: false, network: null, backoff: { minMs: 10, maxMs: 10 } },
    ...{ clock, random: seededRandom(1), WebSocket: server.WebSocket, codec: msgpackCodec, ...options },
  });
  return { client, server, clock };
}

const idsAndData = (envelopes: readonly Envelope[]) => envelopes.map(({ id, data }) => [id, data]);

describe("a client that speaks MessagePack", () => {
  it("offers its subprotocol, and writes and reads binary messages alone", async () => {
    const { client, server } = world();
    await client.connect();
    await client.send("upload", image);
    const { socket } = server.last;
    expect(socket.offered).toEqual(["tautline.v1.msgpack"]);
    expect(socket.binaryType).toBe("arraybuffer");
    expect(socket.sent.every((message) => message instanceof Uint8Array)).toBe(true);
    expect(idsAndData(server.of("upload"))).toEqual([[1, image]]);
    await client.close();
  });

  it("reads what a browser's socket gives it, an ArrayBuffer", async () => {
    const { client, server } = world();
    await client.connect();
    const heard: unknown[] = [];
    client.on("image", ({ data }) => heard.push(data));
    const frame = msgpackCodec.encode({ type: "image", data: image });
    server.last.sendRaw(frame.ok && Uint8Array.from(frame.value.payload as Uint8Array).buffer);
    expect(heard).toEqual([image]);
    await client.close();
  });

  it("[9.6] repeats what was not answered as it was, under its id, whatever became of the object meanwhile", async () => {
    const { client, server, clock } = world();
    await client.connect();
    server.on("upload", () => undefined);
    const changing = Uint8Array.from(image);
    const sent = client.send("upload", changing);
    await server.next("upload");
    changing.fill(9);
    expect(client.pending).toMatchObject([{ type: "upload", data: image }]);
    server.welcome = { resumed: true };
    server.on("upload", undefined);
    server.last.cut();
    await clock.advance(1_000);
    await sent;
    expect(idsAndData(server.of("upload"))).toEqual([
      [1, image],
      [1, image],
    ]);
    await client.close();
  });

  it("sends what waited for the connection in the order of the calls", async () => {
    const { client, server } = world();
    const sent = [client.send("upload", image), client.send("order", 2), client.send("order", 3)];
    await client.connect();
    await Promise.all(sent);
    const messages = server.last.received.filter(({ id }) => id !== undefined);
    expect(idsAndData(messages)).toEqual([
      [1, image],
      [2, 2],
      [3, 3],
    ]);
    await client.close();
  });

  it("joins with a presence state of bytes, also where the rooms do not fit into the hello", async () => {
    const { client, server } = world();
    const state = new Uint8Array(900).fill(7);
    const joins = Array.from({ length: 30 }, (_, i) => client.room(`album/${i}`).join({ presence: state }));
    await client.connect();
    await Promise.all(joins);
    const hello = await server.next("$hello");
    const rooms = [
      ...(hello.data as { rooms: object[] }).rooms,
      ...server.of("$join").map(({ data }) => data),
    ];
    expect(server.of("$join").length).toBeGreaterThan(0);
    expect(
      rooms.filter((room) => (room as { presence: unknown }).presence instanceof Uint8Array),
    ).toHaveLength(30);
    await client.close();
  });

  it.each([
    ["a text", '{"type":"image"}'],
    ["garbage", Uint8Array.from([0xc1])],
    ["a message beyond the limit", new Uint8Array(3_000_000)],
  ])("[13.5] closes with 4400 when the server sends %s", async (_, message) => {
    const { client, server } = world();
    await client.connect();
    server.last.sendRaw(message);
    expect(server.last.socket.closeRequests).toMatchObject([{ code: 4400 }]);
    await client.close();
  });

  it("[1.2] closes with 4400 when the server chose another subprotocol", async () => {
    const { client, server } = world();
    server.accepts = false;
    const connecting = client.connect();
    await expect.poll(() => server.connections.length).toBe(1);
    server.last.socket.accept("tautline.v1.json");
    await expect(connecting).rejects.toMatchObject({ code: "BAD_ENVELOPE" });
  });
});

describe("a client that speaks JSON", () => {
  it("[2.14] writes bytes as base64, a Buffer's too, and reads them where the contract says bytes", async () => {
    const { client, server } = world({ codec: undefined }, jsonCodec);
    await client.connect();
    await client.send("upload", image);
    await client.send("upload", Buffer.from(image));
    const said = { $bytes: "AH//" };
    expect(idsAndData(server.of("upload"))).toEqual([
      [1, said],
      [2, said],
    ]);
    const heard: unknown[] = [];
    client.on("image", ({ data }) => heard.push(data));
    server.last.send({ type: "image", data: said });
    expect(heard).toEqual([image]);
    await client.close();
  });
});
