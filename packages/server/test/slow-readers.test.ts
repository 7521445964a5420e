import { once } from "node:events";
import { connect } from "node:net";
import { ScriptedTransport, seededRandom, VirtualClock } from "@tautline/testing";
import { describe, expect, it } from "vitest";
import { Peer } from "./support/peer.js";
import { rawClient, textFrame, upgradeRequest } from "./support/raw-client.js";
import { chatServer, deferred } from "./support/serving.js";

const request = { url: "/", headers: {}, remoteAddress: "192.0.2.1" };

describe("a peer that stops reading", () => {
  it("costs no more than the limit, is given up, and holds nobody else", async () => {
    const server = chatServer({
      backpressure: { highWaterBytes: 100_000, limitBytes: 500_000 },
      deadlines: { closeMs: 200 },
    });
    const gone = deferred<{ code: number; buffered: number }>();
    const { port, url } = await server.listen();
    const stalled = await rawClient(port);
    stalled.pause();
    const reader = await Peer.connect(url);
    await reader.socket.ping();
    await once(reader.socket, "pong");
    server.on("disconnect", ({ code }) => gone.resolve({ code, buffered: server.stats().connections }));
    // The system's own buffers take some megabytes before anything waits in ours.
    const text = "x".repeat(100_000);
    let isGone = false;
    void gone.promise.then(() => {
      isGone = true;
    });
    let sent = 0;
    while (!isGone && sent < 500) {
      await server.broadcast("notice", { text });
      sent++;
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await gone.promise).code).toBe(4410);
    expect(server.stats().totals.tooSlow).toBe(1);
    // The goodbye cannot leave: the socket is cut.
    stalled.resume();
    await once(stalled, "close");
    while (server.stats().pending > 0) await new Promise((resolve) => setImmediate(resolve));
    for (let i = 0; i < sent; i++) await reader.next("notice");
    expect(reader.closed).toBeUndefined();
  });

  it("has at most the limit waiting, whatever is sent to it", async () => {
    const clock = new VirtualClock();
    const server = chatServer({ clock, backpressure: { highWaterBytes: 10_000, limitBytes: 50_000 } });
    const transport = new ScriptedTransport("");
    transport.takesBytes = false;
    transport.answersClose = false;
    server.accept(transport, request);
    await clock.settle();
    for (let i = 0; i < 100; i++) {
      await server.broadcast("notice", { text: "x".repeat(1_000) });
      await clock.settle();
      expect(transport.bufferedBytes).toBeLessThanOrEqual(50_000);
    }
    expect(transport.closeRequests).toMatchObject([{ code: 4410 }]);
    expect(transport.isTerminated).toBe(false);
    await clock.advance(5_000);
    expect(transport.isTerminated).toBe(true);
  });

  it("misses volatile events, and gets all others", async () => {
    const clock = new VirtualClock();
    const server = chatServer({ clock, backpressure: { highWaterBytes: 10_000, limitBytes: 50_000 } });
    const transport = new ScriptedTransport("");
    transport.takesBytes = false;
    server.accept(transport, request);
    await clock.settle();
    await server.broadcast("notice", { text: "x".repeat(11_000) });
    await clock.settle();
    expect(await server.broadcast("tick")).toBe(0);
    expect(await server.broadcast("notice", { text: "kept" })).toBe(1);
    transport.drain();
    expect(await server.broadcast("tick")).toBe(1);
    await clock.settle();
    expect(transport.sent.map(({ type }) => type)).toEqual(["notice", "notice", "tick"]);
  });

  it("has no new messages begun until it reads, so that answers cannot pile up", async () => {
    const clock = new VirtualClock();
    const server = chatServer({ clock, backpressure: { highWaterBytes: 10_000, limitBytes: 50_000 } });
    let handled = 0;
    server.handle("feedback", () => void handled++);
    const transport = new ScriptedTransport("");
    transport.takesBytes = false;
    server.accept(transport, request);
    await clock.settle();
    await server.broadcast("notice", { text: "x".repeat(11_000) });
    await clock.settle();
    for (let id = 1; id <= 100; id++) transport.send({ type: "feedback", id, data: { stars: 1 } });
    expect(handled).toBe(0);
    expect(transport.isPaused).toBe(true);
    transport.drain();
    await clock.settle();
    expect(handled).toBe(100);
    expect(transport.isPaused).toBe(false);
  });
});

