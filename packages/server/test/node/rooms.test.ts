import type { JoinResult } from "@tautline/protocol";
import type { ScriptedTransport } from "@tautline/testing";
import { describe, expect, it } from "vitest";
import { brokers, cluster, offsetsOf, type ServerNode } from "./nodes.js";

const room = "chat/lobby";

const publish = (node: ServerNode, text: string) =>
  void node.server.room("chat/:id", { id: "lobby" }).publish("message", { text, by: "app" });

/** What a peer's `$welcome` says of its first room. */
const joinedIn = (peer: ScriptedTransport) =>
  (peer.take("$welcome").data as { rooms: JoinResult[] }).rooms[0] as JoinResult;

describe.each(brokers)("a room over several nodes, on a broker that %s,", (_, wrap) => {
  it("[7.10] gives all members the same publications in the same order, whichever node they came from", async () => {
    const { a, b, c, clock } = cluster(wrap);
    const peers = [];
    for (const [i, node] of [a, b, c].entries())
      peers.push(await node.connect(`c${i}`, { rooms: [{ room }] }));
    for (let i = 0; i < 10; i++) publish([a, b, c][i % 3] as ServerNode, `${i}`);
    await clock.advance(50);
    const told = peers.map((peer) => peer.sent.filter(({ type }) => type === "message"));
    expect(told[0]?.map(({ offset }) => offset)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(told[1]?.map(({ data }) => data)).toEqual(told[0]?.map(({ data }) => data));
    expect(told[2]?.map(({ data }) => data)).toEqual(told[0]?.map(({ data }) => data));
  });

  it("[8.3] [8.4] loses nothing to a client that moves from node to node while others publish", async () => {
    const { a, b, c, clock } = cluster(wrap);
    const first = await a.connect("ada", { rooms: [{ room }] });
    const { epoch = "" } = joinedIn(first);
    const got: number[] = [];
    let peer = first;
    for (let attempt = 2; attempt <= 10; attempt++) {
      publish(c, `before ${attempt}`);
      await clock.advance(attempt % 3);
      peer.end(1006);
      got.push(...offsetsOf(peer));
      publish(a, `away ${attempt}`);
      publish(b, `away too ${attempt}`);
      await clock.advance(attempt % 2);
      const position = { epoch, offset: got.at(-1) ?? 0 };
      peer = await ([a, b, c][attempt % 3] as ServerNode).connect("ada", {
        attempt,
        rooms: [{ room, ...position }],
      });
      await clock.advance(10);
      expect(joinedIn(peer)).toMatchObject({ recovered: true, offset: position.offset });
    }
    await clock.advance(50);
    got.push(...offsetsOf(peer));
    expect(got).toEqual(Array.from({ length: 27 }, (_, i) => i + 1));
  });

  it("shows each member on every node, once, and tells that one has left its last", async () => {
    const { a, b, clock } = cluster(wrap);
    const here = await a.connect("ada", { rooms: [{ room, presence: { name: "Ada" } }] });
    await b.connect("bob", { rooms: [{ room, presence: { name: "Bob" } }] });
    await clock.advance(200);
    const names = async (node: ServerNode) => {
      const members = node.server.room("chat/:id", { id: "lobby" }).members();
      await clock.advance(10);
      return (await members).map(({ state }) => (state as { name: string }).name).sort();
    };
    expect([await names(a), await names(b)]).toEqual([
      ["Ada", "Bob"],
      ["Ada", "Bob"],
    ]);
    here.end(1000);
    await clock.advance(200);
    expect(await names(b)).toEqual(["Bob"]);
  });

  it("[8.2] begins a new epoch where the broker has lost its data, and tells members that a gap is there", async () => {
    const { a, b, engine, clock } = cluster(wrap);
    const peer = await a.connect("ada", { rooms: [{ room }] });
    publish(b, "old");
    await clock.advance(20);
    engine.history.clear();
    publish(b, "new");
    await clock.advance(2_000);
    const [gap] = peer.sent.filter(({ type }) => type === "$gap");
    expect(gap?.data).toMatchObject({ reason: "new-epoch", offset: 0 });
    expect(offsetsOf(peer)).toEqual([1, 1]);
  });
});

describe("the nodes of one broker", () => {
  it("are given only what their members need: a room without members on a node costs it nothing", async () => {
    const { a, b, engine, clock } = cluster();
    const channels: string[] = [];
    const { subscribe } = engine;
    engine.subscribe = (channel, subscriber) => {
      channels.push(channel);
      return subscribe.call(engine, channel, subscriber);
    };
    await a.connect("ada", { rooms: [{ room }] });
    expect(channels.filter((channel) => channel === room)).toHaveLength(1);
    await b.connect("bob");
    publish(b, "1");
    await clock.advance(10);
    expect(channels.filter((channel) => channel === room)).toHaveLength(1);
    expect(b.server.stats().rooms).toBe(0);
  });

  it("let go of everything when they close", async () => {
    const { a, b, c, clock, engine } = cluster();
    await a.connect("ada", { rooms: [{ room, presence: { name: "Ada" } }] });
    await Promise.all([a, b, c].map(({ server }) => server.close()));
    await clock.advance(60_000);
    expect(await engine.presence.list(room)).toEqual([]);
    engine.close();
    expect(clock.pending).toBe(0);
  });
});
