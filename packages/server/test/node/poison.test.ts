import { utf8Length } from "@tautline/protocol";
import { seededRandom, VirtualClock } from "@tautline/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MemoryBroker, type Payload } from "../../src/broker/index.js";
import { forwarding } from "../support/forwarding.js";
import { closedWith, nodeOn, offsetsOf } from "./nodes.js";

const room = "chat/lobby";
const retention = { size: 100, bytes: 10_000_000 };

/** What a stranger may write where publications are. */
const poison: readonly (readonly [string, Payload])[] = [
  ["no JSON", payloadOf("hello")],
  ["half an envelope", payloadOf('{"type":"message","data":')],
  ["an envelope and a space", payloadOf('{"type":"message"} ')],
  ["two envelopes", payloadOf('{"type":"message"},{"type":"message"}')],
  ["an array", payloadOf("[1]")],
  ["no type", payloadOf('{"data":1}')],
  ["a message of the protocol", payloadOf('{"type":"$gap","data":{}}')],
  ["a key __proto__", payloadOf('{"type":"message","data":{"__proto__":1}}')],
  ["data nested too deep", payloadOf(`{"type":"message","data":${"[".repeat(99)}${"]".repeat(99)}}`)],
  ["a length that is another", { payload: '{"type":"message"}', byteLength: 5 }],
  ["bytes that are no text", { payload: Uint8Array.of(0xff, 0x7d), byteLength: 2 }],
  ["nothing", { payload: undefined as unknown as string, byteLength: 0 }],
];

function payloadOf(text: string): Payload {
  return { payload: text, byteLength: utf8Length(text) };
}

/** A server on an engine to which a stranger can write, and a member in its room. */
async function setUp() {
  const clock = new VirtualClock();
  const engine = new MemoryBroker({ clock, random: seededRandom(1) });
  const { server, connect, failures } = nodeOn(forwarding(engine), clock);
  const member = await connect("ada", { rooms: [{ room, presence: { name: "Ada" } }] });
  await clock.advance(200);
  const publish = () =>
    server.room("chat/:id", { id: "lobby" }).publish("message", { text: "hi", by: "app" });
  /** Offsets, and gaps as what is missing. */
  const story = (peer = member) =>
    peer.sent.flatMap(({ type, offset, data }) => {
      if (type !== "$gap") return offset === undefined ? [] : [`${offset}`];
      const { from, to, reason } = data as { from: number; to: number; reason: string };
      return [`${reason} ${from}-${to}`];
    });
  return { clock, engine, server, connect, failures, member, publish, story };
}

describe.each(poison)("what a stranger writes into the engine (A-110): %s", (_, payload) => {
  it("is left out where nobody keeps it, and counted", async () => {
    const { clock, engine, server, member, publish, failures } = await setUp();
    engine.publish(room, payload);
    engine.publish(room, { ...payload, volatile: true, conflate: "k" });
    await publish();
    await clock.advance(10);
    expect(offsetsOf(member)).toEqual([1]);
    expect(closedWith(member)).toBeUndefined();
    expect(server.stats().totals.brokerMessagesIgnored).toBe(2);
    expect(failures).toEqual([]);
  });

  it("is a gap where it is kept, for who is there and for who comes back, and what is around it is given", async () => {
    const { clock, engine, connect, member, publish, story, failures } = await setUp();
    await publish();
    const { epoch } = engine.history.open(room, retention);
    for (let i = 0; i < 2; i++) engine.append(room, payload, { retention });
    await publish();
    engine.append(room, payload, { retention });
    await publish();
    await clock.advance(3_000);
    expect(story()).toEqual(["1", "trimmed 2-2", "trimmed 3-3", "4", "trimmed 5-5", "6"]);
    const back = await connect("bob", { rooms: [{ room, epoch, offset: 0 }] });
    await clock.advance(3_000);
    expect(story(back)).toEqual(["1", "trimmed 2-3", "4", "trimmed 5-5", "6"]);
    expect([closedWith(member), closedWith(back)]).toEqual([undefined, undefined]);
    expect(failures).toEqual([]);
  });

  it("is left out of the newest that a program asks for", async () => {
    const { server, engine, publish } = await setUp();
    await publish();
    engine.append(room, payload, { retention });
    await publish();
    const history = await server.room("chat/:id", { id: "lobby" }).history({ last: 10 });
    expect(history.map(({ offset }) => offset)).toEqual([1, 3]);
  });
});

describe("what a stranger writes into the engine (A-110)", () => {
  it("is left out where it is more than a client takes", async () => {
    const { clock, engine, server, member } = await setUp();
    engine.publish(room, payloadOf(`{"type":"message","data":"${"x".repeat(1_048_576)}"}`));
    engine.publish(room, payloadOf('{"type":"message","data":1}'));
    await clock.advance(10);
    expect(member.sent.filter(({ type }) => type === "message").map(({ data }) => data)).toEqual([1]);
    expect(server.stats().totals.brokerMessagesIgnored).toBe(1);
  });
});

describe("what a stranger writes into who is present (A-110)", () => {
  it.each([
    ["nothing", undefined],
    ["a member without a name", { user: "u" }],
    ["a member with a name that is none", { user: "u", member: 5 }],
    ["a state that is too large", { user: "u", member: "m", state: "x".repeat(2_000) }],
    ["a state that JSON cannot say", { user: "u", member: "m", state: 1n }],
    [
      "a state nested too deep",
      { user: "u", member: "m", state: JSON.parse("[".repeat(99) + "]".repeat(99)) },
    ],
  ])("is left out: %s", async (_, entry) => {
    const { clock, engine, server, member, connect, failures } = await setUp();
    const stranger = forwarding(engine);
    stranger.presence.list = () => [entry as never];
    const other = nodeOn(stranger, clock);
    const there = await other.connect("bob", { rooms: [{ room, presence: { name: "Bob" } }] });
    for (const lease of [{ room, node: "x", connection: "x", attempt: 1 }])
      if (entry && "state" in entry) engine.presence.set({ ...lease, entry: entry as never });
    const another = await connect("cleo", { rooms: [{ room, presence: { name: "Cleo" } }] });
    await clock.advance(1_000);
    expect([closedWith(member), closedWith(there), closedWith(another)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect([...failures, ...other.failures]).toEqual([]);
    expect(other.server.stats().totals.brokerMessagesIgnored).toBeGreaterThan(0);
    const members = await server.room("chat/:id", { id: "lobby" }).members();
    expect(members.map(({ state }) => state)).toEqual([{ name: "Ada" }, { name: "Bob" }, { name: "Cleo" }]);
  });
});

describe("whatever is written into the engine", () => {
  it("ends no connection and reaches nobody as anything but an envelope", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(fc.json(), fc.string())), fc.boolean(), async (texts, isKept) => {
        const { clock, engine, member, publish, failures } = await setUp();
        for (const text of texts) {
          if (isKept) engine.append(room, payloadOf(text), { retention });
          else engine.publish(room, payloadOf(text));
        }
        await publish();
        await clock.advance(3_000);
        expect(closedWith(member)).toBeUndefined();
        expect(failures).toEqual([]);
        expect(offsetsOf(member).at(-1)).toBe(isKept ? texts.length + 1 : 1);
      }),
      { numRuns: 30 },
    );
  });
});