describe("a slow reader that recovers far more than the limit", () => {
  const megabytes = 10;
  const count = megabytes * 1_024;
  const text = "x".repeat(1_000);
  const history = { size: 2 * count, bytes: 4 * megabytes * 1_048_576 };
  const rooms = { "chat/:id": { history, maxRecovered: 2 * count } };

  it("[3.8] [8.4] [8.8] gets all of it over a real socket, in order, and then what is live", async () => {
    const server = chatServer({ rooms });
    const { url } = await server.listen();
    const room = server.room("chat/lobby");
    const { epoch } = (await room.publish("message", { text, by: "0" })) ?? {};
    for (let i = 1; i < count; i++) await room.publish("message", { text, by: "0" });
    const peer = await Peer.full(url, { rooms: [{ room: "chat/lobby", epoch, offset: 0 }] });
    const offsets: number[] = [];
    const all = deferred();
    peer.socket.on("message", (data) => {
      const { offset } = JSON.parse(String(data)) as { offset?: number };
      if (offset === undefined) return;
      offsets.push(offset);
      if (offset % 1_000 === 0 && offset <= count) void room.publish("message", { text, by: "live" });
      if (offset === count + 10) all.resolve();
      if (offset % 100 > 0) return;
      peer.socket.pause();
      setImmediate(() => peer.socket.resume());
    });
    await Promise.race([all.promise, peer.end()]);
    expect(peer.closed).toBeUndefined();
    expect(offsets).toEqual(Array.from({ length: count + 10 }, (_, i) => i + 1));
  }, 60_000);

  it("costs no more than the high-water mark and a quarter, in how many rooms ever", async () => {
    const clock = new VirtualClock();
    const highWaterBytes = 10_000;
    const server = chatServer({ clock, rooms, backpressure: { highWaterBytes, limitBytes: 20_000 } });
    const names = ["chat/a", "chat/b", "chat/c"] as const;
    for (const name of names) {
      for (let i = 0; i < 50; i++) await server.room(name).publish("message", { text, by: "0" });
    }
    const transport = new ScriptedTransport();
    transport.takesBytes = false;
    server.accept(transport, request);
    const wanted = names.map((room) => ({ room, last: 50 }));
    transport.send({ type: "$hello", data: { client: "client-0123456789", attempt: 1, rooms: wanted } });
    const got = () => transport.sent.filter(({ offset }) => offset !== undefined);
    for (let drains = 0; got().length < 150; drains++) {
      expect(drains).toBeLessThan(30);
      await clock.settle();
      expect(transport.bufferedBytes).toBeLessThanOrEqual(1.25 * highWaterBytes);
      transport.drain();
    }
    for (const name of names) {
      const offsets = got().flatMap(({ room, offset }) => (room === name ? [offset] : []));
      expect(offsets).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
    }
    expect(transport.closeRequests).toEqual([]);
  });

  it("leaves nothing behind when it goes while it waits", async () => {
    const clock = new VirtualClock();
    const server = chatServer({ clock, rooms, backpressure: { highWaterBytes: 5_000, limitBytes: 20_000 } });
    for (let i = 0; i < 50; i++) await server.room("chat/a").publish("message", { text, by: "0" });
    const transport = new ScriptedTransport();
    transport.takesBytes = false;
    server.accept(transport, request);
    const wanted = [{ room: "chat/a", last: 50 }];
    transport.send({ type: "$hello", data: { client: "client-0123456789", attempt: 1, rooms: wanted } });
    await clock.settle();
    transport.end(1006);
    transport.drain();
    await clock.settle();
    expect(server.stats()).toMatchObject({ connections: 0, pending: 0, memberships: 0 });
    // The member might have been back by then.
    await clock.advance(5_000);
    expect(server.stats()).toMatchObject({ rooms: 0 });
  });
});

