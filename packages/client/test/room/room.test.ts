import {
  defineContract,
  type Envelope,
  type Hello,
  type JoinRequest,
  TautlineError,
  unchecked,
} from "@tautline/protocol";
import { ScriptedServer, seededRandom, VirtualClock } from "@tautline/testing";
import { describe, expect, it } from "vitest";
import { createClient } from "../../src/create-client.js";
import type { Membership } from "../../src/types.js";
import { connected, type World, world } from "../setup.js";

const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => "resolved",
    (error: unknown) => (TautlineError.is(error) ? error.code : String(error)),
  );

const message = (offset: number, text = `m${offset}`): Envelope => ({
  type: "message",
  room: "chat/lobby",
  data: { text },
  offset,
});

const joined = (fields: object = {}): Envelope => ({
  type: "$joined",
  data: { room: "chat/lobby", epoch: "e", offset: 0, head: 0, recovered: false, ...fields },
});

/** A client in the room "chat/lobby", what it hears there, and what the server was asked. */
async function inLobby(): Promise<World & { heard: unknown[]; membership: Membership }> {
  const made = await connected();
  const lobby = made.client.room("chat/lobby");
  const heard: unknown[] = [];
  lobby.on("message", ({ data, offset }) => heard.push(offset ?? data.text));
  lobby.on("gap", ({ reason, from, to }) => heard.push({ reason, from, to }));
  const membership = await lobby.join({ presence: { name: "Ada" }, last: 20 });
  return { ...made, heard, membership };
}

/** The rooms that the newest hello asked for. */
const roomsOfHello = ({ server }: Pick<World, "server">): JoinRequest[] =>
  (server.of("$hello").at(-1) as Hello).data.rooms as JoinRequest[];

const joins = ({ server }: World): JoinRequest[] => server.of("$join").map(({ data }) => data as JoinRequest);

