import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { ScriptedTransport, seededRandom, VirtualClock } from "@tautline/testing";
import { describe, expect, it } from "vitest";
import { Peer } from "./support/peer.js";
import { type ChatOptions, chatServer, deferred } from "./support/serving.js";

const request = { url: "/", headers: {}, remoteAddress: "192.0.2.1" };

async function serving(options: ChatOptions = {}) {
  const clock = new VirtualClock();
  const server = chatServer({
    clock,
    random: seededRandom(7),
    heartbeat: { intervalMs: 1_000_000 },
    ...options,
  });
  const accept = (protocol = "") => {
    const transport = new ScriptedTransport(protocol);
    server.accept(transport, request);
    return transport;
  };
  const full = async (client: string, attempt = 1) => {
    const transport = accept("tautline.v1.json");
    transport.send({ type: "$hello", data: { client: `${client}-0123456789abcdef`, attempt, rooms: [] } });
    await clock.settle();
    return transport;
  };
  return { clock, server, accept, full };
}

/** Whether a promise has settled by now. */
async function isDone(promise: Promise<unknown>, clock: VirtualClock): Promise<boolean> {
  let done = false;
  void promise.then(() => {
    done = true;
  });
  await clock.settle();
  return done;
}

describe("drain", () => {
  it("[12.3] [12.5] asks full peers to come back, and closes plain peers at moments spread over the span", async () => {
    const { clock, server, accept, full } = await serving();
    const asked = await full("a");
    const plain = Array.from({ length: 20 }, () => accept());
    await clock.settle();
    const drained = server.drain({ withinMs: 10_000 });
    await clock.settle();
    expect(asked.take("$reconnect").data).toEqual({ withinMs: 7_500 });
    expect(plain.flatMap(({ closeRequests }) => closeRequests)).toEqual([]);
    await clock.advance(5_000);
    const gone = plain.filter(({ hasEnded }) => hasEnded).length;
    expect(gone).toBeGreaterThan(3);
    expect(gone).toBeLessThan(17);
    await clock.advance(5_000);
    expect(plain.every(({ closeRequests }) => closeRequests[0]?.code === 1012)).toBe(true);
    expect(asked.closeRequests).toMatchObject([{ code: 1012 }]);
    await drained;
  });

  it("[12.3] leaves full peers the last quarter of the span to be elsewhere, and closes those that stay at its end (F-16)", async () => {
    const { clock, server, full } = await serving();
    const peer = await full("a");
    const drained = server.drain({ withinMs: 4_000 });
    await clock.settle();
    expect(peer.take("$reconnect").data).toEqual({ withinMs: 3_000 });
    await clock.advance(3_999);
    expect(peer.closeRequests).toEqual([]);
    await clock.advance(1);
    await drained;
    expect(peer.closeRequests).toMatchObject([{ code: 1012 }]);
  });

  it("answers upgrades of an attached server with 503 until its end, and leaves the path to others then", async () => {
    const http = createHttpServer((_request, response) => response.end("page"));
    const server = chatServer();
    server.attach(http, { path: "/live" });
    await new Promise<void>((resolve) => http.listen(0, resolve));
    const url = `ws://localhost:${(http.address() as AddressInfo).port}/live`;
    const peer = await Peer.full(url);
    await peer.next("$welcome");
    const drained = server.drain({ withinMs: 60_000 });
    await peer.next("$reconnect");
    await expect(Peer.connect(url)).rejects.toThrow("503");
    peer.close();
    await drained;
    const next = chatServer();
    next.attach(http, { path: "/live" });
    (await Peer.connect(url)).close();
    http.close();
  });

  it("is over as soon as the last peer has gone", async () => {
    const { clock, server, full } = await serving();
    const peer = await full("a");
    const drained = server.drain({ withinMs: 60_000 });
    peer.end(1000);
    expect(await isDone(drained, clock)).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it("finishes what was begun, and takes what comes until the peer's moment", async () => {
    const { clock, server, full } = await serving();
    const work = deferred();
    server.handle("rename", async ({ data }) => {
      await work.promise;
      return data;
    });
    const peer = await full("a");
    peer.send({ type: "rename", id: 1, data: { name: "before" } });
    const drained = server.drain({ withinMs: 1_000 });
    peer.send({ type: "rename", id: 2, data: { name: "meanwhile" } });
    await clock.advance(1_000);
    expect(peer.closeRequests).toEqual([]);
    expect(await isDone(drained, clock)).toBe(false);
    work.resolve();
    await drained;
    expect(peer.sent.filter(({ type }) => type === "$reply").map(({ id }) => id)).toEqual([1, 2]);
    expect(peer.closeRequests).toMatchObject([{ code: 1012 }]);
  });

  it("does not wait longer than a handler's deadline", async () => {
    const { clock, server, full } = await serving({ deadlines: { handlerMs: 3_000 } });
    server.handle("rename", () => new Promise(() => {}));
    const peer = await full("a");
    peer.send({ type: "rename", id: 1, data: { name: "a" } });
    const drained = server.drain({ withinMs: 1_000 });
    await clock.advance(3_000);
    expect(await isDone(drained, clock)).toBe(true);
    expect(peer.take("$error").error?.code).toBe("TIMEOUT");
  });

  it("lets nobody in, by HTTP 503 or, over another transport, by 1012", async () => {
    const { server, accept, full, clock } = await serving();
    await full("a");
    const drained = server.drain({ withinMs: 1_000 });
    expect(accept().closeRequests).toMatchObject([{ code: 1012 }]);
    await clock.advance(1_000);
    await drained;
  });
});

describe("close", () => {
  it("says goodbye with 1001 to everyone, and frees the port", async () => {
    const server = chatServer();
    const { url, port } = await server.listen();
    const peers = await Promise.all([
      Peer.connect(url),
      Peer.full(url),
      Peer.connect(url, "tautline.v1.json"),
    ]);
    await peers[1]?.next("$welcome");
    await server.close();
    for (const peer of peers) expect((await peer.end()).code).toBe(1001);
    await chatServer().listen({ port });
  });

  it("waits neither for who connected and asked for nothing, nor for half a request", async () => {
    const server = chatServer();
    const { port } = await server.listen();
    const sockets = [connect(port, "localhost"), connect(port, "localhost")];
    for (const socket of sockets) socket.on("error", () => undefined);
    await Promise.all(sockets.map((socket) => once(socket, "connect")));
    const [, half] = sockets;
    half?.write("GET / HTTP/1.1\r\nHost: localhost\r\n");
    // Connections are accepted in order: when this one is served, the others are there.
    const peer = await Peer.connect(`ws://localhost:${port}`);
    const ends = Promise.all(sockets.map((socket) => once(socket, "close")));
    await server.close();
    await ends;
    expect((await peer.end()).code).toBe(1001);
  });

  it("cuts whoever does not answer the goodbye", async () => {
    const { clock, server, full } = await serving();
    const peer = await full("a");
    peer.answersClose = false;
    const closed = server.close();
    expect(await isDone(closed, clock)).toBe(false);
    await clock.advance(5_000);
    expect(peer.isTerminated).toBe(true);
    expect(await isDone(closed, clock)).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it("is what `await using` does, and harmless twice", async () => {
    const { server, full } = await serving();
    const peer = await full("a");
    await server[Symbol.asyncDispose]();
    await server.close();
    expect(peer.closeRequests).toMatchObject([{ code: 1001 }]);
  });
});

describe("listen", () => {
  it("is refused by a server that was closed, and leaves no port taken", async () => {
    const server = chatServer();
    const late = server.listen();
    const closed = server.close();
    await expect(late).rejects.toMatchObject({ code: "CLOSED" });
    await closed;
    await expect(server.listen()).rejects.toMatchObject({ code: "CLOSED" });
  });
});
