import type { Envelope } from "@tautline/protocol";
import { ScriptedTransport, seededRandom, VirtualClock } from "@tautline/testing";
import { describe, expect, it } from "vitest";
import { cluster } from "./node/nodes.js";
import { type ChatOptions, chatServer } from "./support/serving.js";

const request = { url: "/", headers: {}, remoteAddress: "192.0.2.1" };

/** A server on which every client is the user its token names. */
function serving(options: ChatOptions = {}) {
  const clock = new VirtualClock();
  const server = chatServer({
    ...{ clock, random: seededRandom(1) },
    authenticate: ({ token, request: { url } }) => ({ id: token ?? url.slice(1) }),
    ...options,
  });
  let clients = 0;
  const full = async (user: string, rooms: readonly object[] = []) => {
    const transport = new ScriptedTransport();
    server.accept(transport, request);
    const client = `client-0123456789-${clients++}`;
    transport.send({ type: "$hello", data: { client, attempt: 1, token: user, rooms } });
    await clock.settle();
    return transport;
  };
  const plain = async (user: string) => {
    const transport = new ScriptedTransport("");
    server.accept(transport, { ...request, url: `/${user}` });
    await clock.settle();
    return transport;
  };
  const tell = async (user: string, text: string) => {
    const sent = await server.user(user).send("notice", { text });
    await clock.settle();
    return sent;
  };
  return { clock, server, full, plain, tell };
}

/** What a full peer's `$welcome` says of the user's own stream. */
function own(peer: ScriptedTransport): { epoch?: string; offset?: number } {
  const [welcome] = peer.sent;
  const { rooms } = (welcome as Envelope).data as { rooms: { room: string }[] };
  return rooms.find(({ room }) => room === "$user") as object;
}

const notices = (peer: ScriptedTransport) =>
  peer.sent.flatMap(({ type, data, offset }: Envelope) =>
    type === "notice" ? [[offset, (data as { text: string }).text]] : [],
  );

describe("an event to a user", () => {
  it("[8.12] reaches every device, with its place in the user's own stream, and nobody else", async () => {
    const { full, plain, tell } = serving();
    const [phone, laptop, bare] = [await full("ada"), await full("ada"), await plain("ada")];
    const other = await full("bob");
    expect(own(phone)).toMatchObject({ room: "$user", offset: 0, head: 0, recovered: false });
    const { epoch } = own(phone);
    expect(await tell("ada", "hi")).toMatchObject({ epoch, offset: 1 });
    for (const peer of [phone, laptop])
      expect(peer.take("notice")).toMatchObject({ room: "$user", offset: 1, data: { text: "hi" } });
    const { type, data, timestamp, ...more } = bare.take("notice");
    expect({ type, data, more }).toEqual({ type: "notice", data: { text: "hi" }, more: {} });
    expect(timestamp).toBeTypeOf("number");
    expect(other.sent.map((envelope) => envelope.type)).toEqual(["$welcome"]);
  });

  it("[8.4] [8.12] is recovered by a device that was away, as in a room", async () => {
    const { full, tell, clock } = serving();
    const phone = await full("ada");
    await tell("ada", "1");
    phone.end(1006);
    await clock.settle();
    await tell("ada", "2");
    await tell("ada", "3");
    const back = await full("ada", [{ room: "$user", epoch: own(phone).epoch, offset: 1 }]);
    expect(own(back)).toMatchObject({ recovered: true, offset: 1, head: 3 });
    expect(notices(back)).toEqual([
      [2, "2"],
      [3, "3"],
    ]);
  });

  it("is kept also where the user has never been here; a new device gets so many as the options say", async () => {
    const { full, tell } = serving({ users: { history: { size: 2 }, onJoin: { last: 10 } } });
    for (const text of ["1", "2", "3"]) expect(await tell("ada", text)).toBeDefined();
    expect(notices(await full("ada"))).toEqual([
      [2, "2"],
      [3, "3"],
    ]);
  });

  it("[8.5] [8.9] is told as lost where it is not kept any more, and comes without a place where nothing is kept", async () => {
    const short = serving({ users: { history: { size: 1 } } });
    const { epoch } = own(await short.full("ada"));
    for (const text of ["1", "2"]) await short.tell("ada", text);
    const late = await short.full("ada", [{ room: "$user", epoch, offset: 0 }]);
    expect(own(late)).toMatchObject({ recovered: false, reason: "trimmed", offset: 2 });

    const none = serving({ users: { history: false } });
    const peer = await none.full("ada", [{ room: "$user", epoch, offset: 0 }]);
    expect(own(peer)).toEqual({ room: "$user", recovered: false, reason: "no-history" });
    expect(await none.tell("ada", "hi")).toBeUndefined();
    expect(notices(peer)).toEqual([[undefined, "hi"]]);
  });

  it("[8.11] that is volatile is not kept", async () => {
    const { server, full, plain, clock } = serving();
    const [peer, bare] = [await full("ada"), await plain("ada")];
    expect(await server.user("ada").send("tick")).toBeUndefined();
    await clock.settle();
    expect(peer.take("tick")).toMatchObject({ room: "$user" });
    expect(bare.take("tick")).not.toHaveProperty("room");
  });

  it("reaches the user's devices on all nodes, wherever it was sent", async () => {
    const { a, b, c, clock } = cluster(undefined, { authenticate: () => ({ id: "ada" }) });
    const peers = [await a.connect("phone"), await b.connect("laptop")];
    await c.server.user("ada").send("notice", { text: "hi" });
    await clock.advance(10);
    for (const peer of peers) expect(notices(peer)).toEqual([[1, "hi"]]);
  });
});

