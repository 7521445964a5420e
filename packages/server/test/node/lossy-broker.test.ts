import { seededRandom, VirtualClock } from "@tautline/testing";
import { describe, expect, it } from "vitest";
import { type Delivery, MemoryBroker } from "../../src/broker/index.js";
import { forwarding } from "../support/forwarding.js";
import { nodeOn, offsetsOf } from "./nodes.js";

const room = "chat/lobby";

/** A server whose engine hands on deliveries as `carry` wants, and two members in one room. */
async function setUp(carry: (delivery: Delivery, hand: (delivery: Delivery) => void) => void) {
  const clock = new VirtualClock();
  const engine = new MemoryBroker({ clock, random: seededRandom(1) });
  const broker = forwarding(engine);
  const reads: string[] = [];
  broker.subscribe = (channel, subscriber) => {
    if (channel !== room) return engine.subscribe(channel, subscriber);
    return engine.subscribe(channel, {
      delivered: (delivery) => carry(delivery, (changed) => subscriber.delivered(changed)),
      interrupted: (cause) => subscriber.interrupted(cause),
    });
  };
  broker.history.read = (stream, range, retention) => {
    reads.push(stream);
    return engine.history.read(stream, range, retention);
  };
  const { server, connect, failures } = nodeOn(broker, clock);
  const members = [
    await connect("ada", { rooms: [{ room }] }),
    await connect("bob", { rooms: [{ room, last: 5 }] }),
  ] as const;
  const publish = () =>
    server.room("chat/:id", { id: "lobby" }).publish("message", { text: "hi", by: "app" });
  return { clock, engine, server, members, publish, failures, reads, connect };
}

describe("a broker that delivers", () => {
  it("twice, and again what is old: each member gets it once (F-27)", async () => {
    const old: Delivery[] = [];
    const { clock, members, publish } = await setUp((delivery, hand) => {
      old.push(delivery);
      for (const again of [...old, delivery]) hand(again);
    });
    for (let i = 0; i < 5; i++) await publish();
    await clock.advance(100);
    for (const member of members) expect(offsetsOf(member)).toEqual([1, 2, 3, 4, 5]);
  });

  it("with holes: what is missing is read from history, in order (F-23)", async () => {
    let count = 0;
    const { clock, members, publish } = await setUp((delivery, hand) => {
      if (++count % 3 === 0) hand(delivery);
    });
    for (let i = 0; i < 6; i++) await publish();
    await clock.advance(100);
    for (const member of members) expect(offsetsOf(member)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("in another order: members get the right one", async () => {
    const held: Delivery[] = [];
    const { clock, members, publish } = await setUp((delivery, hand) => {
      held.push(delivery);
      if (held.length === 3) for (const late of held.splice(0).reverse()) hand(late);
    });
    for (let i = 0; i < 6; i++) await publish();
    await clock.advance(100);
    for (const member of members) expect(offsetsOf(member)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("nothing any more, and does not say so: members get it from history within half a minute (F-22, F-23)", async () => {
    let isSilent = false;
    const { clock, members, publish, failures } = await setUp((delivery, hand) => isSilent || hand(delivery));
    await publish();
    isSilent = true;
    await publish();
    await publish();
    await clock.advance(100);
    expect(offsetsOf(members[0])).toEqual([1]);
    await clock.advance(33_000);
    for (const member of members) expect(offsetsOf(member)).toEqual([1, 2, 3]);
    await publish();
    await clock.advance(33_000);
    for (const member of members) expect(offsetsOf(member)).toEqual([1, 2, 3, 4]);
    isSilent = false;
    await publish();
    await clock.advance(100);
    for (const member of members) expect(offsetsOf(member)).toEqual([1, 2, 3, 4, 5]);
    expect(failures).toEqual([]);
  });

  it("nothing of a new life of the stream: members are told of the gap (F-21)", async () => {
    let isSilent = false;
    const { clock, engine, members, publish } = await setUp((delivery, hand) => isSilent || hand(delivery));
    await publish();
    isSilent = true;
    engine.history.clear();
    await publish();
    await clock.advance(35_000);
    for (const member of members) {
      expect(member.sent.find(({ type }) => type === "$gap")?.data).toMatchObject({ reason: "new-epoch" });
      expect(offsetsOf(member)).toEqual([1, 1]);
    }
  });
});

describe("looking whether deliveries come", () => {
  it("costs one short read a stream and half minute, and nothing without members", async () => {
    const { clock, members, publish, reads, connect, server, engine } = await setUp((delivery, hand) =>
      hand(delivery),
    );
    for (let i = 0; i < 40; i++) await connect(`c${i}`, { rooms: [{ room: `chat/${i}` }] });
    await publish();
    await clock.advance(30_000);
    reads.length = 0;
    await clock.advance(60_000);
    const rooms = reads.filter((stream) => stream.startsWith("chat/"));
    expect(rooms.filter((stream) => stream === room)).toHaveLength(2);
    expect(rooms.length).toBeLessThanOrEqual(2 * 45);
    expect(offsetsOf(members[0])).toEqual([1]);
    await server.close();
    engine.close();
    await clock.advance(100);
    expect(clock.pending).toBe(0);
  });
});
