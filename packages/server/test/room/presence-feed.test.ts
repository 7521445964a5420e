import { describe, expect, it } from "vitest";
import { Recorder } from "./recorder.js";
import { join, node } from "./set-up.js";

const room = "seen/a";
const gatherMs = 100;

/** Whom a connection takes to be there, from all it was told: as a client does by PROTOCOL.md 10.2–10.7. */
function shown(recorder: Recorder): readonly string[] | number {
  let members = new Set<string>();
  let pages: Set<string> | undefined;
  let version = -1;
  let shows: readonly string[] | number = [];
  for (const update of recorder.presence()) {
    const { snapshot, joined = [], left = [], count } = update;
    if (count !== undefined) pages = undefined;
    else if (snapshot === undefined && update.version !== version + 1) throw new Error("a hole");
    if (snapshot !== undefined) pages ??= new Set();
    const changed = pages ?? members;
    for (const member of left) changed.delete(member);
    for (const { member } of joined) changed.add(member);
    if (snapshot !== undefined && snapshot > 0) continue;
    version = update.version;
    members = count === undefined ? changed : new Set();
    pages = undefined;
    shows = count ?? [...members].sort();
  }
  return shows;
}

async function crowd(size: number, settings = {}) {
  const world = node({ settings: { presence: { gatherMs, maxListed: 1_000 }, ...settings } });
  const members = Array.from({ length: size }, (_, i) => new Recorder(`m${i}`));
  for (const member of members)
    await join(world.rooms, member, { room, presence: { text: "x".repeat(900) } });
  await world.clock.advance(1_000);
  return { ...world, members };
}

describe("a reader that is behind", () => {
  it("[10.2] is given the pages of a snapshot as it reads them, never more than it takes", async () => {
    const { rooms, clock } = await crowd(300);
    const slow = new Recorder("slow");
    slow.takes = 2;
    await join(rooms, slow, { room });
    expect(slow.presence().map(({ snapshot }) => snapshot)).toEqual([9, 8]);
    for (const takes of [2, 2, 2]) {
      slow.relieve(takes);
      await clock.settle();
    }
    expect(slow.presence().map(({ snapshot }) => snapshot)).toEqual([9, 8, 7, 6, 5, 4, 3, 2]);
    slow.relieve(10);
    await clock.settle();
    expect(slow.presence().at(-1)).toMatchObject({ snapshot: 0, joined: [{ member: "slow" }] });
    expect(shown(slow)).toHaveLength(301);
  });

  it("[10.2] is told in later pages what has changed since the earlier ones", async () => {
    const { rooms, clock, members } = await crowd(100);
    const slow = new Recorder("slow");
    slow.takes = 1;
    await join(rooms, slow, { room });
    rooms.leaveAll(members[0] as Recorder);
    await rooms.setPresence(members[1] as Recorder, room, "changed");
    await join(rooms, new Recorder("new"), { room });
    await clock.advance(gatherMs);
    slow.relieve(100);
    await clock.settle();
    const pages = slow.presence();
    const correction = pages.at(-2);
    const version = members[2]?.presence().at(-1)?.version ?? 0;
    expect(correction).toMatchObject({ version, snapshot: 1, left: ["m0"] });
    expect(correction?.joined).toEqual(
      expect.arrayContaining([
        { user: "u", member: "m1", state: "changed" },
        { user: "u", member: "new" },
      ]),
    );
    expect(pages.at(-1)).toMatchObject({ version, snapshot: 0, joined: [{ member: "slow" }] });
    await join(rooms, new Recorder("newer"), { room });
    await clock.advance(gatherMs);
    expect(slow.presence().at(-1)).toMatchObject({ version: version + 1, joined: [{ member: "newer" }] });
    expect(shown(slow)).toHaveLength(102);
  });

  it("[10.4] is told no changes, and gets a new snapshot when it has read what waited", async () => {
    const { rooms, clock } = node();
    const [slow, other] = [new Recorder("slow"), new Recorder("other")];
    await join(rooms, slow, { room });
    await join(rooms, other, { room });
    await clock.advance(gatherMs);
    const before = slow.frames.length;
    slow.takes = 0;
    for (let i = 0; i < 50; i++) {
      await rooms.setPresence(other, room, i);
      await clock.advance(gatherMs);
    }
    expect(slow.frames).toHaveLength(before);
    slow.relieve(10);
    await clock.settle();
    expect(slow.presence().slice(before)).toMatchObject([
      { snapshot: 1, joined: [{ member: "slow" }, { member: "other", state: 49 }] },
      { snapshot: 0, joined: [{ member: "slow" }] },
    ]);
    expect(slow.presence().at(-1)?.version).toBe(other.presence().at(-1)?.version);
  });

  it("gets nothing more after it has left while it was behind", async () => {
    const { rooms, clock } = await crowd(50);
    const slow = new Recorder("slow");
    slow.takes = 1;
    await join(rooms, slow, { room });
    rooms.leave(slow, room);
    slow.relieve(100);
    await clock.settle();
    expect(slow.frames).toHaveLength(1);
  });

  it("does not stand still when it joins again while it was behind", async () => {
    const { rooms, clock } = await crowd(50);
    const slow = new Recorder("slow");
    slow.takes = 1;
    await join(rooms, slow, { room });
    slow.takes = 0;
    await join(rooms, slow, { room });
    slow.frames.length = 0;
    slow.relieve(100);
    await clock.settle();
    expect(shown(slow)).toHaveLength(51);
    expect(slow.presence().filter(({ snapshot }) => snapshot === 0)).toHaveLength(1);
  });
});

