import type { JoinRefusal, JoinResult } from "@tautline/protocol";
import { type ScriptedTransport, seededRandom, VirtualClock } from "@tautline/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { MemoryBroker } from "../../src/broker/index.js";
import type { LogRecord } from "../../src/index.js";
import { type BrokerFault, BrokerFaults } from "../support/broker-faults.js";
import type { ChatOptions } from "../support/serving.js";
import { closedWith, nodeOn, offsetsOf } from "./nodes.js";

const room = "chat/lobby";
const faults: readonly BrokerFault[] = ["throws", "rejects", "hangs"];

const lost: unknown[] = [];
const keep = (error: unknown) => lost.push(error);
beforeEach(() => void process.on("unhandledRejection", keep));
afterEach(() => {
  process.off("unhandledRejection", keep);
  expect(lost.splice(0)).toEqual([]);
});

/** A server on a broker that can fail, and is well at first. */
function setUp(options: ChatOptions = {}) {
  const clock = new VirtualClock();
  const engine = new MemoryBroker({ clock, random: seededRandom(1), presenceLeaseMs: 30_000 });
  const faulty = new BrokerFaults(engine);
  const records: LogRecord[] = [];
  const node = nodeOn(faulty.broker, clock, {
    random: seededRandom(2),
    log: (record) => records.push(record),
    ...options,
  });
  const events = () => records.map(({ event }) => event).filter((event) => event.startsWith("broker."));
  return { ...node, clock, engine, faulty, events, lobby: node.server.room("chat/:id", { id: "lobby" }) };
}

const roomsOf = (peer: ScriptedTransport) =>
  (peer.take("$welcome").data as { rooms: (JoinResult | JoinRefusal)[] }).rooms;

describe.each(faults)("a broker that %s while the server runs (F-20, A-102)", (fault) => {
  it("ends nobody's connection, and makes publishing and joining UNAVAILABLE within the deadline", async () => {
    const { server, connect, clock, faulty, lobby, failures } = setUp();
    const member = await connect("ada", { rooms: [{ room }] });
    faulty.fault = fault;
    const published = (async () => lobby.publish("message", { text: "hi", by: "app" }))();
    const refused = expect(published).rejects.toMatchObject({ code: "UNAVAILABLE" });
    const broadcast = (async () => server.broadcast("notice", { text: "hi" }))();
    const untold = expect(broadcast).rejects.toMatchObject({ code: "UNAVAILABLE" });
    member.send({ type: "$join", id: 7, data: { room: "chat/other" } });
    member.send({ type: "ping" });
    await clock.advance(5_000);
    await Promise.all([refused, untold]);
    expect(member.take("pong")).toBeDefined();
    expect(member.take("$error")).toMatchObject({ id: 7, error: { code: "UNAVAILABLE" } });
    expect(JSON.stringify(member.sent)).not.toContain("redis.internal");
    expect(closedWith(member)).toBeUndefined();
    expect(member.sent.map(({ type }) => type)).not.toContain("notice");
    expect(failures).toHaveLength(1);
  });

  it("is told once, shown in the figures, and told again when it works", async () => {
    const { server, connect, clock, faulty, lobby, events, failures } = setUp();
    const publish = async () => lobby.publish("message", { text: "hi", by: "app" });
    expect(server.stats().degraded).toBe(false);
    await connect("ada", { rooms: [{ room }] });
    faulty.fault = fault;
    for (let i = 0; i < 20; i++) publish().catch(() => undefined);
    await clock.advance(12_000);
    expect(server.stats().degraded).toBe(true);
    faulty.fault = undefined;
    // What hangs from before is still to fail.
    await clock.advance(5_000);
    await publish();
    await clock.advance(5_000);
    await publish();
    expect(server.stats().degraded).toBe(false);
    expect(events()).toEqual(["broker.degraded", "broker.recovered"]);
    expect(failures).toHaveLength(1);
  });

  it("loses nothing to members once it works again and has told them that they may have missed something", async () => {
    const { connect, clock, faulty, engine } = setUp();
    const member = await connect("ada", { rooms: [{ room }] });
    const retention = { size: 100, bytes: 1_000_000 };
    const append = () =>
      engine.append(room, { payload: '{"type":"message"}', byteLength: 18 }, { retention });
    append();
    faulty.fault = fault;
    append();
    await clock.advance(10_000);
    faulty.fault = undefined;
    append();
    await clock.advance(10_000);
    expect(offsetsOf(member)).toEqual([1, 2, 3]);
  });

  it("shows a member to all, and all to it, once it works again", async () => {
    const { connect, clock, faulty } = setUp();
    const early = await connect("ada", { rooms: [{ room, presence: { name: "Ada" } }] });
    const { set } = faulty.broker.presence;
    const wellAgain = clock.monotonic() + 8_000;
    Object.assign(faulty.broker.presence, {
      set: (...given: Parameters<typeof set>) => {
        faulty.fault = clock.monotonic() < wellAgain ? fault : undefined;
        const result = set(...given);
        faulty.fault = undefined;
        return result;
      },
    });
    const late = await connect("bob", { rooms: [{ room, presence: { name: "Bob" } }] });
    await clock.advance(30_000);
    for (const peer of [early, late]) {
      const told = peer.sent.filter(({ type }) => type === "$presence");
      expect(JSON.stringify(told)).toContain("Ada");
      expect(JSON.stringify(told)).toContain("Bob");
    }
  });

  it("lets the server close", async () => {
    const { server, connect, clock, faulty } = setUp();
    await connect("ada", { rooms: [{ room, presence: { name: "Ada" } }] });
    faulty.fault = fault;
    const closed = server.close();
    await clock.advance(60_000);
    await closed;
    expect(clock.pending).toBe(0);
  });
});

