import { type Codec, jsonCodec } from "@tautline/protocol";
import { describe, expect, it } from "vitest";
import { MemoryBroker } from "../../src/broker/memory-broker.js";
import { Recorder } from "./recorder.js";
import { join, node } from "./set-up.js";

const say = (data: unknown) => ({ type: "message", data });

describe("publishing in a room with history", () => {
  it("[2.10] [7.9] gives every member the same frame, with room, offset, timestamp and author, in the same turn", () => {
    const { rooms, clock } = node();
    const members = [new Recorder("c1"), new Recorder("c2")];
    for (const member of members) void rooms.join(member, { room: "kept/a" });
    const joinings = members.map((member) => rooms.join(member, { room: "kept/a" }));
    for (const joining of joinings) if (!(joining instanceof Promise)) joining.start();
    const from = { user: "u1", member: "m1" };
    const appended = rooms.publish("kept/a", { ...say({ text: 'Grüße "aus" \u2028 Köln' }), from });
    expect(appended).toMatchObject({ offset: 1 });
    expect(members[0]?.envelopes).toEqual([
      {
        ...{ type: "message", room: "kept/a", offset: 1, timestamp: clock.now(), from },
        data: { text: 'Grüße "aus" \u2028 Köln' },
      },
    ]);
    expect(members[1]?.frames[0]).toBe(members[0]?.frames[0]);
  });

  it("encodes a publication once per codec, however many members there are", async () => {
    const { rooms } = node();
    let encodings = 0;
    const other: Codec = {
      ...jsonCodec,
      subprotocol: "other",
      encode: (envelope) => {
        encodings++;
        return jsonCodec.encode(envelope);
      },
    };
    const third: Codec = { ...other, subprotocol: "third" };
    const members = Array.from(
      { length: 9 },
      (_, i) => new Recorder(`c${i}`, { codec: [jsonCodec, other, third][i % 3] as Codec }),
    );
    for (const member of members) await join(rooms, member, { room: "kept/a" });
    let asked = 0;
    void rooms.publish("kept/a", say({ toJSON: () => Math.ceil(++asked / 2) }));
    // Once to look at what it says, and once to write it.
    expect({ encodings, asked }).toEqual({ encodings: 2, asked: 2 });
    expect(new Set(members.map(({ frames: [frame] }) => frame)).size).toBe(3);
    for (const { envelopes } of members) expect(envelopes).toMatchObject([{ offset: 1, data: 1 }]);
  });

  it("[8.11] keeps kept and volatile events in the order in which they were published, and numbers only the kept", async () => {
    const { rooms } = node();
    const member = new Recorder("c1");
    await join(rooms, member, { room: "kept/a" });
    void rooms.publish("kept/a", say(1));
    expect(rooms.publish("kept/a", { type: "typing" }, { volatile: true })).toBeUndefined();
    void rooms.publish("kept/a", say(2));
    expect(member.story).toEqual(["message 1", "typing", "message 2"]);
    expect(member.volatile.size).toBe(1);
  });

  it("appends once under a key", async () => {
    const { rooms } = node();
    const member = new Recorder("c1");
    await join(rooms, member, { room: "kept/a" });
    const first = rooms.publish("kept/a", say(1), { key: "m/1" });
    expect(rooms.publish("kept/a", say(1), { key: "m/1" })).toEqual(first);
    expect(member.offsets).toEqual([1]);
  });

  it("refuses to leave someone out of what is kept, which would be a hole", () => {
    const { rooms } = node();
    expect(() => rooms.publish("kept/a", say(1), { except: ["c1"] })).toThrow(
      expect.objectContaining({ code: "INVALID_OPTION" }),
    );
    expect(() => rooms.publish("kept/a", say(1), { except: ["c1"], volatile: true })).not.toThrow();
  });

  it.each([
    ["a room of no pattern", "elsewhere/a", 1, "UNKNOWN_ROOM"],
    ["more than a client may be sent", "kept/a", "x".repeat(1_048_576), "TOO_LARGE"],
    ["what JSON cannot say", "kept/a", 1n, "BAD_DATA"],
  ])("refuses %s", (_, room, data, code) => {
    const { rooms } = node();
    expect(() => rooms.publish(room, say(data))).toThrow(expect.objectContaining({ code }));
  });

  it("gives its history as envelopes, the oldest first", async () => {
    const { rooms } = node();
    for (const text of ["a", "b", "c"]) void rooms.publish("kept/a", say(text));
    expect(await rooms.history("kept/a", { last: 2 })).toMatchObject([
      { type: "message", room: "kept/a", offset: 2, data: "b" },
      { type: "message", room: "kept/a", offset: 3, data: "c" },
    ]);
    expect(await rooms.history("kept/empty", { last: 2 })).toEqual([]);
    expect(await rooms.history("bare/a", { last: 2 })).toEqual([]);
  });
});

describe("publishing in a room without history", () => {
  it("gives it to who is there, without an offset, but for those left out", async () => {
    const { rooms } = node();
    const [a, b] = [new Recorder("a"), new Recorder("b")];
    for (const member of [a, b])
      expect(await join(rooms, member, { room: "bare/a" })).toEqual({ room: "bare/a", recovered: false });
    expect(rooms.publish("bare/a", say(1))).toBeUndefined();
    void rooms.publish("bare/a", say(2), { except: ["a"] });
    expect([a.story, b.story]).toEqual([["message"], ["message", "message"]]);
    expect(a.volatile.size).toBe(0);
  });
});

