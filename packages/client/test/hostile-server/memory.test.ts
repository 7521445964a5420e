import { defineContract, limits } from "@tautline/protocol";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { createClient } from "../../src/index.js";
import { connected, world } from "../setup.js";

const member = (name: string) => ({ user: name, member: name, state: { name } });

describe("A-30 a server that sends without end", () => {
  const pages: readonly [string, (n: number) => object][] = [
    ["pages of one snapshot", () => ({ version: 1, snapshot: 1_000_000 })],
    ["changes", (n) => ({ version: n + 1 })],
  ];
  it.each(pages)("[10.7] members, by %s, is left when they are too many", async (_, kind) => {
    const { client, server, clock } = await connected();
    const room = client.room("chat/:id", { id: "lobby" });
    await room.join();
    const send = (data: object) =>
      server.last.sendRaw({ type: "$presence", data: { room: "chat/lobby", ...data } });
    send({ version: 0, snapshot: 0, joined: [] });
    let sent = 0;
    for (let page = 0; client.state.kind === "connected" && sent < 50_000; page++) {
      send({ ...kind(page), joined: Array.from({ length: 100 }, (_, i) => member(`${page}-${i}`)) });
      sent += 100;
    }
    expect(client.state).toMatchObject({ kind: "closed", error: { code: "BAD_ENVELOPE" } });
    // Twice as many as a server names, and the page that is one too many.
    expect(sent).toBe(2 * limits.presenceMembers + 100);
    await clock.settle();
  });

  it("the same members again is not left: they are not more", async () => {
    const { client, server, clock } = await connected();
    const room = client.room("chat/:id", { id: "lobby" });
    await room.join();
    const joined = Array.from({ length: 100 }, (_, i) => member(`${i}`));
    for (let version = 0; version < 1_000; version++) {
      server.last.sendRaw({ type: "$presence", data: { room: "chat/lobby", version, snapshot: 0, joined } });
    }
    await clock.settle();
    expect(client.state.kind).toBe("connected");
    expect(room.presence).toHaveLength(100);
    await client.close();
  });

  it("and asks for new tokens is told one at a time", async () => {
    let asked = 0;
    let answer = (_: string) => {};
    const token = () => {
      asked++;
      return asked === 1 ? "first" : new Promise<string>((resolve) => (answer = resolve));
    };
    const { client, server, clock } = await connected({ token });
    for (let n = 0; n < 1_000; n++) server.last.sendRaw({ type: "$token", data: { expiresInMs: 1 } });
    await clock.settle();
    expect(asked).toBe(2);
    answer("second");
    await clock.settle();
    expect(server.of("$token").map(({ data }) => data)).toEqual([{ token: "second" }]);
    server.last.sendRaw({ type: "$token", data: { expiresInMs: 1 } });
    await clock.settle();
    expect(asked).toBe(3);
    await client.close();
  });

  it("[11.4] and does not read what it is answered is taken for gone", async () => {
    const { client, server, clock, states } = await connected();
    const { socket } = server.last;
    // Nothing leaves the socket: each answer takes a hundred kilobytes for ever.
    Object.defineProperty(socket, "bufferedAmount", { get: () => socket.sent.length * 100_000 });
    let pings = 0;
    while (socket.readyState === 1 && pings++ < 1_000) server.last.sendRaw({ type: "ping" });
    expect(socket.bufferedAmount).toBeLessThan(18_000_000);
    expect(client.state).toMatchObject({ kind: "waiting", error: { code: "CLOSED" } });
    await clock.advance(5_000);
    expect(states).toEqual(["connecting", "connected", "waiting", "connecting", "connected"]);
    await client.close();
  });

  it("events that take long to check is heard up to a bound, and what is dropped is told", async () => {
    let check = (_: boolean) => {};
    const checked = new Promise<boolean>((resolve) => (check = resolve));
    const contract = defineContract({ events: { notice: { data: z.number().refine(() => checked) } } });
    const made = world();
    const client = createClient(contract, {
      url: "ws://scripted",
      WebSocket: made.server.WebSocket,
      clock: made.clock,
      network: null,
    });
    const [told, errors]: [number[], string[]] = [[], []];
    client.on("notice", ({ data }) => told.push(data));
    client.on("error", ({ code }) => errors.push(code));
    await client.connect();
    for (let n = 0; n < 3_000; n++) made.server.last.sendRaw({ type: "notice", data: n });
    expect(errors).toEqual(Array(2_000).fill("DROPPED"));
    check(true);
    await made.clock.settle();
    expect(told).toEqual(Array.from({ length: 1_000 }, (_, n) => n));
    await client.close();
  });

  it("acks of everything leaves nothing behind", async () => {
    const { client, server, clock } = await connected();
    const before = clock.pending;
    for (let id = 1; id < 10_000; id++) server.last.sendRaw({ type: "$ack", id });
    // What was acknowledged before it was sent is not taken for acknowledged.
    server.on("order", () => undefined);
    const sent = client.send("order", 1, { timeoutMs: 1_000 });
    await clock.advance(1_000);
    await expect(sent).rejects.toMatchObject({ code: "TIMEOUT" });
    expect(client.pending).toEqual([]);
    expect(clock.pending).toBe(before);
    await client.close();
  });
});
