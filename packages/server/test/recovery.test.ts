import { ScriptedTransport, seededRandom, VirtualClock } from "@tautline/testing";
import { describe, expect, it } from "vitest";
import { MemoryBroker } from "../src/broker/index.js";
import { type ChatOptions, chatServer } from "./support/serving.js";

const request = { url: "/", headers: {}, remoteAddress: "192.0.2.1" };
const history = { size: 10 };
const room = "chat/a";

/** A server whose rooms keep ten publications, and clients that come with a position or without. */
function serving(options: ChatOptions = {}) {
  const clock = new VirtualClock();
  const server = chatServer({
    clock,
    random: seededRandom(1),
    rooms: { "chat/:id": { history } },
    ...options,
  });
  let clients = 0;
  const hello = async (rooms: readonly object[]) => {
    const transport = new ScriptedTransport();
    server.accept(transport, request);
    const client = `client-0123456789-${clients++}`;
    transport.send({ type: "$hello", data: { client, attempt: 1, rooms } });
    await clock.settle();
    return transport;
  };
  /** Joins with `$hello`, and gives what `$welcome` says of it, and the offsets that followed. */
  const join = async (wanted: object) => {
    const transport = await hello([wanted]);
    const { rooms } = transport.take("$welcome").data as { rooms: Record<string, unknown>[] };
    const offsets = transport.sent.flatMap(({ offset }) => offset ?? []);
    return { transport, result: rooms[0] as Record<string, unknown>, offsets };
  };
  const publish = async (count: number, name: "chat/a" | "chat/b" = room) => {
    for (let i = 0; i < count; i++) await server.room(name).publish("message", { text: `${i}`, by: "app" });
    await clock.settle();
  };
  return { clock, server, hello, join, publish };
}

describe("a client that comes back with a position", () => {
  it("[8.4] has everything since, also when everybody had left and nobody was there", async () => {
    const { server, join, publish, clock } = serving();
    const { result, transport } = await join({ room });
    await publish(2);
    transport.send({ type: "$leave", id: 1, data: { room } });
    transport.end();
    await clock.settle();
    expect(server.stats()).toMatchObject({ rooms: 0, memberships: 0 });
    await publish(3);
    const back = await join({ room, epoch: result.epoch, offset: 2 });
    expect(back.result).toEqual({ room, epoch: result.epoch, offset: 2, head: 5, recovered: true });
    expect(back.offsets).toEqual([3, 4, 5]);
    expect(server.stats().totals).toMatchObject({ recovered: 1 });
  });

  it("[8.7] has one in a quiet room too, and recovers from it", async () => {
    const { join, publish } = serving();
    const { result } = await join({ room });
    expect(result).toMatchObject({ offset: 0, head: 0, recovered: false });
    await publish(1);
    expect(await join({ room, epoch: result.epoch, offset: 0 })).toMatchObject({
      result: { recovered: true },
      offsets: [1],
    });
  });

  it("[8.5] is told why it cannot have it, and goes on with the newest few", async () => {
    const { server, join, publish } = serving({
      rooms: { "chat/:id": { history, onJoin: { last: 2 }, maxRecovered: 5 } },
    });
    const { epoch } = (await join({ room })).result;
    await publish(12);
    const reasonAt = async (offset: number, name = epoch) => {
      const { result, offsets } = await join({ room, epoch: name, offset });
      expect(result).toMatchObject({ epoch, head: 12 });
      if (!result.recovered) expect([result.offset, offsets]).toEqual([10, [11, 12]]);
      return result.reason;
    };
    expect(await reasonAt(1)).toBe("trimmed");
    expect(await reasonAt(6)).toBe("too-many");
    expect(await reasonAt(7)).toBeUndefined();
    expect(await reasonAt(12)).toBeUndefined();
    expect(await reasonAt(13)).toBe("new-epoch");
    expect(await reasonAt(7, "another")).toBe("new-epoch");
    expect(server.stats().totals.gaps).toEqual({
      ...{ "new-epoch": 2, trimmed: 1, "too-many": 1, "no-history": 0 },
    });
  });

  it("[8.5] [8.7] is told that nothing is kept in a room without history, which has no positions", async () => {
    const { join } = serving({ rooms: {} });
    expect((await join({ room })).result).toEqual({ room, recovered: false });
    const { result } = await join({ room, epoch: "e", offset: 3 });
    expect(result).toEqual({ room, recovered: false, reason: "no-history" });
  });

  it("[8.2] is told of a new life of the room where the process that kept it is gone", async () => {
    const before = serving();
    const { result } = await before.join({ room });
    await before.publish(3);
    const after = serving({ random: seededRandom(2) });
    await after.publish(5);
    const back = await after.join({ room, epoch: result.epoch, offset: 3 });
    expect(back.result).toMatchObject({ recovered: false, reason: "new-epoch", head: 5 });
    expect(back.offsets).toEqual([]);
  });

  it("[8.4] has everything since after a restart that kept the broker", async () => {
    const broker = new MemoryBroker({ random: seededRandom(3) });
    const before = serving({ broker });
    const { result } = await before.join({ room });
    await before.publish(2);
    await before.server.close();
    const after = serving({ broker });
    await after.publish(2);
    expect((await after.join({ room, epoch: result.epoch, offset: 2 })).offsets).toEqual([3, 4]);
  });
});

describe("a forged position", () => {
  it("[8.5] never gives what is another room's, of another life, or not there yet (A-96)", async () => {
    const { join, publish } = serving();
    const [a, b] = [(await join({ room })).result, (await join({ room: "chat/b" })).result];
    await publish(5, "chat/b");
    await publish(2);
    for (const position of [
      { epoch: b.epoch, offset: 0 },
      { epoch: a.epoch, offset: 3 },
      { epoch: a.epoch, offset: Number.MAX_SAFE_INTEGER },
      { epoch: "__proto__", offset: 0 },
    ]) {
      const { result, offsets } = await join({ room, ...position });
      expect(result).toMatchObject({ recovered: false, reason: "new-epoch", offset: 2 });
      expect(offsets).toEqual([]);
    }
  });

  it.each([
    ["negative", { epoch: "e", offset: -1 }],
    ["no whole number", { epoch: "e", offset: 1.5 }],
    ["beyond what is exact", { epoch: "e", offset: 2 ** 53 }],
    ["text", { epoch: "e", offset: "1" }],
    ["without its epoch", { offset: 1 }],
    ["with an epoch that is none", { epoch: 5, offset: 1 }],
    ["with a boundless epoch", { epoch: "e".repeat(10_000), offset: 1 }],
    ["with a negative number of the newest", { last: -1 }],
  ])("[2.5] that is %s is refused, and the member stays where it was (A-96)", async (_, position) => {
    const { join, publish, clock } = serving();
    const { transport } = await join({ room });
    transport.send({ type: "$join", id: 1, data: { room, ...position } });
    await clock.settle();
    expect(transport.take("$error")).toMatchObject({ id: 1, error: { code: "BAD_ENVELOPE" } });
    await publish(1);
    expect(transport.take("message")).toMatchObject({ offset: 1 });
  });
});
