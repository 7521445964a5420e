import { describe, expect, it } from "vitest";
import { connected, frame } from "./setup.js";

const kilobyte = "x".repeat(1_000);

describe("backpressure", () => {
  it("makes the server's bytes wait while the line is stalled, and tells when they leave", async () => {
    const { clock, events, server, network } = await connected({ windowBytes: 10_000 });
    network.links.stall("toClient");
    const frames = Array.from({ length: 30 }, () => frame(kilobyte));
    server.transport.write(frames);
    expect(server.transport.bufferedBytes).toBeGreaterThan(19_000);
    await clock.advance(1_000);
    expect(events).toEqual([]);
    network.links.resume("toClient");
    await clock.advance(100);
    expect(events).toHaveLength(30);
    expect(server.transport.bufferedBytes).toBe(0);
    expect(server.events.filter((event) => event === "drained").length).toBeGreaterThan(0);
  });

  it("has the same room again after all was read", async () => {
    const { clock, server, network } = await connected({ windowBytes: 10_000 });
    const waiting: number[] = [];
    for (let round = 0; round < 3; round++) {
      network.links.stall("toClient");
      server.transport.write(Array.from({ length: 300 }, () => frame("x".repeat(100))));
      waiting.push(server.transport.bufferedBytes);
      network.links.resume("toClient");
      await clock.advance(1_000);
    }
    expect(new Set(waiting).size).toBe(1);
    expect(waiting[0]).toBeGreaterThan(20_000);
  });

  it.each(["pause", "stall"] as const)("holds back on %s what is under way, too", async (how) => {
    const { clock, socket, server, network } = await connected({ latencyMs: 10 });
    socket.send("under way");
    await clock.advance(5);
    if (how === "pause") server.transport.pause();
    else network.links.stall("toServer");
    await clock.advance(100);
    expect(server.events).toEqual([]);
    if (how === "pause") server.transport.resume();
    else network.links.resume("toServer");
    await clock.advance(1);
    expect(server.events).toEqual(["under way"]);
  });

  it("goes on after a stall that came when all under way had been read, and more was waiting", async () => {
    const { clock, events, server, network } = await connected({ latencyMs: 10, windowBytes: 500 });
    server.transport.write([frame("x".repeat(600)), frame("waits")]);
    await clock.advance(15);
    network.links.stall();
    await clock.advance(100);
    expect([events.length, server.transport.bufferedBytes]).toEqual([1, 7]);
    network.links.resume();
    await clock.advance(20);
    expect([events.at(-1), server.transport.bufferedBytes]).toEqual(["waits", 0]);
  });

  it("does not call what the line takes at once waiting", async () => {
    const { server } = await connected();
    server.transport.write([frame(kilobyte)]);
    expect(server.transport.bufferedBytes).toBe(0);
  });

  it("makes the client's bytes wait while the server does not read", async () => {
    const { clock, socket, server } = await connected({ windowBytes: 10_000 });
    server.transport.pause();
    for (let sent = 0; sent < 30; sent++) socket.send(kilobyte);
    await clock.advance(1_000);
    expect(server.events).toEqual([]);
    expect(socket.bufferedAmount).toBeGreaterThan(19_000);
    server.transport.resume();
    await clock.advance(100);
    expect(server.events).toHaveLength(30);
    expect(socket.bufferedAmount).toBe(0);
  });

  it("counts what was sent in this turn as unsent, and what is sent after the end for ever", async () => {
    const { clock, socket } = await connected();
    socket.send("12345");
    expect(socket.bufferedAmount).toBe(5);
    await clock.settle();
    expect(socket.bufferedAmount).toBe(0);
    socket.close();
    socket.send("12345");
    await clock.advance(10);
    expect(socket.bufferedAmount).toBe(5);
  });

  it("takes time for bytes, where the line has a bandwidth", async () => {
    const { clock, events, server } = await connected({ latencyMs: 10, bytesPerMs: 10 });
    server.transport.write([frame(kilobyte), frame("small")]);
    await clock.advance(109);
    expect(events).toEqual([]);
    await clock.advance(2);
    expect(events).toHaveLength(2);
  });

  it("hands over together what was written together, and apart what the network has split", async () => {
    for (const [splitting, turns] of [
      [0, 1],
      [1, 3],
    ] as const) {
      const { clock, socket, server } = await connected({ splitting });
      const seen = new Set<number>();
      let turn = 0;
      socket.onmessage = () => seen.add(turn);
      server.transport.write([frame("a"), frame("b"), frame("c")]);
      while (await clock.step()) turn++;
      expect(seen.size).toBe(turns);
    }
  });

  it("carries pings and pongs, which the client's end answers by itself", async () => {
    const { clock, events, server } = await connected();
    server.transport.ping();
    await clock.advance(10);
    expect([events, server.events]).toEqual([[], ["alive"]]);
  });

  it("gives each connection conditions of its own", async () => {
    const { clock, events, server, network } = await connected();
    network.links.last.conditions = { latencyMs: 500 };
    server.transport.write([frame("slow")]);
    await clock.advance(499);
    expect(events).toEqual([]);
    await clock.advance(1);
    expect(events).toEqual(["slow"]);
  });

  it("carries bytes as they were when they were sent", async () => {
    const { clock, socket, events, server } = await connected();
    const bytes = Uint8Array.of(1, 2, 3);
    socket.send(bytes.subarray(1));
    bytes.fill(9);
    server.transport.write([frame(Uint8Array.of(4, 5))]);
    await clock.advance(10);
    expect([server.events, events]).toEqual([["bytes 2,3"], ["bytes 4,5"]]);
  });
});