describe("joining", () => {
  it("[7.1] joins with presence and the last publications, and is fresh", async () => {
    const world = await inLobby();
    expect(joins(world)).toEqual([{ room: "chat/lobby", last: 20, presence: { name: "Ada" } }]);
    expect(world.membership.kind).toBe("fresh");
    expect(world.client.room("chat/lobby").state).toEqual({ kind: "joined" });
    expect(world.client.room("chat/lobby").position).toEqual({ epoch: "epoch", offset: 0 });
    await world.client.close();
  });

  it("has one object a name, by name and by pattern", async () => {
    const { client } = world();
    expect(client.room("chat/a b")).not.toBe(client.room("chat/lobby"));
    expect(client.room("chat/:id", { id: "lobby" })).toBe(client.room("chat/lobby"));
    // @ts-expect-error 'nowhere' matches no room of the contract
    expect(() => client.room("nowhere")).toThrow("expected a room of the contract");
  });

  it("has one object a name however many rooms there were: those in use are not let go, those let go come back", async () => {
    const { client, server, clock } = await connected();
    const heard: string[] = [];
    const [listened, held] = [client.room("chat/listened"), client.room("chat/held")];
    listened.on("message", ({ data }) => heard.push(data.text));
    const { name } = client.room("chat/joined");
    await client.room("chat/joined").join();
    for (let i = 0; i < 3_000; i++) client.room(`chat/${i}`);
    expect(client.room("chat/listened")).toBe(listened);
    expect(client.room("chat/held")).toBe(held);
    expect(client.room(name as "chat/joined").state.kind).toBe("joined");
    held.on("message", ({ data }) => heard.push(data.text));
    await Promise.all([client.room("chat/held").join(), client.room("chat/listened").join()]);
    for (const room of ["chat/held", "chat/listened"]) {
      server.last.send({ type: "message", room, data: { text: room } });
    }
    await clock.settle();
    expect(heard).toEqual(["chat/held", "chat/listened"]);
    await client.close();
  });

  it("asks for rooms in the hello where they were wanted before", async () => {
    const { client, server } = world();
    const join = client.room("chat/lobby").join({ last: 5 });
    await client.connect();
    await join;
    expect(server.of("$hello")[0]?.data).toMatchObject({ rooms: [{ room: "chat/lobby", last: 5 }] });
    expect(server.of("$join")).toHaveLength(0);
    await client.close();
  });

  it("[4.3] lets rooms that do not fit into the hello follow it, before the welcome", async () => {
    const { client, server } = world();
    const presence = { name: "x".repeat(1_000) };
    const all = Array.from({ length: 20 }, (_, n) => client.room(`chat/${n}`).join({ presence }));
    await client.connect();
    await Promise.all(all);
    const [hello, ...rest] = server.last.received;
    const rooms = roomsOfHello({ server });
    expect(JSON.stringify(hello).length).toBeLessThanOrEqual(16_384);
    expect(rooms.length).toBeGreaterThan(10);
    expect(rest.map(({ type }) => type)).toEqual(Array(20 - rooms.length).fill("$join"));
    await client.close();
  });

  it("counts joins: the last leave waits 100 ms, and a join within them goes on", async () => {
    const { client, server, clock, membership } = await inLobby();
    const again = await client.room("chat/lobby").join();
    again.leave();
    again.leave();
    await clock.advance(1_000);
    expect(server.of("$leave")).toHaveLength(0);
    membership.leave();
    await clock.advance(99);
    const third = await client.room("chat/lobby").join();
    await clock.advance(1_000);
    expect(server.of("$leave")).toHaveLength(0);
    await third[Symbol.asyncDispose]();
    await clock.advance(100);
    expect(server.of("$leave")).toMatchObject([{ data: { room: "chat/lobby" } }]);
    expect(server.of("$join")).toHaveLength(1);
    expect(client.room("chat/lobby").state).toEqual({ kind: "left" });
    await client.close();
  });

  it("goes on from the answer to the last of several joins, whatever the earlier ones are answered", async () => {
    const { client, server, clock } = await connected();
    const lobby = client.room("chat/lobby");
    const heard: unknown[] = [];
    lobby.on("gap", (gap) => heard.push(gap));
    lobby.on("message", ({ offset }) => heard.push(offset));
    server.on("$join", () => undefined);
    const early = codeOf(lobby.join({ timeoutMs: 10 }));
    await clock.advance(200);
    expect(await early).toBe("TIMEOUT");
    const join = lobby.join({ position: { epoch: "elsewhere", offset: 2 } });
    await clock.settle();
    expect(server.of("$join")).toHaveLength(2);
    server.last.send(joined({ offset: 4 }), message(5), message(6));
    expect(lobby.state.kind).toBe("joining");
    server.last.send(joined({ offset: 4, reason: "new-epoch" }), message(5), message(6));
    expect((await join).kind).toBe("gap");
    expect(heard).toEqual([{ reason: "new-epoch", position: { epoch: "e", offset: 4 } }, 5, 6]);
    await client.close();
  });

  it("rejects with the server's refusal, and is left", async () => {
    const { client, server } = await connected();
    server.on("$join", () => ({
      type: "$error",
      room: "chat/lobby",
      data: { type: "$join" },
      error: { code: "FORBIDDEN", message: "no" },
    }));
    expect(await codeOf(client.room("chat/lobby").join())).toBe("FORBIDDEN");
    expect(client.room("chat/lobby").state).toMatchObject({ kind: "left", error: { code: "FORBIDDEN" } });
    await client.close();
  });

  it("[4.9] rejects a refusal that comes with the welcome, and what waited for the room", async () => {
    const { client, server } = world();
    const error = { code: "FORBIDDEN", message: "no" } as const;
    server.welcome = { rooms: [{ room: "chat/lobby", error }] };
    const join = codeOf(client.room("chat/lobby").join());
    const sent = codeOf(client.room("chat/lobby").send("say", { text: "hi" }));
    await client.connect();
    expect(await join).toBe("FORBIDDEN");
    expect(await sent).toBe("FORBIDDEN");
    await client.close();
  });

  it("asks again after an error that passes, when the server says", async () => {
    const { client, server, clock } = await connected();
    const error = { code: "RATE_LIMITED", message: "slower", retryAfterMs: 700 } as const;
    server.on("$join", () => ({ type: "$error", room: "chat/lobby", data: { type: "$join" }, error }));
    const join = codeOf(client.room("chat/lobby").join());
    await clock.settle();
    server.on("$join", undefined);
    await clock.advance(699);
    expect(server.of("$join")).toHaveLength(1);
    await clock.advance(1);
    expect(await join).toBe("resolved");
    await client.close();
  });

  it.each(["NOT_A_MEMBER", "UNAVAILABLE"] as const)(
    "[9.2] is not refused by the answer to a volatile event that was sent before it: %s",
    async (code) => {
      const { client, server, clock } = await connected();
      const lobby = client.room("chat/lobby");
      const error = { code, message: "of another message" };
      const refused = { type: "$error", room: "chat/lobby", data: { type: "typing" }, error };
      server.on("$join", () => [refused, joined()]);
      const join = codeOf(lobby.join());
      await clock.settle();
      expect(await join).toBe("resolved");
      expect(lobby.state).toEqual({ kind: "joined" });
      expect(server.of("$presence")).toEqual([]);
      await client.close();
    },
  );

  it("asks once again where the welcome put it off", async () => {
    const made = await connected();
    const error = { code: "BUSY", message: "slower", retryAfterMs: 700 } as const;
    const membership = made.client.room("chat/lobby").join();
    await membership;
    made.server.welcome = { rooms: [{ room: "chat/lobby", error }] };
    const before = joins(made).length;
    made.server.last.cut();
    await made.clock.advance(5_000);
    expect(joins(made)).toHaveLength(before + 1);
    await made.client.close();
  });

  it("asks again with backoff where the server does not say when", async () => {
    const { client, server, clock } = await connected({ random: { ...seededRandom(1), float: () => 1 } });
    const error = { code: "BUSY", message: "full" } as const;
    server.on("$join", () => ({ type: "$error", room: "chat/lobby", data: { type: "$join" }, error }));
    const join = codeOf(client.room("chat/lobby").join());
    await clock.settle();
    const after: number[] = [];
    for (const [i, ms] of [1_000, 2_000, 4_000].entries()) {
      await clock.advance(ms - 1);
      after.push(server.of("$join").length);
      if (i === 2) server.on("$join", undefined);
      await clock.advance(1);
    }
    expect(after).toEqual([1, 2, 3]);
    expect(await join).toBe("resolved");
    await client.close();
  });

  it("gives up at its deadline, and no longer wants the room", async () => {
    const { client, server, clock } = await connected();
    server.on("$join", () => undefined);
    const join = codeOf(client.room("chat/lobby").join({ timeoutMs: 1_000 }));
    await clock.advance(1_100);
    expect(await join).toBe("TIMEOUT");
    expect(client.room("chat/lobby").state).toEqual({ kind: "left" });
    expect(server.of("$leave")).toHaveLength(1);
    await client.close();
  });

  it("[7.8] does not join again by itself when the server puts it out", async () => {
    const { client, server, clock } = await inLobby();
    const error = { code: "FORBIDDEN", message: "banned" } as const;
    server.last.send({ type: "$left", data: { room: "chat/lobby", error } });
    expect(client.room("chat/lobby").state).toMatchObject({ kind: "left", error: { code: "FORBIDDEN" } });
    server.last.cut();
    await clock.advance(1_000);
    expect(server.of("$hello").at(-1)?.data).toMatchObject({ rooms: [] });
    await client.close();
  });

  it("asks for what is missing where the server's application puts it in anew, further on", async () => {
    const world = await inLobby();
    world.server.last.send(joined({ epoch: "epoch", offset: 4, head: 4 }));
    expect(world.client.room("chat/lobby").state.kind).toBe("joining");
    await world.clock.settle();
    expect(joins(world).at(-1)).toMatchObject({ epoch: "epoch", offset: 0 });
    expect(world.heard).toEqual([]);
    await world.client.close();
  });

  it("is a member where the server's application says so, until the connection ends", async () => {
    const { client, server, clock } = await connected();
    const lobby = client.room("chat/lobby");
    const heard: unknown[] = [];
    lobby.on("message", ({ offset }) => heard.push(offset));
    server.last.send(joined(), message(1));
    expect(lobby.state).toEqual({ kind: "joined" });
    expect(heard).toEqual([1]);
    server.last.cut();
    await clock.advance(1_000);
    expect(roomsOfHello({ server })).toEqual([]);
    expect(lobby.state).toEqual({ kind: "left" });
    await client.close();
  });

  it("refuses a presence state that JSON cannot say, and the other rooms are joined all the same", async () => {
    const { client, server } = world();
    const presence = { name: "Ada", self: {} };
    presence.self = presence;
    expect(await codeOf(client.room("chat/a").join({ presence }))).toBe("BAD_DATA");
    const other = client.room("chat/b").join();
    await client.connect();
    await other;
    expect(roomsOfHello({ server }).map(({ room }) => room)).toEqual(["chat/b"]);
    await client.close();
  });

  it("refuses to its caller what would spoil the hello", async () => {
    const { client, server } = await connected();
    const lobby = client.room("chat/lobby");
    for (const last of [-1, 1.5, NaN, "5" as never])
      expect(await codeOf(lobby.join({ last }))).toBe("INVALID_OPTION");
    for (const position of [{ epoch: "e", offset: 0.5 }, { epoch: 5, offset: 1 }, { offset: 1 }]) {
      expect(await codeOf(lobby.join({ position: position as never }))).toBe("BAD_ENVELOPE");
    }
    expect(lobby.state).toEqual({ kind: "left" });
    expect(server.of("$join")).toEqual([]);
    await client.close();
  });

  it("does not fall over a presence state that has become what JSON cannot say", async () => {
    const { client, server, clock, errors } = await connected();
    const presence: { name: string; self?: unknown } = { name: "Ada" };
    await client.room("chat/lobby").join({ presence });
    await client.room("chat/b").join();
    presence.self = presence;
    server.last.cut();
    await clock.advance(1_000);
    expect(client.state.kind).toBe("connected");
    expect(client.room("chat/b").state.kind).toBe("joined");
    expect(errors).toEqual([]);
    await client.close();
  });

  it("takes joins back when it is closed, without losing those that were granted", async () => {
    const { client, server } = await inLobby();
    server.on("$join", () => undefined);
    const other = codeOf(client.room("chat/other").join());
    await client.close();
    expect(await other).toBe("CLOSED");
    await client.connect();
    expect(roomsOfHello({ server }).map(({ room }) => room)).toEqual(["chat/lobby"]);
    await client.close();
  });
});