describe.each(faults)("a broker that %s when the server starts (F-20)", (fault) => {
  it("refuses clients for now, since nobody could say what became of their messages, and admits them later", async () => {
    const { connect, clock, faulty } = setUp();
    faulty.fault = fault;
    const early = await connect("ada", { rooms: [{ room }] });
    await clock.advance(20_000);
    expect(early.take("$error")).toMatchObject({ error: { code: "UNAVAILABLE" } });
    expect(closedWith(early)).toBe(1013);
    faulty.fault = undefined;
    const later = await connect("ada", { attempt: 2, rooms: [{ room }] });
    await clock.advance(2_000);
    expect(roomsOf(later)).toContainEqual(expect.objectContaining({ room, recovered: false, head: 0 }));
  });

  it("that remembers no messages admits clients, refuses their rooms, and handles what needs no broker", async () => {
    const clock = new VirtualClock();
    const { claims: _, ...rest } = new BrokerFaults(new MemoryBroker({ clock })).broker;
    const faulty = new BrokerFaults({ ...rest, claims: undefined });
    const { server, connect } = nodeOn(faulty.broker, clock, {});
    server.handle("rename", ({ data }) => data);
    faulty.fault = fault;
    const peer = await connect("ada", { rooms: [{ room }] });
    await clock.advance(20_000);
    expect(roomsOf(peer)).toContainEqual({ room, error: expect.objectContaining({ code: "UNAVAILABLE" }) });
    peer.send({ type: "rename", id: 1, data: { name: "Ada" } });
    await clock.advance(10);
    expect(peer.take("$reply").data).toEqual({ name: "Ada" });
    faulty.fault = undefined;
    await clock.advance(2_000);
    peer.send({ type: "$join", id: 2, data: { room } });
    await clock.advance(10);
    expect(peer.take("$joined").data).toMatchObject({ room, head: 0 });
  });
});

describe("a broker that is slow (F-25)", () => {
  it("is asked for so much at once: the rest fails at once, and what was asked is done", async () => {
    const { server, connect, clock, faulty, lobby } = setUp({ limits: { brokerCalls: 10 } });
    const member = await connect("ada", { rooms: [{ room }] });
    const { append } = faulty.broker;
    faulty.broker.append = (...given) =>
      new Promise((resolve) => clock.setTimeout(() => resolve(append(...given)), 4_000));
    const fates: string[] = [];
    const publish = async () => lobby.publish("message", { text: "hi", by: "app" });
    const publishTwenty = () => {
      for (let i = 0; i < 20; i++)
        publish().then(
          () => fates.push("published"),
          ({ code }) => fates.push(code),
        );
    };
    publishTwenty();
    await clock.settle();
    expect(fates).toEqual(Array.from({ length: 10 }, () => "UNAVAILABLE"));
    expect(server.stats()).toMatchObject({
      degraded: true,
      totals: { limits: { "limits.brokerCalls": 10 } },
    });
    await clock.advance(4_000);
    publishTwenty();
    await clock.advance(4_000);
    expect(fates.filter((fate) => fate === "published")).toHaveLength(20);
    expect(offsetsOf(member)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
  });

  it("frees the place of a call that is never answered when its deadline has passed", async () => {
    const { connect, clock, faulty, lobby } = setUp({ limits: { brokerCalls: 1 } });
    await connect("ada", { rooms: [{ room }] });
    const publish = async () => lobby.publish("message", { text: "hi", by: "app" });
    faulty.fault = "hangs";
    const late = expect(publish()).rejects.toMatchObject({ code: "UNAVAILABLE" });
    faulty.fault = undefined;
    await expect(publish()).rejects.toMatchObject({ code: "UNAVAILABLE" });
    await clock.advance(5_000);
    await late;
    await expect(publish()).resolves.toMatchObject({ offset: 1 });
  });

  it("is still told what ends: nothing is left behind in it", async () => {
    const { connect, clock, faulty, lobby, engine } = setUp({ limits: { brokerCalls: 1 } });
    const member = await connect("ada", { rooms: [{ room, presence: { name: "Ada" } }] });
    faulty.fault = "hangs";
    const late = expect(
      (async () => lobby.publish("message", { text: "hi", by: "app" }))(),
    ).rejects.toMatchObject({ code: "UNAVAILABLE" });
    faulty.fault = undefined;
    expect(await engine.presence.list(room)).toHaveLength(1);
    member.send({ type: "$leave", id: 1, data: { room } });
    await clock.settle();
    expect(await engine.presence.list(room)).toHaveLength(0);
    await clock.advance(5_000);
    await late;
  });
});

describe("a subscription that a broker confirms too late", () => {
  it("is ended again, since nobody knows of it", async () => {
    const { connect, clock, faulty } = setUp();
    let confirm: () => void = () => undefined;
    const subscribed: string[] = [];
    const { subscribe } = faulty.broker;
    faulty.broker.subscribe = async (channel, subscriber) => {
      const subscription = await subscribe(channel, subscriber);
      subscribed.push(channel);
      if (channel === room) await new Promise<void>((resolve) => (confirm = resolve));
      return {
        unsubscribe: () => {
          subscribed.splice(subscribed.indexOf(channel), 1);
          return subscription.unsubscribe();
        },
      };
    };
    await connect("ada", { rooms: [{ room }] });
    await clock.advance(5_000);
    expect(subscribed).toContain(room);
    confirm();
    await clock.settle();
    expect(subscribed).not.toContain(room);
  });
});
