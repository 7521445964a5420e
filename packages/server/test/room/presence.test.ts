import { seededRandom, VirtualClock } from "@tautline/testing";
import { describe, expect, it } from "vitest";
import { MemoryBroker } from "../../src/broker/memory-broker.js";
import { Recorder } from "./recorder.js";
import { join, node } from "./set-up.js";

const room = "seen/a";

describe("presence in a room", () => {
  it("[10.2] [10.3] begins with a snapshot whose last page is the newcomer itself, and goes on with changes, +1 each", async () => {
    const { rooms, clock } = node();
    const [a, b] = [new Recorder("a", { user: "ada" }), new Recorder("b", { user: "bob" })];
    await join(rooms, a, { room, presence: { name: "Ada" } });
    expect(a.presence()).toEqual([
      { room, version: 0, snapshot: 0, joined: [{ user: "ada", member: "a", state: { name: "Ada" } }] },
    ]);
    await clock.advance(100);
    await join(rooms, b, { room, presence: { name: "Bob" } });
    await clock.advance(100);
    rooms.leave(a, room);
    await clock.advance(100);
    expect(b.presence()).toEqual([
      { room, version: 1, snapshot: 1, joined: [{ user: "ada", member: "a", state: { name: "Ada" } }] },
      { room, version: 1, snapshot: 0, joined: [{ user: "bob", member: "b", state: { name: "Bob" } }] },
      { room, version: 2, joined: [{ user: "bob", member: "b", state: { name: "Bob" } }] },
      { room, version: 3, left: ["a"] },
    ]);
    expect(a.presence().map(({ version }) => version)).toEqual([0, 1, 2]);
  });

  it("[10.6] tells everybody with one frame what has changed within 100 ms, the last state only", async () => {
    const { rooms, clock } = node();
    const [a, b, c] = [new Recorder("a"), new Recorder("b"), new Recorder("c")];
    for (const member of [a, b]) await join(rooms, member, { room });
    await clock.advance(100);
    a.frames.length = 0;
    b.frames.length = 0;
    for (const name of ["x", "y", "z"]) await rooms.setPresence(a, room, { name });
    await join(rooms, c, { room });
    rooms.leaveAll(c);
    await clock.advance(100);
    expect(a.presence()).toMatchObject([{ version: 2, updated: [{ member: "a", state: { name: "z" } }] }]);
    expect(b.frames[0]).toBe(a.frames[0]);
    expect(a.frames).toHaveLength(1);
  });

  it("[10.5] shows what a member says on its newest connection, also where a node lets an older one in late (I10)", async () => {
    const broker = new MemoryBroker();
    const clock = new VirtualClock();
    const [leaving, staying] = [node({ broker, clock, name: "n1" }), node({ broker, clock, name: "n2" })];
    const [old, young] = [1, 2].map(
      (attempt) => new Recorder(`c${attempt}`, { member: "m", peer: { attempt } }),
    ) as [Recorder, Recorder];
    await join(staying.rooms, young, { room, presence: "said last" });
    await join(leaving.rooms, old, { room, presence: "said first" });
    await leaving.rooms.setPresence(old, room, "said between");
    await clock.advance(100);
    expect(young.presence().at(-1)).toMatchObject({ joined: [{ member: "m", state: "said last" }] });
    // Where the client could not move, it goes on with the older one.
    staying.rooms.leaveAll(young);
    await clock.advance(100);
    expect(old.presence().at(-1)).toMatchObject({ updated: [{ member: "m", state: "said between" }] });
  });

  it("[10.5] stays for a member until its last connection leaves, and takes the newest connection's state", async () => {
    const { rooms, clock } = node();
    const watcher = new Recorder("w");
    const [old, young] = [new Recorder("c1", { member: "m" }), new Recorder("c2", { member: "m" })];
    await join(rooms, watcher, { room });
    await join(rooms, old, { room, presence: 1 });
    await clock.advance(100);
    watcher.frames.length = 0;
    await join(rooms, young, { room, presence: 2 });
    await clock.advance(100);
    rooms.leaveAll(old);
    await clock.advance(100);
    rooms.leaveAll(young);
    await clock.advance(100);
    expect(watcher.presence()).toMatchObject([
      { version: 2, updated: [{ member: "m", state: 2 }] },
      { version: 3, left: ["m"] },
    ]);
  });

  it("keeps a member's state when it joins again without one", async () => {
    const { rooms } = node();
    const member = new Recorder("a");
    await join(rooms, member, { room, presence: { name: "Ada" } });
    await join(rooms, member, { room });
    expect(await rooms.members(room)).toEqual([{ user: "u", member: "a", state: { name: "Ada" } }]);
  });

  it("[10.2] pages the snapshot of a large room and encodes its pages once for all newcomers", async () => {
    const { rooms, clock } = node();
    for (let i = 0; i < 250; i++) await join(rooms, new Recorder(`m${i}`), { room });
    await clock.advance(100);
    const [first, second] = [new Recorder("x"), new Recorder("y")];
    for (const newcomer of [first, second]) await join(rooms, newcomer, { room });
    expect(first.presence().map(({ snapshot, joined }) => [snapshot, joined?.length])).toEqual([
      ...[
        [3, 100],
        [2, 100],
        [1, 50],
        [0, 1],
      ],
    ]);
    expect(second.frames.slice(0, 3)).toEqual(first.frames.slice(0, 3));
    expect(second.frames[0]).toBe(first.frames[0]);
  });

  it("[3.6] refuses states of more than 1 KiB, and those of strangers", () => {
    const { rooms } = node();
    const member = new Recorder("a");
    const huge = "x".repeat(2_000);
    expect(() => rooms.join(member, { room, presence: huge })).toThrow(
      expect.objectContaining({ code: "TOO_LARGE" }),
    );
    expect(() => rooms.setPresence(member, room, 1)).toThrow(
      expect.objectContaining({ code: "NOT_A_MEMBER" }),
    );
    expect(rooms.counts.memberships).toBe(0);
  });

  it("is not told where a room has none", async () => {
    const { rooms, clock } = node();
    const [a, b] = [new Recorder("a"), new Recorder("b")];
    for (const member of [a, b]) await join(rooms, member, { room: "bare/a", presence: 1 });
    await clock.settle();
    expect([a.frames, b.frames]).toEqual([[], []]);
    expect(await rooms.members("bare/a")).toEqual([
      { user: "u", member: "a" },
      { user: "u", member: "b" },
    ]);
  });

  it("ends for the members of a node that died, when its leases do, and not for those of a node that lives", async () => {
    const clock = new VirtualClock();
    const broker = new MemoryBroker({ clock, random: seededRandom(1), presenceLeaseMs: 30_000 });
    const alive = node({ broker, clock, name: "alive" });
    // A process that was killed renews nothing: its clock stands still.
    const dead = node({ broker, clock: new VirtualClock(), name: "dead" });
    const survivor = new Recorder("survivor");
    await join(dead.rooms, new Recorder("lost"), { room });
    await join(alive.rooms, survivor, { room });
    expect(await alive.rooms.members(room)).toHaveLength(2);
    await clock.advance(120_000);
    expect(await alive.rooms.members(room)).toEqual([{ user: "u", member: "survivor" }]);
    expect(survivor.presence().at(-1)).toMatchObject({ left: ["lost"] });
    alive.rooms.leaveAll(survivor);
    await clock.advance(30_000);
    expect(clock.pending).toBe(0);
  });
});