describe("publications", () => {
  it("are handed over once, in order, with their place, author and time", async () => {
    const { client, server } = await inLobby();
    const got: unknown[] = [];
    client.room("chat/lobby").on("message", (publication) => got.push(publication));
    const from = { user: "ada", member: "ada-1" };
    server.last.send({ ...message(1), from, timestamp: 5 });
    expect(got).toEqual([{ data: { text: "m1" }, offset: 1, from, timestamp: 5 }]);
    await client.close();
  });

  it("[8.10] are dropped where they were handed over before", async () => {
    const { client, server, heard } = await inLobby();
    server.last.send(message(1), message(2), message(1), message(2), message(3));
    expect(heard).toEqual([1, 2, 3]);
    expect(client.room("chat/lobby").position?.offset).toBe(3);
    await client.close();
  });

  it("[8.10] are asked for again from the position where one is missing", async () => {
    const { client, server, heard, clock } = await inLobby();
    server.on("$join", ({ data }) => {
      const { offset, epoch } = data as JoinRequest;
      return [joined({ epoch, offset, recovered: true }), message(2), message(3), message(4)];
    });
    server.last.send(message(1), message(3), message(4));
    expect(heard).toEqual([1]);
    await clock.settle();
    expect(server.of("$join").at(-1)?.data).toMatchObject({ epoch: "epoch", offset: 1 });
    expect(heard).toEqual([1, 2, 3, 4]);
    await client.close();
  });

  it("[8.3] go on after a reconnect from the position, and nothing is said where all was recovered", async () => {
    const { client, server, heard, clock } = await inLobby();
    server.last.send(message(1), message(2));
    server.last.cut();
    await clock.advance(1_000);
    expect(server.of("$hello").at(-1)?.data).toMatchObject({
      rooms: [{ room: "chat/lobby", epoch: "epoch", offset: 2, presence: { name: "Ada" } }],
    });
    server.last.send(message(3));
    expect(heard).toEqual([1, 2, 3]);
    await client.close();
  });

  it("[8.9] that are lost are told as a gap before anything later", async () => {
    const { client, server, heard, clock } = await inLobby();
    server.last.send(message(1));
    const rejoined = {
      room: "chat/lobby",
      epoch: "epoch",
      offset: 7,
      head: 8,
      recovered: false,
      reason: "trimmed",
    };
    server.welcome = { rooms: [rejoined as never] };
    server.last.cut();
    await clock.advance(1_000);
    server.last.send(message(8));
    expect(heard).toEqual([1, { reason: "trimmed", from: 2, to: 7 }, 8]);
    await client.close();
  });

  it("of a new life of the room follow a gap without offsets", async () => {
    const { client, server, heard, clock } = await inLobby();
    server.last.send(message(1));
    const rejoined = {
      room: "chat/lobby",
      epoch: "new",
      offset: 0,
      head: 1,
      recovered: false,
      reason: "new-epoch",
    };
    server.welcome = { rooms: [rejoined as never] };
    server.last.cut();
    await clock.advance(1_000);
    server.last.send(message(1));
    expect(heard).toEqual([1, { reason: "new-epoch", from: undefined, to: undefined }, 1]);
    await client.close();
  });

  it("[8.9] go on from the position that a $gap names", async () => {
    const { client, server, heard } = await inLobby();
    const gap = { room: "chat/lobby", reason: "trimmed", epoch: "epoch", offset: 4, from: 1, to: 4 };
    server.last.send({ type: "$gap", data: gap }, message(4), message(5));
    expect(heard).toEqual([{ reason: "trimmed", from: 1, to: 4 }, 5]);
    await client.close();
  });

  it("[8.9] go on from the answer to their join, not from a $gap of the membership before", async () => {
    const { server, clock, client, heard, membership } = await inLobby();
    membership.leave();
    await clock.advance(100);
    server.on("$join", () => undefined);
    const again = client.room("chat/lobby").join();
    server.last.send({
      type: "$gap",
      data: { room: "chat/lobby", reason: "trimmed", epoch: "e", offset: 9 },
    });
    server.last.send(joined({ offset: 3, head: 3 }), message(4));
    expect((await again).kind).toBe("fresh");
    expect(heard).toEqual([4]);
    await client.close();
  });

  it("[6.3] against the contract are reported, and the position goes on", async () => {
    const { client, server, heard, errors } = await inLobby();
    server.last.send(
      { ...message(1), data: { text: 5 } },
      { type: "later", room: "chat/lobby", offset: 2 },
      message(3),
    );
    expect(heard).toEqual([3]);
    expect(errors).toEqual(["BAD_DATA"]);
    await client.close();
  });

  it("come one by one from a stream, which ends by its signal", async () => {
    const { client, server } = await inLobby();
    const abort = new AbortController();
    const stream = client.room("chat/lobby").events("message", { signal: abort.signal });
    server.last.send(message(1), message(2));
    const got: unknown[] = [];
    for await (const { offset } of stream) {
      got.push(offset);
      if (offset === 2) abort.abort();
    }
    expect(got).toEqual([1, 2]);
    await client.close();
  });

  it("end a stream when the client is closed", async () => {
    const { client } = await inLobby();
    const next = client.room("chat/lobby").events("message").next();
    await client.close();
    expect(await next).toEqual({ done: true, value: undefined });
  });
});

