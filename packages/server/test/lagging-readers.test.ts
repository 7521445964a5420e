import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { ScriptedTransport, VirtualClock } from "@tautline/testing";
import { afterEach, describe, expect, it } from "vitest";
import { Peer } from "./support/peer.js";
import { chatServer } from "./support/serving.js";

const highWaterBytes = 262_144;
const text = "x".repeat(1_000);
const rooms = { "chat/:id": { history: { size: 100_000, bytes: 268_435_456 }, maxRecovered: 100_000 } };
const turn = () => new Promise((resolve) => setImmediate(resolve));

const closing: (() => unknown)[] = [];
afterEach(() => Promise.all(closing.splice(0).map((close) => close())));

/** A server, and the server's ends of its sockets. */
async function serving() {
  const server = chatServer({ rooms, backpressure: { highWaterBytes, limitBytes: 2_097_152 } });
  const http = createHttpServer();
  const sockets: Socket[] = [];
  http.on("connection", (socket) => sockets.push(socket));
  server.attach(http);
  http.listen(0);
  await once(http, "listening");
  closing.push(() => http.close());
  return { server, sockets, url: `ws://localhost:${(http.address() as AddressInfo).port}` };
}

/** A member that keeps the offsets it was given, and reads only when told to. */
async function member(url: string) {
  const peer = await Peer.full(url, { rooms: [{ room: "chat/lobby" }] });
  await peer.next("$welcome");
  const offsets: number[] = [];
  let wanted: { offset: number; reached(): void } | undefined;
  peer.socket.removeAllListeners("message");
  peer.socket.on("message", (data) => {
    const { offset } = JSON.parse(String(data)) as { offset?: number };
    if (offset === undefined) return;
    offsets.push(offset);
    if (wanted && offset >= wanted.offset) wanted.reached();
  });
  const reads = (offset: number) =>
    offsets.at(-1) === offset
      ? Promise.resolve()
      : new Promise<void>((reached) => {
          wanted = { offset, reached };
        });
  return { peer, offsets, reads };
}

describe("readers that stall in a busy room, over real sockets", () => {
  it("[3.8] [8.8] have little waiting, hold nobody up, and get everything when they read again (A-80, U13)", async () => {
    const { server, sockets, url } = await serving();
    const readers = 6;
    const stalled = await Promise.all(Array.from({ length: readers }, () => member(url)));
    const own = sockets.splice(0);
    const fast = await member(url);
    for (const { peer } of stalled) peer.socket.pause();
    const room = server.room("chat/lobby");
    let published = 0;
    let most = 0;
    const publish = async (count: number) => {
      for (let i = 0; i < count; i++, published++) await room.publish("message", { text, by: "app" });
      await turn();
      most = Math.max(most, ...own.map(({ writableLength }) => writableLength));
    };
    // The system's own buffers take some megabytes before anything waits in ours.
    while (server.stats().lagging < readers && published < 60_000) await publish(50);
    expect(server.stats()).toMatchObject({ lagging: readers, catchingUp: readers });
    // What is offered from here on waits nowhere but in history.
    for (let i = 0; i < 40; i++) await publish(100);
    expect(most).toBeLessThan(highWaterBytes + 150_000);
    await fast.reads(published);
    for (const { peer } of stalled) peer.socket.resume();
    await Promise.all(stalled.map(({ reads }) => reads(published)));
    const all = Array.from({ length: published }, (_, i) => i + 1);
    for (const { offsets } of [fast, ...stalled]) expect(offsets).toEqual(all);
    expect(server.stats().totals).toMatchObject({ tooSlow: 0, lagged: expect.any(Number) as number });
    while (server.stats().catchingUp > 0) await turn();
    await publish(1);
    await Promise.all(stalled.map(({ reads }) => reads(published)));
  }, 60_000);

  it("are given up only for what cannot wait: events to them, not publications", async () => {
    const clock = new VirtualClock();
    const server = chatServer({ clock, rooms, backpressure: { highWaterBytes: 10_000, limitBytes: 50_000 } });
    const transport = new ScriptedTransport();
    transport.takesBytes = false;
    server.accept(transport, { url: "/", headers: {}, remoteAddress: "192.0.2.1" });
    const wanted = [{ room: "chat/a" }];
    transport.send({ type: "$hello", data: { client: "client-0123456789", attempt: 1, rooms: wanted } });
    await clock.settle();
    for (let i = 0; i < 1_000; i++) await server.room("chat/a").publish("message", { text, by: "app" });
    for (let i = 0; i < 1_000; i++) await server.user(userOf(transport)).send("notice", { text });
    await clock.settle();
    expect(transport.bufferedBytes).toBeLessThan(12_000);
    expect(transport.closeRequests).toEqual([]);
    while (transport.closeRequests.length === 0) {
      await server.broadcast("notice", { text });
      await clock.settle();
      expect(transport.bufferedBytes).toBeLessThanOrEqual(50_000);
    }
    expect(transport.closeRequests).toMatchObject([{ code: 4410 }]);
  });
});

function userOf({ sent: [welcome] }: ScriptedTransport): string {
  return (welcome as { data: { user: string } }).data.user;
}
