import type { Envelope, Hello, JoinRequest } from "@tautline/protocol";
import fc from "fast-check";
import { expect, it } from "vitest";
import { connected, type World } from "../setup.js";

const kept = (offset: number): Envelope => ({
  type: "message",
  room: "chat/lobby",
  data: { text: `m${offset}` },
  offset,
});
const volatile: Envelope = { type: "typing", room: "chat/lobby" };

/** A client in a room whose whole history the server keeps, and recovers from any position. */
async function inRoom(history: number): Promise<World & { heard: unknown[] }> {
  const world = await connected();
  const { client, server } = world;
  server.on("$join", ({ data }) => {
    const { epoch = "e", offset } = data as JoinRequest;
    const head = history;
    if (offset === undefined) {
      return { type: "$joined", data: { room: "chat/lobby", epoch, offset: 0, head, recovered: false } };
    }
    const missed = Array.from({ length: history - offset }, (_, i) => kept(offset + 1 + i));
    return [
      { type: "$joined", data: { room: "chat/lobby", epoch, offset, head, recovered: true } },
      ...missed,
    ];
  });
  const heard: unknown[] = [];
  const lobby = client.room("chat/lobby");
  lobby.on("message", ({ offset }) => heard.push(offset));
  lobby.on("typing", () => heard.push("typing"));
  lobby.on("gap", ({ reason, from, to, position }) => heard.push({ reason, from, to, position }));
  await lobby.join();
  return { ...world, heard };
}

const helloRooms = ({ server }: World) => (server.of("$hello").at(-1) as Hello).data.rooms;

it("hands over each kept publication once and in order, whatever is doubled, late, missing or volatile (U2, F-27, F-30)", async () => {
  const arrival = fc.oneof(fc.integer({ min: 1, max: 12 }), fc.constant(0));
  await fc.assert(
    fc.asyncProperty(fc.array(arrival, { maxLength: 30 }), async (arrivals) => {
      const { client, server, clock, heard } = await inRoom(12);
      for (const offset of arrivals) {
        server.last.send(offset ? kept(offset) : volatile);
        if (offset % 3 === 0) await clock.settle();
      }
      server.last.send(kept(12));
      await clock.settle();
      expect(heard.filter((what) => what !== "typing")).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
      await client.close();
    }),
    { numRuns: 100 },
  );
});

it("has a position in a quiet room too, which the next hello carries (U1)", async () => {
  const world = await inRoom(3);
  world.server.last.cut();
  await world.clock.advance(1_000);
  expect(helloRooms(world)).toEqual([{ room: "chat/lobby", epoch: "e", offset: 0 }]);
  await world.client.close();
});

it("goes no step forward for what is not kept, before the first publication and after it (U1)", async () => {
  const world = await inRoom(3);
  world.server.last.send(volatile, kept(1), volatile);
  world.server.last.cut();
  await world.clock.advance(1_000);
  expect(helloRooms(world)).toEqual([{ room: "chat/lobby", epoch: "e", offset: 1 }]);
  expect(world.heard).toEqual(["typing", 1, "typing"]);
  await world.client.close();
});

it("follows a history that begins anew on the living connection: the gap first, then offsets from 1 (U2)", async () => {
  const { client, server, clock, heard } = await inRoom(3);
  server.last.send(kept(1), kept(2), kept(3));
  const data = { room: "chat/lobby", reason: "new-epoch", epoch: "f", offset: 0 };
  server.last.send({ type: "$gap", data }, kept(1), kept(1), kept(2));
  await clock.settle();
  const gap = { reason: "new-epoch", from: undefined, to: undefined, position: { epoch: "f", offset: 0 } };
  expect(heard).toEqual([1, 2, 3, gap, 1, 2]);
  expect(client.room("chat/lobby").position).toEqual({ epoch: "f", offset: 2 });
  expect(server.of("$join")).toHaveLength(1);
  await client.close();
});
