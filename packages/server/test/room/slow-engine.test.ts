import { seededRandom, VirtualClock } from "@tautline/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MemoryBroker } from "../../src/broker/memory-broker.js";
import { CheckedClient } from "./checked-client.js";
import { Recorder } from "./recorder.js";
import { join, type Node, node } from "./set-up.js";
import { SlowBroker, someMilliseconds } from "./slow-broker.js";

const room = "kept/a";

/** Two nodes, each with its own slow line to one engine. */
function twoNodes(seed: number): { clock: VirtualClock; brokers: SlowBroker[]; nodes: Node[] } {
  const clock = new VirtualClock();
  const engine = new MemoryBroker({ clock, random: seededRandom(seed) });
  const brokers = [1, 2].map((n) => new SlowBroker(engine, someMilliseconds(clock, seededRandom(seed + n))));
  return { clock, brokers, nodes: brokers.map((broker, i) => node({ clock, broker, name: `n${i}` })) };
}

describe("rooms on a slow engine", () => {
  it("ask it twice for whoever comes first, and once for each who comes later, where there is nothing to be read", async () => {
    const clock = new VirtualClock();
    let waits = 0;
    const delay = async () => void waits++;
    const { rooms } = node({ clock, broker: new SlowBroker(new MemoryBroker({ clock }), delay) });
    const waitsOf = async (act: () => Promise<unknown>) => {
      const before = waits;
      await act();
      return waits - before;
    };
    // There and back again.
    expect(await waitsOf(() => join(rooms, new Recorder("c1"), { room }))).toBe(4);
    expect(await waitsOf(() => join(rooms, new Recorder("c2"), { room }))).toBe(2);
  });

  it("[7.10] [8.8] give each member every publication once and in order, however joins, leaves, publications and stalls interleave (F-30, F-31)", async () => {
    const step = fc.record({
      act: fc.constantFrom(
        "join",
        "join",
        "publish",
        "publish",
        "publish",
        "leave",
        "burst",
        "stall",
        "read",
      ),
      at: fc.nat({ max: 1 }),
      who: fc.nat({ max: 3 }),
      pauseMs: fc.nat({ max: 25 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.nat(),
        fc.array(step, { minLength: 5, maxLength: 40, size: "max" }),
        async (seed, steps) => {
          const { clock, nodes } = twoNodes(seed);
          const clients = new Map<string, CheckedClient>();
          let published = 0;
          for (const [i, { act, at, who, pauseMs }] of steps.entries()) {
            const { rooms } = nodes[at] as Node;
            const name = `${at}/${who}`;
            if (act === "publish" || act === "burst")
              for (let n = act === "burst" ? 4 : 1; n > 0; n--, published++)
                void rooms.publish(room, { type: "message", data: i });
            const present = clients.get(name);
            if (act === "leave" && present) {
              rooms.leaveAll(present.recorder);
              clients.delete(name);
            }
            if (act === "stall" && present) present.recorder.takes = pauseMs % 3;
            if (act === "read") present?.recorder.relieve(1_000);
            if (act === "join" && !present) {
              const client = new CheckedClient(`${name} ${i}`);
              clients.set(name, client);
              void client.join(rooms, { room, last: 2 });
            }
            await clock.advance(pauseMs);
          }
          for (const { recorder } of clients.values()) recorder.relieve(1_000);
          await clock.advance(1_000);
          for (const { failures } of nodes) expect(failures).toEqual([]);
          for (const [name, client] of clients) {
            expect(client.joining, name).toBeDefined();
            client.check(published);
          }
          for (const { rooms } of nodes) rooms.close();
        },
      ),
      { numRuns: 60 },
    );
  }, 30_000);

  it("refuse a join whose connection left while the engine was asked, and keep nothing of it", async () => {
    const { clock, nodes } = twoNodes(1);
    const [{ rooms, told } = node()] = nodes;
    const member = new Recorder("a");
    const joining = Promise.resolve(rooms.join(member, { room: "both/a" }));
    const refused = expect(joining).rejects.toMatchObject({ code: "CLOSED" });
    await clock.advance(5);
    rooms.leaveAll(member);
    await clock.advance(500);
    await refused;
    expect(rooms.counts).toEqual({ rooms: 0, memberships: 0 });
    expect(member.frames).toEqual([]);
    expect(told).toEqual([]);
  });

  it("give nothing to who left, or moved on, while history was read for it", async () => {
    const { clock, nodes } = twoNodes(1);
    const [{ rooms } = node()] = nodes;
    for (let i = 0; i < 5; i++) void rooms.publish(room, { type: "message" });
    await clock.advance(100);
    const [mover, leaver] = [new Recorder("a"), new Recorder("b")];
    const admitted = Promise.all([mover, leaver].map((one) => rooms.join(one, { room, last: 5 })));
    await clock.advance(200);
    for (const { start } of await admitted) start();
    rooms.leaveAll(leaver);
    const again = Promise.resolve(rooms.join(mover, { room, last: 1 }));
    await clock.advance(200);
    expect([mover.frames, leaver.frames]).toEqual([[], []]);
    (await again).start();
    await clock.advance(200);
    expect([mover.offsets, leaver.offsets]).toEqual([[5], []]);
  });

  it("refuse a join whose engine failed, and admit the next one", async () => {
    const { clock, nodes, brokers } = twoNodes(1);
    const [{ rooms } = node()] = nodes;
    const member = new Recorder("a");
    (brokers[0] as SlowBroker).failing = 1;
    const refused = expect(Promise.resolve(rooms.join(member, { room }))).rejects.toThrow(
      "the engine is away",
    );
    await clock.advance(500);
    await refused;
    expect(rooms.counts).toEqual({ rooms: 0, memberships: 0 });
    const joined = join(rooms, member, { room });
    await clock.advance(500);
    expect(await joined).toMatchObject({ offset: 0 });
  });

  it("try again after a second when history could not be read, and then miss nothing", async () => {
    const { clock, nodes, brokers } = twoNodes(1);
    const [{ rooms, failures } = node()] = nodes;
    const member = new Recorder("a");
    void rooms.publish(room, { type: "message" });
    await clock.advance(500);
    const admitted = Promise.resolve(rooms.join(member, { room, last: 1 }));
    await clock.advance(500);
    const { start } = await admitted;
    (brokers[0] as SlowBroker).failing = 1;
    start();
    await clock.advance(100);
    expect(failures).toHaveLength(1);
    void rooms.publish(room, { type: "message" });
    await clock.advance(500);
    expect(member.offsets).toEqual([]);
    await clock.advance(1_000);
    expect(member.offsets).toEqual([1, 2]);
    rooms.leaveAll(member);
    await clock.advance(500);
    expect(clock.pending).toBe(0);
  });

  it("shows who is there once the store has answered, and nobody who left meanwhile", async () => {
    const { clock, nodes } = twoNodes(1);
    const [here = node(), there = node()] = nodes;
    const [a, b, brief] = [new Recorder("a"), new Recorder("b"), new Recorder("brief")];
    const joins = [join(here.rooms, a, { room: "seen/a" }), join(there.rooms, b, { room: "seen/a" })];
    await clock.advance(500);
    await Promise.all(joins);
    const third = Promise.resolve(here.rooms.join(brief, { room: "seen/a" }));
    await clock.advance(500);
    (await third).start();
    here.rooms.leaveAll(brief);
    await clock.advance(500);
    for (const recorder of [a, b]) {
      const present = new Set<string>();
      for (const { joined = [], left = [] } of recorder.presence()) {
        for (const { member } of joined) present.add(member);
        for (const member of left) present.delete(member);
      }
      expect([...present].sort()).toEqual(["a", "b"]);
    }
    expect(brief.frames).toEqual([]);
  });

  describe("tell a reader that is behind who is there", () => {
    const request = { room: "seen/a", presence: "x".repeat(900) };
    const pages = (reader: Recorder) => reader.presence().map(({ snapshot }) => snapshot);

    /** A room of more members than a page holds, and one to come, who takes one page. */
    async function crowded() {
      const { clock, nodes } = twoNodes(1);
      const [{ rooms } = node()] = nodes;
      const joins = Array.from({ length: 100 }, (_, i) => join(rooms, new Recorder(`m${i}`), request));
      await clock.advance(500);
      await Promise.all(joins);
      await clock.advance(500);
      const slow = new Recorder("slow");
      slow.takes = 1;
      return { clock, rooms, slow };
    }

    it("[10.2] with nothing of an earlier snapshot after the answer to another join, whose own is still to come", async () => {
      const { clock, rooms, slow } = await crowded();
      await join(rooms, slow, request);
      await clock.advance(500);
      await join(rooms, slow, request);
      expect(pages(slow)).toEqual([3]);
      slow.relieve(100);
      await clock.advance(500);
      expect(pages(slow)).toEqual([3, 3, 2, 1, 0]);
    });

    it("[10.2] once, where it joins again before the store has answered", async () => {
      const { clock, rooms, slow } = await crowded();
      await join(rooms, slow, request);
      await join(rooms, slow, request);
      await clock.advance(500);
      slow.relieve(100);
      await clock.advance(500);
      // Among them what has changed meanwhile: the store tells of the reader itself.
      expect(pages(slow)).toEqual([3, 2, 1, 1, 0]);
    });
  });
});