describe("membership", () => {
  it("[8.2] begins with the first member and ends with the last, and leaving does not end history", async () => {
    const { rooms, told } = node();
    const [a, b] = [new Recorder("a"), new Recorder("b")];
    const { epoch } = await join(rooms, a, { room: "kept/a" });
    await join(rooms, b, { room: "kept/a" });
    void rooms.publish("kept/a", say(1));
    expect(rooms.counts).toEqual({ rooms: 1, memberships: 2 });
    expect(rooms.leave(a, "kept/a")).toBe(true);
    expect(rooms.leave(a, "kept/a")).toBe(false);
    rooms.leaveAll(b);
    expect(rooms.counts).toEqual({ rooms: 0, memberships: 0 });
    expect(told).toEqual([
      ...["occupied kept/a", "joined kept/a a", "joined kept/a b"],
      ...["left kept/a a", "left kept/a b", "vacant kept/a"],
    ]);
    void rooms.publish("kept/a", say(2));
    expect(await join(rooms, a, { room: "kept/a", epoch, offset: 1 })).toMatchObject({
      recovered: true,
      head: 2,
    });
    expect(a.offsets).toEqual([1, 2]);
    expect(b.offsets).toEqual([1]);
  });

  it("tells of a member once, however many connections it has", async () => {
    const { rooms, told } = node();
    const [old, young] = [new Recorder("c1", { member: "m" }), new Recorder("c2", { member: "m" })];
    await join(rooms, old, { room: "seen/a" });
    await join(rooms, young, { room: "seen/a" });
    rooms.leaveAll(old);
    expect(await rooms.members("seen/a")).toEqual([{ user: "u", member: "m" }]);
    rooms.leaveAll(young);
    expect(told).toEqual(["occupied seen/a", "joined seen/a c1", "left seen/a c2", "vacant seen/a"]);
    expect(await rooms.members("seen/a")).toEqual([]);
  });

  it("does not tell the application of a join that was never started", async () => {
    const { rooms, told } = node();
    const member = new Recorder("a");
    const { start } = await rooms.join(member, { room: "both/a" });
    rooms.leaveAll(member);
    start();
    expect(told).toEqual([]);
    expect(member.frames).toEqual([]);
    expect(rooms.counts).toEqual({ rooms: 0, memberships: 0 });
    expect(await rooms.members("both/a")).toEqual([]);
  });

  it("[3.4] keeps a connection to its limit of rooms", async () => {
    const { rooms } = node({ maxRooms: 2 });
    const member = new Recorder("a");
    await join(rooms, member, { room: "bare/1" });
    await join(rooms, member, { room: "bare/2" });
    expect(() => rooms.join(member, { room: "bare/3" })).toThrow(
      expect.objectContaining({ code: "TOO_MANY_ROOMS" }),
    );
    await join(rooms, member, { room: "bare/2" });
    rooms.leave(member, "bare/1");
    await join(rooms, member, { room: "bare/3" });
    expect(rooms.roomsOf(member)).toEqual(["bare/2", "bare/3"]);
    expect(rooms.isMember(member, "bare/1")).toBe(false);
  });

  it("[7.4] refuses rooms of no pattern and leaves no trace of them", () => {
    const { rooms } = node();
    expect(() => rooms.join(new Recorder("a"), { room: "__proto__" })).toThrow(
      expect.objectContaining({ code: "UNKNOWN_ROOM" }),
    );
    expect(rooms.counts).toEqual({ rooms: 0, memberships: 0 });
  });

  it("leaves no trace of a join that failed with its broker", () => {
    const { rooms, broker, told } = node();
    void broker.close();
    expect(() => rooms.join(new Recorder("a"), { room: "both/a" })).toThrow(
      expect.objectContaining({ code: "CLOSED" }),
    );
    expect(rooms.counts).toEqual({ rooms: 0, memberships: 0 });
    expect(told).toEqual([]);
  });

  it("is told on the wire under the room's wire name, where it has one", async () => {
    const { rooms } = node({ settings: { wireName: "$user" } });
    const member = new Recorder("a");
    expect(await join(rooms, member, { room: "kept/u1" })).toMatchObject({ room: "$user" });
    void rooms.publish("kept/u1", say(1));
    expect(member.envelopes).toMatchObject([{ room: "$user", offset: 1 }]);
  });

  it("reaches over nodes that share a broker", async () => {
    const broker = new MemoryBroker();
    const [here, there] = [node({ broker, name: "n1" }), node({ broker, name: "n2" })];
    const [a, b] = [new Recorder("a"), new Recorder("b")];
    await join(here.rooms, a, { room: "both/a" });
    await join(there.rooms, b, { room: "both/a" });
    void here.rooms.publish("both/a", say(1));
    void there.rooms.publish("both/a", say(2));
    expect([a.offsets, b.offsets]).toEqual([
      [1, 2],
      [1, 2],
    ]);
    expect(await here.rooms.members("both/a")).toHaveLength(2);
    expect(here.told).not.toContain("joined both/a b");
  });

  it("lets everything go when the registry is closed", async () => {
    const { rooms, clock, broker } = node();
    await join(rooms, new Recorder("a"), { room: "both/a" });
    await clock.settle();
    rooms.close();
    await broker.append("both/a", { payload: "{}", byteLength: 2 }, { retention: { size: 1, bytes: 1 } });
    expect(rooms.counts).toEqual({ rooms: 0, memberships: 0 });
    expect(clock.pending).toBe(0);
  });
});
