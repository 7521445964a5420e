import { seededRandom, VirtualClock } from "@tautline/testing";
import { describe, expect, it } from "vitest";
import { MemoryBroker } from "../../src/broker/memory-broker.js";
import { Recorder } from "./recorder.js";
import { join, node } from "./set-up.js";

const room = "seen/a";

/** A watcher, and a member whose connection is cut. */
async function cut() {
  const world = node();
  const watcher = new Recorder("w");
  const connection = (id: string) => new Recorder(id, { member: "m", user: "mia" });
  await join(world.rooms, watcher, { room });
  const first = connection("c1");
  await join(world.rooms, first, { room, presence: 1 });
  await world.clock.advance(1_000);
  watcher.frames.length = 0;
  world.told.length = 0;
  world.rooms.leaveAll(first, true);
  return { ...world, watcher, connection };
}

describe("a member whose connection was cut", () => {
  it("[10.5] has neither left nor joined when it is back within the grace (I10)", async () => {
    const { rooms, clock, watcher, told, connection } = await cut();
    await clock.advance(4_900);
    const second = connection("c2");
    await join(rooms, second, { room, presence: 1 });
    await clock.advance(60_000);
    expect(told).toEqual([]);
    expect(watcher.presence()).toEqual([]);
    rooms.leaveAll(second);
    await clock.advance(100);
    expect(told).toEqual([`left ${room} c2`]);
    expect(watcher.presence()).toMatchObject([{ left: ["m"] }]);
    expect(clock.pending).toBe(0);
  });

  it("[10.5] leaves when the grace is over, once, and is new when it comes later (P6, I10)", async () => {
    const { rooms, clock, watcher, told, connection } = await cut();
    expect(await rooms.members(room)).toHaveLength(2);
    await clock.advance(5_100);
    expect(told).toEqual([`left ${room} c1`]);
    expect(watcher.presence()).toMatchObject([{ left: ["m"] }]);
    await join(rooms, connection("c2"), { room, presence: 1 });
    await clock.advance(100);
    expect(told).toEqual([`left ${room} c1`, `joined ${room} c2`]);
    expect(watcher.presence().at(-1)).toMatchObject({ joined: [{ member: "m" }] });
  });

  it("is given nothing that is published meanwhile", async () => {
    const { rooms, clock, connection } = await cut();
    const second = connection("c2");
    await join(rooms, second, { room, presence: 1 });
    const before = second.frames.length;
    rooms.leaveAll(second, true);
    await rooms.publish(room, { type: "message", data: 1 });
    await clock.advance(10_000);
    expect(second.frames).toHaveLength(before);
  });

  it("leaves at once where it left the room itself before", async () => {
    const { rooms, clock, told, connection } = await cut();
    const second = connection("c2");
    await join(rooms, second, { room, presence: 1 });
    rooms.leave(second, room);
    rooms.leaveAll(second, true);
    expect(told).toEqual([`left ${room} c2`]);
    await clock.advance(10_000);
    expect(told).toHaveLength(1);
  });

  it("keeps the room occupied, and its watch over who is there, until the grace is over", async () => {
    const { rooms, clock, watcher, told, connection } = await cut();
    rooms.leaveAll(watcher, true);
    expect(rooms.counts).toEqual({ rooms: 1, memberships: 0 });
    await clock.advance(1_000);
    const second = connection("c2");
    await join(rooms, second, { room, presence: 1 });
    await clock.advance(4_000);
    expect(told).toEqual([`left ${room} w`]);
    rooms.leaveAll(second, true);
    await clock.advance(5_000);
    expect(told).toEqual([`left ${room} w`, `left ${room} c2`, `vacant ${room}`]);
    expect([rooms.counts.rooms, clock.pending]).toEqual([0, 0]);
  });

  it("leaves with its last connection's grace where all of them were cut", async () => {
    const { rooms, clock, told, connection } = await cut();
    const [second, third] = [connection("c2"), connection("c3")];
    for (const each of [second, third]) await join(rooms, each, { room });
    rooms.leaveAll(second, true);
    await clock.advance(3_000);
    rooms.leaveAll(third, true);
    await clock.advance(4_900);
    expect(told).toEqual([]);
    await clock.advance(200);
    expect(told).toEqual([`left ${room} c3`]);
  });

  it("stays for the others when it comes back to another node (F-17)", async () => {
    const clock = new VirtualClock();
    const broker = new MemoryBroker({ clock, random: seededRandom(1), presenceLeaseMs: 30_000 });
    const [here, there] = [node({ broker, clock, name: "here" }), node({ broker, clock, name: "there" })];
    const watcher = new Recorder("w");
    await join(there.rooms, watcher, { room });
    const [first, second] = [new Recorder("c1", { member: "m" }), new Recorder("c2", { member: "m" })];
    await join(here.rooms, first, { room, presence: 1 });
    await clock.advance(1_000);
    watcher.frames.length = 0;
    here.rooms.leaveAll(first, true);
    await clock.advance(3_000);
    await join(there.rooms, second, { room, presence: 1 });
    await clock.advance(120_000);
    expect(watcher.presence()).toEqual([]);
    expect(here.told.at(-1)).toBe(`vacant ${room}`);
    expect(there.told.filter((what) => what.includes("left"))).toEqual([]);
  });

  it("is not waited for when the node is closed", async () => {
    const { rooms, clock, told, broker } = await cut();
    rooms.close();
    expect(told).toEqual([`left ${room} c1`]);
    expect(await broker.presence.list(room)).toMatchObject([{ member: "w" }]);
    expect(clock.pending).toBe(0);
  });

  it("is one of 10,000 at most: beyond them the one that waited longest has left", async () => {
    const { rooms, told, clock } = node();
    for (let i = 0; i <= 10_000; i++) {
      const member = new Recorder(`m${i}`);
      await join(rooms, member, { room: "bare/a" });
      rooms.leaveAll(member, true);
    }
    expect(told.filter((what) => what.startsWith("left"))).toEqual(["left bare/a m0"]);
    rooms.close();
    expect(clock.pending).toBe(0);
  });
});
