import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";
import { constants, deflateRawSync, inflateRawSync } from "node:zlib";
import type { Frame } from "@tautline/protocol";
import { describe, expect, it } from "vitest";
import { type ClientOptions, WebSocket } from "ws";
import { deflatedWire } from "../../src/transport/deflated-wire.js";
import { plainWire } from "../../src/transport/wire-frame.js";
import { Peer } from "../support/peer.js";
import { textFrame, upgradeRequest } from "../support/raw-client.js";
import { chatServer } from "../support/serving.js";

const offer = "permessage-deflate; client_max_window_bits";
const long = "the same again and again, ".repeat(100);

function frameOf(payload: string | Uint8Array): Frame {
  return { payload, byteLength: Buffer.byteLength(payload), wire: undefined };
}

/** What a server answered to an offer, and every message that it sent since. */
async function rawPeer(port: number, extensions?: string) {
  const socket = connect(port, "localhost");
  socket.write(upgradeRequest(undefined, extensions));
  let bytes = Buffer.alloc(0);
  socket.on("data", (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk]);
  });
  const until = async (fact: () => boolean) => {
    while (!fact()) await once(socket, "data");
  };
  await until(() => bytes.includes("\r\n\r\n"));
  const end = bytes.indexOf("\r\n\r\n") + 4;
  const answer = bytes.subarray(0, end).toString();
  return {
    socket,
    answered: /^Sec-WebSocket-Extensions: (.*)\r$/im.exec(answer)?.[1],
    /** Every whole message by now: its first byte and what follows the header. */
    messages: () => split(bytes.subarray(end)),
    got: (count: number) => until(() => split(bytes.subarray(end)).length >= count),
  };
}

function split(bytes: Buffer): { readonly first: number; readonly content: Buffer }[] {
  const messages: { first: number; content: Buffer }[] = [];
  for (let at = 0; at + 2 <= bytes.length; ) {
    const [first = 0, size = 0] = bytes.subarray(at);
    const header = size < 126 ? 2 : 4;
    if (at + header > bytes.length) break;
    const length = size < 126 ? size : bytes.readUInt16BE(at + 2);
    if (at + header + length > bytes.length) break;
    messages.push({ first, content: bytes.subarray(at + header, at + header + length) });
    at += header + length;
  }
  return messages;
}

/** RFC 7692 §7.2.2: with the empty block that the sender left out, and nothing known from messages before. */
function inflate(content: Uint8Array): string {
  const whole = Buffer.concat([content, Buffer.from([0, 0, 0xff, 0xff])]);
  return inflateRawSync(whole, { finishFlush: constants.Z_SYNC_FLUSH, windowBits: 12 }).toString();
}

describe("a compressed message", () => {
  const wire = deflatedWire({ thresholdBytes: 100, level: 6 });

  it("is marked by RSV1, as text or as bytes, and says its compressed length", () => {
    for (const [payload, first] of [
      [long, 0xc1],
      [Buffer.from(long), 0xc2],
    ] as const) {
      const [message] = split(Buffer.from(wire.of(frameOf(payload))));
      expect(message?.first).toBe(first);
      expect(inflate(message?.content ?? Buffer.alloc(0))).toBe(long);
    }
  });

  it("is, byte by byte, what zlib makes of it without the empty block at its end", () => {
    const payload = "a".repeat(200);
    const options = { level: 6, windowBits: 12, memLevel: 5, finishFlush: constants.Z_SYNC_FLUSH };
    const deflated = deflateRawSync(payload, options);
    expect([...deflated.subarray(-4)]).toEqual([0, 0, 0xff, 0xff]);
    const expected = [0xc1, deflated.length - 4, ...deflated.subarray(0, -4)];
    expect([...wire.of(frameOf(payload))]).toEqual(expected);
  });

  it("is made once, whatever the number of its receivers, and beside the plain one", () => {
    const frame = frameOf(long);
    expect(wire.of(frame)).toBe(wire.of(frame));
    expect(plainWire.of(frame)).toBe(plainWire.of(frame));
    expect(plainWire.of(frame)).not.toBe(wire.of(frame));
    const batch = [frame, frameOf("short")];
    expect(wire.joined(batch)).toBe(wire.joined(batch));
    expect(plainWire.joined(batch)).not.toBe(wire.joined(batch));
  });

  it("is not made of what is short, or would not become smaller", () => {
    for (const payload of ["x".repeat(99), randomBytes(5_000)]) {
      const frame = frameOf(payload);
      expect(wire.of(frame)).toBe(plainWire.of(frame));
    }
  });
});