describe("a user's own stream", () => {
  it("[3.4] is no room: neither limits nor figures nor hooks count it", async () => {
    const { server, full, clock } = serving({ limits: { rooms: 1 } });
    const listed: unknown[] = [];
    server.on("connect", ({ connection }) => listed.push(connection.rooms));
    const peer = await full("ada", [{ room: "chat/a" }]);
    expect(listed).toEqual([["chat/a"]]);
    expect(server.stats()).toMatchObject({ rooms: 1, memberships: 1 });
    peer.end();
    await clock.settle();
    expect(server.stats()).toMatchObject({ rooms: 0, memberships: 0, catchingUp: 0 });
  });

  it("[7.4] [8.12] is joined by nobody else, by whatever name, and left by nobody", async () => {
    const { server, full, plain, tell, clock } = serving();
    let refused = 0;
    server.on("connect", async ({ connection, user }) => {
      if (user.id !== "eve") return;
      await connection.join("$user/ada").catch(() => refused++);
      if (!connection.leave("$user/eve")) refused++;
    });
    const [eve, bare] = [await full("eve", [{ room: "$user/ada" }]), await plain("eve")];
    for (const [id, room] of ["$user/ada", "$user/eve", "$user\u0000"].entries())
      eve.send({ type: "$join", id: id + 1, data: { room } });
    bare.send({ type: "$join", id: 1, data: { room: "$user" } });
    for (const [id, room] of ["$user", "$user/eve"].entries())
      eve.send({ type: "$leave", id: id + 4, data: { room } });
    await clock.settle();
    await tell("ada", "secret");
    await tell("eve", "hello");
    expect(refused).toBe(4);
    expect(notices(eve)).toEqual([[1, "hello"]]);
    expect(notices(bare)).toEqual([[undefined, "hello"]]);
    expect(bare.take("$error")).toMatchObject({ id: 1, error: { code: "UNKNOWN_ROOM" } });
    expect(eve.sent.filter(({ type }) => type === "$joined")).toEqual([]);
  });

  it("[8.10] is joined again from a position, by a peer that sees a hole", async () => {
    const { full, tell, clock } = serving();
    const peer = await full("ada");
    for (const text of ["1", "2"]) await tell("ada", text);
    const { epoch } = own(peer);
    peer.sent.splice(1);
    peer.send({ type: "$join", id: 1, data: { room: "$user", epoch, offset: 1 } });
    await clock.settle();
    expect(peer.take("$joined")).toMatchObject({ id: 1, data: { room: "$user", recovered: true } });
    expect(notices(peer)).toEqual([[2, "2"]]);
  });

  it.each(["a/b", "$user", "../ada", "ünï", "__proto__", "*>.{}"])(
    "belongs to the user %s alone",
    async (user) => {
      const { full, tell } = serving();
      const [peer, other] = [await full(user), await full(`${user}/`)];
      await tell(user, "hi");
      expect(notices(peer)).toEqual([[1, "hi"]]);
      expect(notices(other)).toEqual([]);
    },
  );

  it("lets go of what listened for a plain peer when that has gone", async () => {
    const { clock, a, engine } = cluster(undefined, { authenticate: () => ({ id: "ada" }) });
    let listeners = 0;
    const { subscribe } = engine;
    engine.subscribe = (channel, subscriber) => {
      const subscription = subscribe.call(engine, channel, subscriber);
      if (!channel.startsWith("$user/")) return subscription;
      listeners++;
      const unsubscribe = () => {
        listeners--;
        return subscription.unsubscribe();
      };
      return { unsubscribe };
    };
    const plain = new ScriptedTransport("");
    a.server.accept(plain, request);
    await clock.advance(5);
    expect(listeners).toBe(1);
    plain.end(1006);
    await clock.advance(5);
    expect(listeners).toBe(0);
  });
});