describe("a half-open peer", () => {
  it("over TCP that answers no ping is cut within interval and grace", async () => {
    const server = chatServer({ heartbeat: { intervalMs: 300, graceMs: 200 } });
    const gone = deferred<number>();
    server.on("disconnect", ({ code }) => gone.resolve(code));
    const { port, url } = await server.listen();
    const begin = performance.now();
    const silent = await rawClient(port);
    const alive = await Peer.connect(url);
    expect(await gone.promise).toBe(1006);
    expect(performance.now() - begin).toBeLessThan(2_000);
    expect(server.stats()).toMatchObject({ connections: 1, totals: { heartbeatsMissed: 1 } });
    expect(alive.closed).toBeUndefined();
    silent.destroy();
  });

  it("is not one that pings, pongs or sends by itself", async () => {
    const clock = new VirtualClock();
    const server = chatServer({ clock, random: seededRandom(1) });
    const [pongs, answers, dead] = [
      new ScriptedTransport(""),
      new ScriptedTransport(),
      new ScriptedTransport(""),
    ];
    for (const transport of [pongs, answers, dead]) server.accept(transport, request);
    answers.send({ type: "$hello", data: { client: "client-0123456789", attempt: 1, rooms: [] } });
    for (let i = 0; i < 60; i++) {
      await clock.advance(1_000);
      if (pongs.pings > 0) pongs.alive();
      if (answers.sent.some(({ type }) => type === "ping")) answers.send({ type: "pong" });
    }
    expect([pongs, answers, dead].map(({ isTerminated }) => isTerminated)).toEqual([false, false, true]);
    expect(pongs.pings).toBeGreaterThan(1);
    expect(answers.pings).toBe(0);
  });

  it("is pinged by an envelope where a plain peer is to be", async () => {
    const clock = new VirtualClock();
    const server = chatServer({ clock, plain: { heartbeat: "envelope" } });
    const transport = new ScriptedTransport("");
    server.accept(transport, request);
    await clock.advance(20_000);
    expect(transport.sent.map(({ type }) => type)).toEqual(["ping"]);
  });
});

describe("what is written", () => {
  it("never stands inside what ws writes, in whatever pieces it is read", async () => {
    const server = chatServer();
    server.handle("rename", ({ data }) => data);
    const { url } = await server.listen();
    const peer = await Peer.connect(url);
    // Answers, events and the pongs of ws, interleaved: any fault in the framing would end the connection.
    let pongs = 0;
    peer.socket.on("pong", () => pongs++);
    for (let id = 1; id <= 200; id++) {
      peer.send({ type: "rename", id, data: { name: "x".repeat(id * 97) } });
      if (id % 10 === 0) peer.socket.ping(String(id));
      if (id % 7 === 0) await server.broadcast("notice", { text: "x".repeat(id * 13) });
    }
    for (let id = 1; id <= 200; id++) expect((await peer.next("$reply")).id).toBe(id);
    while (pongs < 20) await once(peer.socket, "pong");
    expect(peer.closed).toBeUndefined();
  });

  it("takes messages that come in pieces", async () => {
    const server = chatServer();
    server.handle("rename", ({ data }) => data);
    const { port } = await server.listen();
    const client = await rawClient(port);
    const frame = textFrame({ type: "rename", id: 1, data: { name: "Ada" } });
    client.setNoDelay(true);
    for (const byte of frame) {
      client.write(Uint8Array.of(byte));
      await new Promise((resolve) => setImmediate(resolve));
    }
    const [answer] = await once(client, "data");
    expect(String(answer)).toContain('"$reply"');
    client.destroy();
  });

  it("is read also where it came together with the upgrade", async () => {
    const server = chatServer();
    server.handle("rename", ({ data }) => data);
    const { port } = await server.listen();
    const socket = connect(port, "localhost");
    const early = textFrame({ type: "rename", id: 1, data: { name: "early" } });
    socket.write(Buffer.concat([Buffer.from(upgradeRequest()), early]));
    let answer = "";
    while (!answer.includes('"$reply"')) answer += String((await once(socket, "data"))[0]);
    expect(answer).toContain("early");
    socket.destroy();
  });
});

describe("a peer that breaks the framing", () => {
  it("is out of its rooms at once, though it never answers the goodbye", async () => {
    const server = chatServer({ deadlines: { closeMs: 200 } });
    const gone = deferred<number>();
    server.on("disconnect", ({ code }) => gone.resolve(code));
    const { port } = await server.listen();
    const socket = await rawClient(port);
    // An unmasked frame: RFC 6455 §5.1.
    socket.write(Uint8Array.of(0x81, 0x01, 0x61));
    expect(await gone.promise).toBe(1002);
    expect(server.stats()).toMatchObject({ connections: 0, pending: 0 });
    await once(socket, "close");
  });
});