describe("messages of a room", () => {
  it("wait while it is being joined, and hold no others", async () => {
    const { client, server, clock } = await connected();
    server.on("$join", () => undefined);
    void client.room("chat/lobby").join();
    const said = client.room("chat/lobby").send("say", { text: "hi" });
    await client.send("logout");
    expect(server.of("say")).toHaveLength(0);
    server.last.send(joined());
    await said;
    expect(server.of("say")).toMatchObject([{ id: 2, room: "chat/lobby", data: { text: "hi" } }]);
    await clock.settle();
    await client.close();
  });

  it("that waited for a connection are written once the room is joined again, and are not taken for lost", async () => {
    const { client, server, clock } = await inLobby();
    server.last.cut();
    const said = client.room("chat/lobby").send("say", { text: "hi" });
    await clock.advance(1_000);
    await said;
    expect(server.of("say")).toHaveLength(1);
    await client.close();
  });

  it("publishes client events: kept ones are acknowledged, volatile ones leave without id or not at all", async () => {
    const { client, server, clock } = await inLobby();
    const lobby = client.room("chat/lobby");
    await lobby.publish("reaction", "heart");
    await lobby.publish("typing");
    expect(server.of("reaction")).toMatchObject([{ id: 1, data: "heart" }]);
    await clock.settle();
    expect(server.of("typing")).toMatchObject([{ room: "chat/lobby" }]);
    expect(server.of("typing")[0]?.id).toBeUndefined();
    server.last.cut();
    await lobby.publish("typing");
    await clock.advance(1_000);
    expect(server.last.of("typing")).toHaveLength(0);
    await client.close();
  });
});

