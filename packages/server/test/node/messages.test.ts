import { describe, expect, it } from "vitest";
import { deferred } from "../support/serving.js";
import { brokers, cluster, offsetsOf } from "./nodes.js";

const room = "chat/lobby";
const say = (id: number, text: string) => ({ type: "say", id, room, data: { text } });

describe.each(brokers)("a client's messages over several nodes, on a broker that %s,", (_, wrap) => {
  it("[9.6] are handled once, and a repeat on another node gets the answer of the first (F-32)", async () => {
    const { a, b, clock } = cluster(wrap);
    const runs: string[] = [];
    for (const [name, { server }] of Object.entries({ a, b }))
      server.handle("rename", ({ data }) => {
        runs.push(name);
        return { name: `${data.name} of ${name}` };
      });
    const first = await a.connect("ada");
    first.send({ type: "rename", id: 1, data: { name: "Ada" } });
    await clock.advance(10);
    expect(first.take("$reply")).toBeDefined();
    first.end(1006);
    const second = await b.connect("ada", { attempt: 2, welcomed: 1 });
    expect(second.take("$welcome").data).toMatchObject({ resumed: true });
    second.send({ type: "rename", id: 1, data: { name: "Ada" } });
    second.send({ type: "rename", id: 2, data: { name: "Eve" } });
    await clock.advance(10);
    expect(second.take("$reply")).toMatchObject({ id: 1, data: { name: "Ada of a" } });
    expect(second.take("$reply")).toMatchObject({ id: 2, data: { name: "Eve of b" } });
    expect(runs).toEqual(["a", "b"]);
  });

  it("[9.6] are not begun again elsewhere while their handler still works: the repeat waits for it", async () => {
    const { a, b, clock } = cluster(wrap);
    const work = deferred();
    let runs = 0;
    for (const { server } of [a, b])
      server.handle("rename", async ({ data }) => {
        runs++;
        await work.promise;
        return data;
      });
    const first = await a.connect("ada");
    first.send({ type: "rename", id: 1, data: { name: "Ada" } });
    await clock.advance(10);
    const second = await b.connect("ada", { attempt: 2 });
    second.send({ type: "rename", id: 1, data: { name: "Ada" } });
    await clock.advance(1_000);
    expect(second.sent.map(({ type }) => type)).not.toContain("$reply");
    work.resolve();
    await clock.advance(10);
    expect(second.take("$reply")).toMatchObject({ id: 1, data: { name: "Ada" } });
    expect(runs).toBe(1);
  });

  it("are published once, though both nodes were asked to (U4)", async () => {
    const { a, b, c, clock } = cluster(wrap);
    const reader = await c.connect("bob", { rooms: [{ room }] });
    const first = await a.connect("ada", { rooms: [{ room }] });
    first.send(say(1, "once"));
    const second = await b.connect("ada", { attempt: 2, rooms: [{ room }] });
    second.send(say(1, "once"));
    await clock.advance(50);
    expect(second.take("$ack")).toMatchObject({ id: 1 });
    expect(offsetsOf(reader)).toEqual([1]);
  });

  it("what is sent to a user reaches every device on every node, and one that was away on the node it comes to", async () => {
    const { a, b, c, clock } = cluster(wrap, { authenticate: () => ({ id: "u1" }) });
    const phone = await a.connect("phone");
    const laptop = await b.connect("laptop");
    const send = async (text: string) => {
      const sent = c.server.user("u1").send("notice", { text });
      await clock.advance(10);
      await sent;
    };
    await send("one");
    const texts = (peer: typeof phone) =>
      peer.sent.flatMap(({ type, data }) => (type === "notice" ? [(data as { text: string }).text] : []));
    expect([texts(phone), texts(laptop)]).toEqual([["one"], ["one"]]);
    const rooms = (phone.take("$welcome").data as { rooms: { room: string; epoch: string }[] }).rooms;
    const { epoch = "" } = rooms.find((joined) => joined.room === "$user") ?? {};
    phone.end(1006);
    await send("two");
    const back = await b.connect("phone", { attempt: 2, rooms: [{ room: "$user", epoch, offset: 1 }] });
    await send("three");
    expect([texts(back), texts(laptop)]).toEqual([
      ["two", "three"],
      ["one", "two", "three"],
    ]);
  });
});