describe("a very large room", () => {
  const settings = { presence: { gatherMs, maxListed: 10 } };

  it("[10.7] tells how many are there, in place of names, and names again when half have left", async () => {
    const { rooms, clock, members } = await crowd(10, settings);
    const watcher = members[0] as Recorder;
    expect(shown(watcher)).toHaveLength(10);
    const newcomers = [new Recorder("n1"), new Recorder("n2")];
    for (const newcomer of newcomers) await join(rooms, newcomer, { room });
    await clock.advance(gatherMs);
    expect(watcher.presence().at(-1)).toEqual({ room, version: 2, count: 12 });
    for (const newcomer of [...newcomers, ...members.slice(6)]) rooms.leaveAll(newcomer);
    await clock.advance(10 * gatherMs);
    expect(shown(watcher)).toBe(6);
    rooms.leaveAll(members[5] as Recorder);
    await clock.advance(10 * gatherMs);
    expect(shown(watcher)).toEqual(["m0", "m1", "m2", "m3", "m4"]);
    await join(rooms, new Recorder("n3"), { room });
    await clock.advance(gatherMs);
    expect(watcher.presence().at(-1)).toMatchObject({ joined: [{ member: "n3" }] });
    expect(shown(watcher)).toHaveLength(6);
    // The number that was told last, before there were names.
    for (let i = 4; i < 10; i++) await join(rooms, new Recorder(`n${i}`), { room });
    await clock.advance(gatherMs);
    expect(shown(watcher)).toBe(12);
  });

  it("[10.7] gives a newcomer the number at once, one frame, whatever the members say of themselves", async () => {
    const { rooms, clock } = await crowd(20, settings);
    const newcomer = new Recorder("n");
    await join(rooms, newcomer, { room });
    expect(newcomer.presence()).toMatchObject([{ count: 20 }]);
    await clock.advance(10 * gatherMs);
    expect(newcomer.presence()).toMatchObject([{ count: 20 }, { count: 21 }]);
  });

  it("[10.7] tells the number ten times more rarely, and nothing when it is the same as before", async () => {
    const { rooms, clock, members } = await crowd(20, settings);
    const watcher = members[0] as Recorder;
    const before = watcher.frames.length;
    for (let i = 0; i < 10; i++) {
      await rooms.setPresence(members[1] as Recorder, room, i);
      await join(rooms, new Recorder(`n${i}`), { room });
      await clock.advance(gatherMs);
    }
    expect(watcher.presence().slice(before)).toMatchObject([{ count: 30 }]);
    await rooms.setPresence(members[1] as Recorder, room, "changed");
    await clock.advance(1_000);
    expect(watcher.frames).toHaveLength(before + 1);
  });

  it("[10.7] gives a reader that was behind what is told by then", async () => {
    const { rooms, clock, members } = await crowd(10, settings);
    const slow = members[0] as Recorder;
    slow.takes = 0;
    for (const name of ["n1", "n2"]) await join(rooms, new Recorder(name), { room });
    await clock.advance(gatherMs);
    slow.relieve(10);
    await clock.settle();
    expect(shown(slow)).toBe(12);
    expect(await rooms.members(room)).toHaveLength(12);
  });
});

it("costs one frame for all members a change, and one snapshot for all newcomers of a moment (U12)", async () => {
  const { rooms, clock, members } = await crowd(200);
  const newcomers = Array.from({ length: 50 }, (_, i) => new Recorder(`n${i}`));
  for (const newcomer of newcomers) await join(rooms, newcomer, { room });
  const distinct = new Set(newcomers.flatMap(({ frames }) => frames.slice(0, -1)));
  expect(distinct.size).toBe(newcomers[0]?.presence()[0]?.snapshot);
  const before = members.map(({ frames }) => frames.length);
  await clock.advance(gatherMs);
  const told = members.flatMap(({ frames }, i) => frames.slice(before[i]));
  expect(new Set(told).size).toBe(told.length / members.length);
});