describe("presence", () => {
  const welcomeToLobby: Envelope = {
    type: "$welcome",
    data: {
      ...{ connection: "connection-1", user: "ada", member: "ada-1", resumed: false, heartbeatMs: 20_000 },
      limits: { messageBytes: 65_536, rooms: 128, unanswered: 256 },
      rooms: [{ room: "chat/lobby", epoch: "e", offset: 0, head: 0, recovered: false }],
    },
  };
  const member = (name: string) => ({ user: name, member: `${name}-1`, state: { name } });
  const update = (fields: object): Envelope => ({
    type: "$presence",
    data: { room: "chat/lobby", ...fields },
  });

  it("[10.2] [10.3] is a snapshot in pages, then changes, with one array between changes", async () => {
    const { client, server } = await inLobby();
    const lobby = client.room("chat/lobby");
    const heard: string[] = [];
    lobby.on("presence", (members) => heard.push(`${members.length} here`));
    lobby.on("joined", ({ state }) => heard.push(`${state.name} came`));
    lobby.on("left", ({ state }) => heard.push(`${state.name} went`));
    server.last.send(update({ version: 1, snapshot: 1, joined: [member("ada")] }));
    expect(lobby.presence).toEqual([]);
    server.last.send(update({ version: 1, snapshot: 0, joined: [member("bob")] }));
    expect(lobby.presence.map(({ user }) => user)).toEqual(["ada", "bob"]);
    expect(lobby.presence).toBe(lobby.presence);
    server.last.send(update({ version: 2, joined: [member("cyd")], left: ["bob-1"] }));
    server.last.send(update({ version: 3, updated: [{ ...member("ada"), state: { name: "Ada" } }] }));
    expect(lobby.presence.map(({ state }) => state.name)).toEqual(["Ada", "cyd"]);
    expect(heard).toEqual(["2 here", "2 here", "cyd came", "bob went", "2 here"]);
    await client.close();
  });

  it("[10.4] is asked for again where a change is missing", async () => {
    const { client, server, clock } = await inLobby();
    server.last.send(update({ version: 1, snapshot: 0, joined: [] }), update({ version: 3, left: ["x"] }));
    await clock.settle();
    expect(server.of("$join")).toHaveLength(2);
    await client.close();
  });

  it("[10.2] is no mix of two snapshots where the room was joined again between their pages, also while pages are checked", async () => {
    const slowly = {
      "~standard": { version: 1, vendor: "test", validate: async (value: unknown) => ({ value }) },
    } as const;
    const [server, clock] = [new ScriptedServer(), new VirtualClock()];
    const { WebSocket } = server;
    const contract = defineContract({ rooms: { "chat/:id": { presence: slowly } } });
    const client = createClient(contract, { url: "ws://scripted/live", clock, WebSocket, network: null });
    const lobby = client.room("chat/lobby");
    await lobby.join();
    server.last.send(update({ version: 1, snapshot: 1, joined: [member("gone")] }), joined());
    server.last.send(update({ version: 3, snapshot: 0, joined: [member("ada")] }));
    await clock.settle();
    expect(lobby.presence.map(({ user }) => user)).toEqual(["ada"]);
    await client.close();
  });

  it("stays over a lost connection, and the next snapshot tells the difference", async () => {
    const { client, server, clock } = await inLobby();
    const lobby = client.room("chat/lobby");
    server.last.send(update({ version: 1, snapshot: 0, joined: [member("ada"), member("bob")] }));
    server.last.cut();
    await clock.advance(1_000);
    expect(lobby.presence).toHaveLength(2);
    const heard: string[] = [];
    lobby.on("joined", ({ user }) => heard.push(`${user} came`));
    lobby.on("left", ({ user }) => heard.push(`${user} went`));
    server.last.send(update({ version: 1, snapshot: 0, joined: [member("ada"), member("cyd")] }));
    expect(heard).toEqual(["cyd came", "bob went"]);
    await client.close();
  });

  it("is not shown in a room that was left while the server still let the client in", async () => {
    const { client, server, clock } = await connected();
    const lobby = client.room("chat/lobby");
    const heard: unknown[] = [];
    lobby.on("presence", (members) => heard.push(members.map(({ user }) => user)));
    lobby.on("joined", ({ user }) => heard.push(`${user} came`));
    server.on("$join", () => undefined);
    const late = codeOf(lobby.join({ timeoutMs: 1_000 }));
    await clock.advance(1_100);
    expect(await late).toBe("TIMEOUT");
    server.last.send(joined(), update({ version: 1, snapshot: 0, joined: [member("ada")] }));
    expect([lobby.state.kind, lobby.presence, heard]).toEqual(["left", [], []]);
    server.on("$join", () => joined());
    await lobby.join();
    server.last.send(update({ version: 3, snapshot: 0, joined: [member("ada"), member("bob")] }));
    expect(heard).toEqual([["ada", "bob"]]);
    await client.close();
  });

  it("is changed by setPresence, checked by the contract, and kept over reconnects", async () => {
    const { client, server, clock } = await inLobby();
    const lobby = client.room("chat/lobby");
    await lobby.setPresence({ name: "Lovelace" });
    await clock.settle();
    expect(server.of("$presence")[0]?.data).toEqual({ room: "chat/lobby", state: { name: "Lovelace" } });
    expect(await codeOf(lobby.setPresence({ name: 5 } as never))).toBe("BAD_DATA");
    server.last.cut();
    await clock.advance(1_000);
    expect(server.of("$hello").at(-1)?.data).toMatchObject({ rooms: [{ presence: { name: "Lovelace" } }] });
    await client.close();
  });

  it("[10.1] is told after the welcome where it was said anew while the hello was under way", async () => {
    const { client, server, clock } = world();
    const lobby = client.room("chat/lobby");
    server.on("$hello", () => undefined);
    const early = codeOf(lobby.join({ presence: { name: "Ada" }, timeoutMs: 500 }));
    void client.connect();
    await clock.advance(600);
    expect(await early).toBe("TIMEOUT");
    const again = lobby.join({ presence: { name: "Lovelace" } });
    expect(server.of("$hello")[0]?.data).toMatchObject({ rooms: [{ presence: { name: "Ada" } }] });
    server.last.send(welcomeToLobby);
    await again;
    await clock.settle();
    expect(server.of("$presence").map(({ data }) => data)).toEqual([
      { room: "chat/lobby", state: { name: "Lovelace" } },
    ]);
    await client.close();
  });

  it("is what the last join says, also where the room is joined already", async () => {
    const { client, server, clock } = await inLobby();
    await client.room("chat/lobby").join();
    await client.room("chat/lobby").join({ presence: { name: "Lovelace" } });
    await clock.settle();
    expect(server.of("$presence").map(({ data }) => data)).toEqual([
      { room: "chat/lobby", state: { name: "Lovelace" } },
    ]);
    await client.close();
  });

  it("is told again where the program has changed the object that it told before", async () => {
    const { client, server, clock } = await inLobby();
    const state = { name: "Ada" };
    await client.room("chat/lobby").setPresence(state);
    state.name = "Lovelace";
    await client.room("chat/lobby").setPresence(state);
    await clock.settle();
    expect(server.of("$presence").map(({ data }) => data)).toMatchObject([
      { state: { name: "Ada" } },
      { state: { name: "Lovelace" } },
    ]);
    await client.close();
  });

  it("is refused where too many checks wait before it", async () => {
    const never = {
      "~standard": { version: 1, vendor: "test", validate: () => new Promise<never>(() => {}) },
    } as const;
    const contract = defineContract({
      messages: { slow: { data: never } },
      rooms: { "chat/:id": { presence: unchecked<string>() } },
    });
    const { WebSocket } = new ScriptedServer();
    const client = createClient(contract, {
      url: "ws://scripted/live",
      clock: new VirtualClock(),
      WebSocket,
    });
    for (let i = 0; i < 1_000; i++) client.send("slow", undefined as never).catch(() => {});
    expect(await codeOf(client.room("chat/lobby").setPresence("here"))).toBe("BUSY");
    expect(await codeOf(client.room("chat/lobby").join({ presence: "here" }))).toBe("BUSY");
    await client.close();
  });
});