describe("a server that compresses", () => {
  it("[1.8] promises that each message stands alone, and keeps it", async () => {
    const server = chatServer({ compression: { thresholdBytes: 200 } });
    const { port } = await server.listen();
    const peer = await rawPeer(port, offer);
    expect(peer.answered).toBe("permessage-deflate; server_no_context_takeover");
    for (const text of [long, "short", long]) await server.broadcast("notice", { text });
    await peer.got(3);
    expect(peer.messages().map(({ first }) => first)).toEqual([0xc1, 0x81, 0xc1]);
    const texts = peer.messages().map(({ first, content }) => {
      const text = first === 0xc1 ? inflate(content) : content.toString();
      return (JSON.parse(text) as { data: { text: string } }).data.text;
    });
    expect(texts).toEqual([long, "short", long]);
    peer.socket.destroy();
  });

  it("[1.8] sends plain messages to those that offer nothing, or a window that is too small", async () => {
    const server = chatServer({ compression: {} });
    const { port } = await server.listen();
    const offers = [
      undefined,
      "permessage-deflate; server_max_window_bits=9",
      `${offer}; server_max_window_bits=12`,
    ];
    const peers = await Promise.all(offers.map((extensions) => rawPeer(port, extensions)));
    await server.broadcast("notice", { text: long });
    for (const peer of peers) await peer.got(1);
    expect(peers.map((peer) => peer.messages()[0]?.first)).toEqual([0x81, 0x81, 0xc1]);
    expect(peers[0]?.answered).toBeUndefined();
    for (const { socket } of peers) socket.destroy();
  });

  it("negotiates nothing unless it was asked to", async () => {
    const server = chatServer();
    const { port } = await server.listen();
    const peer = await rawPeer(port, offer);
    await server.broadcast("notice", { text: long });
    await peer.got(1);
    expect([peer.answered, peer.messages()[0]?.first]).toEqual([undefined, 0x81]);
    peer.socket.destroy();
  });

  it.each([
    ["negotiated", { perMessageDeflate: true }],
    [
      "with a context that the client keeps to itself",
      { perMessageDeflate: { clientNoContextTakeover: true } },
    ],
    ["with a small window", { perMessageDeflate: { serverMaxWindowBits: 12, clientMaxWindowBits: 9 } }],
    ["refused by the client", { perMessageDeflate: false }],
  ])("talks with clients of ws, both ways and in order: compression %s", async (_what, options) => {
    const server = chatServer({ compression: { thresholdBytes: 64 } });
    server.handle("rename", ({ data }) => ({ name: data.name }));
    const { url } = await server.listen();
    const socket = new WebSocket(url, options as ClientOptions);
    const got: unknown[] = [];
    socket.on("message", (data) => got.push(JSON.parse(String(data))));
    await once(socket, "open");
    const names = Array.from({ length: 20 }, (_, i) => `${i} ${long.slice(0, i * 100)}`);
    for (const [i, name] of names.entries())
      socket.send(JSON.stringify({ type: "rename", id: i + 1, data: { name } }));
    await expect.poll(() => got.length).toBe(names.length);
    expect(got).toMatchObject(names.map((name, i) => ({ type: "$reply", id: i + 1, data: { name } })));
    socket.close();
    await once(socket, "close");
  });

  it("says goodbye after everything that it wrote, compressed or not", async () => {
    const server = chatServer({ compression: { thresholdBytes: 64 } });
    const { url } = await server.listen();
    const peer = await Peer.connect(url);
    for (let i = 0; i < 50; i++) await server.broadcast("notice", { text: `${i} ${i % 2 ? long : ""}` });
    void server.close();
    expect(await peer.end()).toMatchObject({ code: 1001 });
    expect(peer.rest.map(({ data }) => Number.parseInt((data as { text: string }).text, 10))).toEqual(
      Array.from({ length: 50 }, (_, i) => i),
    );
  });

  it("[1.8] takes no more of a message than its limit, however small it was compressed, and lives on", async () => {
    const server = chatServer({ compression: {}, limits: { messageBytes: 50_000 } });
    const { url } = await server.listen();
    const bomber = await Peer.connect(url);
    const bomb = JSON.stringify({ type: "feedback", data: { stars: " ".repeat(20_000_000) } });
    bomber.send(bomb);
    expect(await bomber.end()).toMatchObject({ code: 1009 });
    const peer = await Peer.connect(url);
    await server.broadcast("notice", { text: long });
    expect(await peer.next("notice")).toMatchObject({ data: { text: long } });
    expect(server.stats().totals.bytesReceived).toBe(0);
  });

  it("closes with 1007 what sends rubbish for compressed, and with 1002 what marks without a promise", async () => {
    const rubbish = textFrame("\u0007".repeat(50));
    rubbish[0] = 0xc1;
    for (const [compression, code] of [
      [{}, 1007],
      [false, 1002],
    ] as const) {
      const { port } = await chatServer({ compression }).listen();
      const peer = await rawPeer(port, offer);
      peer.socket.write(rubbish);
      await peer.got(1);
      const [goodbye] = peer.messages();
      expect([goodbye?.first, goodbye?.content.readUInt16BE(0)]).toEqual([0x88, code]);
      peer.socket.destroy();
    }
  });
});
