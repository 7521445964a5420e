import { seededRandom, VirtualClock } from "@tautline/testing";
import { describe, expect, it } from "vitest";
import type { Broker, Subscriber } from "../../src/broker/broker.js";
import { MemoryBroker } from "../../src/broker/memory-broker.js";
import type { PresenceStore } from "../../src/broker/presence-store.js";
import { Recorder } from "./recorder.js";
import { join, node } from "./set-up.js";

const room = "seen/a";

/** A broker from which a node can be cut off: what changes meanwhile is never told to it. */
function cuttable() {
  const clock = new VirtualClock();
  const memory = new MemoryBroker({ clock, random: seededRandom(5) });
  const subscribers = new Set<Subscriber>();
  const line = { isCut: false };
  const { presence } = memory;
  const store: PresenceStore = {
    leaseMs: undefined,
    set: (lease) => presence.set(lease),
    remove: (name, connection) => presence.remove(name, connection),
    renew: (name) => presence.renew(name),
    list: (name) => presence.list(name),
    watch: (name, changed) => presence.watch(name, (change) => line.isCut || changed(change)),
  };
  const broker: Broker = {
    append: (...args) => memory.append(...args),
    publish: (...args) => memory.publish(...args),
    history: memory.history,
    presence: store,
    subscribe: (channel, subscriber) => {
      subscribers.add(subscriber);
      return memory.subscribe(channel, subscriber);
    },
    close: () => memory.close(),
  };
  const heal = () => {
    line.isCut = false;
    for (const subscriber of subscribers) subscriber.interrupted();
  };
  const here = node({ broker, clock, name: "here" });
  const there = node({ broker: memory, clock, name: "there" });
  return { clock, memory, line, heal, here, there };
}

describe("presence on a node that was cut off from its broker (F-28)", () => {
  it("is what the store says once the node hears it again", async () => {
    const { clock, line, heal, here, there } = cuttable();
    const watcher = new Recorder("w");
    const [goes, stays, comes] = [new Recorder("goes"), new Recorder("stays"), new Recorder("comes")];
    await join(here.rooms, watcher, { room });
    for (const member of [goes, stays]) await join(there.rooms, member, { room, presence: 1 });
    await clock.advance(100);
    watcher.frames.length = 0;
    line.isCut = true;
    there.rooms.leaveAll(goes);
    await join(there.rooms, comes, { room });
    await there.rooms.setPresence(stays, room, 2);
    await clock.advance(1_000);
    expect(watcher.presence()).toEqual([]);
    heal();
    await clock.advance(100);
    expect(watcher.presence()).toMatchObject([
      { joined: [{ member: "comes" }], left: ["goes"], updated: [{ member: "stays", state: 2 }] },
    ]);
  });

  it("has its own members again, whose leases have ended meanwhile", async () => {
    const { clock, memory, line, heal, here, there } = cuttable();
    const [watcher, member] = [new Recorder("w"), new Recorder("m")];
    await join(there.rooms, watcher, { room });
    await join(here.rooms, member, { room, presence: 1 });
    await clock.advance(100);
    line.isCut = true;
    memory.presence.remove(room, member.id);
    await clock.advance(1_000);
    expect(watcher.presence().at(-1)).toMatchObject({ left: ["m"] });
    heal();
    await clock.advance(200);
    expect(watcher.presence().at(-1)).toMatchObject({ joined: [{ member: "m", state: 1 }] });
    expect(await there.rooms.members(room)).toHaveLength(2);
    expect(member.presence().filter(({ left }) => left)).toEqual([]);
  });

  it("keeps those whose leases ended while the process stood still, and tells nobody that they left", async () => {
    const { clock, memory, here } = cuttable();
    const [watcher, member] = [new Recorder("w"), new Recorder("m")];
    for (const each of [watcher, member]) await join(here.rooms, each, { room });
    await clock.advance(100);
    const before = watcher.frames.length;
    memory.presence.remove(room, member.id);
    await clock.advance(1_000);
    expect(watcher.frames).toHaveLength(before);
    expect(await here.rooms.members(room)).toHaveLength(2);
  });
});
