import { ScriptedTransport, seededRandom, VirtualClock } from "@tautline/testing";
import { expect, it } from "vitest";
import { MemoryBroker } from "../src/broker/memory-broker.js";
import { chatServer } from "./support/serving.js";

const request = { url: "/", headers: {}, remoteAddress: "192.0.2.1" };
const room = "chat/a";

function crowd(maxListed: number) {
  const clock = new VirtualClock();
  const broker = new MemoryBroker({ clock, random: seededRandom(4) });
  const server = chatServer({
    ...{ clock, broker, random: seededRandom(4), rooms: { "chat/:id": { presence: { maxListed } } } },
    heartbeat: { intervalMs: 1_000_000 },
  });
  let clients = 0;
  const connect = (name: string, takesBytes = true) => {
    const transport = new ScriptedTransport();
    transport.takesBytes = takesBytes;
    server.accept(transport, request);
    const rooms = [{ room, presence: { name } }];
    transport.send({ type: "$hello", data: { client: `client-${clients++}-0123456789`, attempt: 1, rooms } });
    return transport;
  };
  return { clock, broker, server, connect };
}

const presence = (transport: ScriptedTransport) =>
  transport.sent
    .filter(({ type }) => type === "$presence")
    .map(({ data }) => data as { snapshot?: number; joined?: { member: string }[]; count?: number });

it("[10.2] [3.8] does not close a newcomer that reads slowly among 2,000 members of 1 KiB each: pages wait for it (A-60)", async () => {
  const { clock, broker, connect } = crowd(10_000);
  for (let i = 0; i < 2_000; i++) {
    const entry = { user: "u", member: `m${i}`, state: { name: "x".repeat(1_000) } };
    broker.presence.set({ room, node: "elsewhere", connection: `c${i}`, attempt: 1, entry });
  }
  const newcomer = connect("new", false);
  await clock.settle();
  let most = 0;
  for (let i = 0; i < 200 && presence(newcomer).at(-1)?.snapshot !== 0; i++) {
    most = Math.max(most, newcomer.bufferedBytes);
    newcomer.drain();
    await clock.settle();
  }
  expect(newcomer.closeRequests).toEqual([]);
  expect(most).toBeLessThan(262_144 + 2 * 32_768);
  const members = new Set(
    presence(newcomer).flatMap(({ joined = [] }) => joined.map(({ member }) => member)),
  );
  expect(members.size).toBe(2_001);
});

it("[10.5] has forgotten a member that vanished without a word within 30 seconds, without a grace on top (P6, U11)", async () => {
  const clock = new VirtualClock();
  const server = chatServer({ clock, random: seededRandom(4) });
  const told: string[] = [];
  server.onRoom("chat/:id", { left: ({ user }) => told.push(user.id) });
  const [alive, vanished] = [new ScriptedTransport(), new ScriptedTransport()];
  for (const [i, transport] of [alive, vanished].entries()) {
    server.accept(transport, request);
    const rooms = [{ room, presence: { name: "x" } }];
    transport.send({ type: "$hello", data: { client: `client-${i}-0123456789`, attempt: 1, rooms } });
  }
  await clock.advance(1_000);
  alive.sent.length = 0;
  for (let i = 0; i < 25; i++) {
    alive.send({ type: "ping" });
    await clock.advance(1_000);
  }
  expect(told).toHaveLength(1);
  expect(presence(alive)).toMatchObject([{ left: [expect.any(String)] }]);
  expect(await server.room(room).members()).toHaveLength(1);
});

it("[10.7] tells the members of a very large room how many they are, in few bytes", async () => {
  const { clock, server, connect } = crowd(250);
  const members = Array.from({ length: 500 }, () => connect("x".repeat(1_000)));
  await clock.advance(2_000);
  const before = server.stats().totals.bytesSent;
  const newcomer = connect("new");
  await clock.advance(2_000);
  expect(presence(newcomer).map(({ count }) => count)).toEqual([500, 501]);
  expect(members.every((member) => presence(member).at(-1)?.count === 501)).toBe(true);
  expect(server.stats().totals.bytesSent - before).toBeLessThan(501 * 100);
});
