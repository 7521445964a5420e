import { ScriptedTransport, seededRandom, VirtualClock } from "@tautline/testing";
import { describe, expect, it } from "vitest";
import { MemoryBroker } from "../src/broker/memory-broker.js";
import { withExpiry } from "../src/index.js";
import { type ChatOptions, chatServer, deferred } from "./support/serving.js";

const request = { url: "/", headers: {}, remoteAddress: "192.0.2.1" };
const hour = 3_600_000;

/** A token is `<user> <seconds that it lasts>`, or a bare user, or "bad". */
function issuer(clock: VirtualClock) {
  return ({ token = "" }: { readonly token: string | undefined }) => {
    const [id = "", seconds] = token.split(" ");
    if (id === "bad") return null;
    if (seconds === undefined) return { id };
    return withExpiry({ id }, { expiresAtMs: clock.now() + Number(seconds) * 1_000 });
  };
}

let [servers, clients] = [0, 0];

function serving(options: ChatOptions = {}) {
  const clock = (options.clock as VirtualClock | undefined) ?? new VirtualClock();
  const server = chatServer({
    ...{
      clock,
      random: seededRandom(servers++),
      heartbeat: { intervalMs: 2_000 * hour, graceMs: 2_000 * hour },
    },
    // What is remembered of a client's messages is another matter.
    ...{ authenticate: issuer(clock), answers: { ttlMs: 1 }, ...options },
  });
  const connect = async (token: string, rooms: readonly object[] = []) => {
    const transport = new ScriptedTransport();
    server.accept(transport, request);
    const client = `client-${clients++}-0123456789`;
    transport.send({ type: "$hello", data: { client, attempt: 1, token, rooms } });
    await clock.settle();
    return transport;
  };
  return { clock, server, connect };
}

const types = (transport: ScriptedTransport) => transport.sent.map(({ type }) => type);

describe("credentials that end (A-14)", () => {
  it("[12.1] are announced between 30 and 60 seconds ahead, and the connection ends with them", async () => {
    const { clock, connect } = serving();
    const peers = await Promise.all(Array.from({ length: 20 }, () => connect("ada 3600")));
    await clock.advance(hour - 60_001);
    expect(peers.flatMap(types)).not.toContain("$token");
    await clock.advance(30_001);
    const announced = peers.map((peer) => (peer.take("$token").data as { expiresInMs: number }).expiresInMs);
    expect(Math.min(...announced)).toBeGreaterThanOrEqual(30_000);
    expect(Math.max(...announced)).toBeLessThanOrEqual(60_000);
    expect(new Set(announced).size).toBeGreaterThan(15);
    await clock.advance(30_000);
    for (const peer of peers) {
      expect(peer.take("$error").error?.code).toBe("UNAUTHENTICATED");
      expect(peer.closeRequests).toEqual([{ code: 1008, reason: "Invalid authentication token" }]);
    }
    await clock.advance(1);
    expect(clock.pending).toBe(0);
  });

  it("[12.1] of a short life are announced in its second half", async () => {
    const { clock, connect } = serving();
    const peer = await connect("ada 10");
    await clock.advance(4_999);
    expect(types(peer)).not.toContain("$token");
    await clock.advance(2_501);
    expect(types(peer)).toContain("$token");
  });

  it("[12.2] are replaced by newer ones, which end in their own time, or never", async () => {
    const { clock, connect } = serving();
    const peer = await connect("ada 3600");
    await clock.advance(hour - 30_000);
    peer.send({ type: "$token", id: 1, data: { token: "ada 3600" } });
    await clock.settle();
    peer.take("$ack");
    peer.take("$token");
    await clock.advance(hour - 60_000);
    expect(types(peer)).not.toContain("$token");
    await clock.advance(30_000);
    peer.take("$token");
    peer.send({ type: "$token", id: 2, data: { token: "ada" } });
    await clock.advance(100 * hour - 1);
    expect(peer.closeRequests).toEqual([]);
  });

  it("live longer than any timer can wait", async () => {
    const { clock, connect } = serving();
    const peer = await connect(`ada ${40 * 24 * 3_600}`);
    await clock.advance(39 * 24 * hour);
    expect(peer.closeRequests.filter(({ code }) => code === 1008)).toEqual([]);
  });

  it("are refused when they have ended already, at $hello and as new ones", async () => {
    const { clock, connect } = serving();
    const late = await connect("ada -1");
    expect(late.closeRequests).toMatchObject([{ code: 1008 }]);
    const peer = await connect("ada");
    peer.send({ type: "$token", data: { token: "ada 0" } });
    await clock.settle();
    expect(peer.take("$error").error?.code).toBe("UNAUTHENTICATED");
    expect(peer.closeRequests).toMatchObject([{ code: 1008 }]);
  });

  it("end a plain peer's connection unannounced: it could not renew them", async () => {
    const { clock, server } = serving({ plain: { queryToken: true } });
    const peer = new ScriptedTransport("");
    server.accept(peer, { ...request, url: "/?token=ada%2060" });
    await clock.advance(60_000);
    expect(types(peer)).toEqual(["$error"]);
    expect(peer.closeRequests).toMatchObject([{ code: 1008 }]);
  });

  it("leave no timer behind when the connection goes before them", async () => {
    const { clock, connect } = serving();
    (await connect("ada 3600")).end(1000);
    await clock.advance(1);
    expect(clock.pending).toBe(0);
  });

  it("are never taken in seconds", () => {
    expect(() => withExpiry({ id: "ada" }, { expiresAtMs: 1_700_000_000 })).toThrow("expiresAtMs: expected");
    expect(() => withExpiry({ id: "ada" }, { expiresAtMs: Number.NaN })).toThrow("expiresAtMs: expected");
  });
});

describe("a right that was taken away (U18)", () => {
  const rooms = [{ room: "chat/a" }, { room: "chat/b" }];
  const left = (peer: ScriptedTransport) =>
    peer.sent.filter(({ type }) => type === "$left").map(({ data }) => data as { room: string });

  function lending() {
    const rights = new Set(["chat/a", "chat/b"]);
    const authorize: NonNullable<ChatOptions["authorize"]> = ({ action }) =>
      action.kind !== "join" || rights.has(action.room);
    return { rights, ...serving({ authorize }) };
  }

  it("[12.2] ends memberships when credentials are renewed: $left with FORBIDDEN, and nothing of the room after it (I8)", async () => {
    const { rights, clock, server, connect } = lending();
    const peer = await connect("ada", rooms);
    rights.delete("chat/a");
    peer.send({ type: "$token", data: { token: "ada" } });
    await clock.settle();
    expect(left(peer)).toMatchObject([{ room: "chat/a", error: { code: "FORBIDDEN" } }]);
    const before = peer.sent.length;
    await server.room("chat/a").publish("message", { text: "secret", by: "eve" });
    await server.room("chat/b").publish("message", { text: "open", by: "eve" });
    await clock.settle();
    expect(peer.sent.slice(before)).toMatchObject([{ room: "chat/b" }]);
  });

  it("[7.4] refuses the room on recovery (A-94)", async () => {
    const { rights, connect } = lending();
    rights.delete("chat/a");
    const peer = await connect("ada", [{ room: "chat/a", epoch: "e", offset: 3 }]);
    expect(peer.take("$welcome").data).toMatchObject({
      rooms: expect.arrayContaining([
        expect.objectContaining({ room: "chat/a", error: expect.objectContaining({ code: "FORBIDDEN" }) }),
      ]),
    });
  });

  it("is asked for again by reauthorize(), on all nodes, where the application knows of it at once", async () => {
    const clock = new VirtualClock();
    const broker = new MemoryBroker({ clock, random: seededRandom(1) });
    const rights = new Set(["ada", "bob"]);
    const authorize: NonNullable<ChatOptions["authorize"]> = ({ user }) => rights.has(user.id);
    const [here, there] = [serving({ clock, broker, authorize }), serving({ clock, broker, authorize })];
    const ada = [await here.connect("ada", rooms), await there.connect("ada", rooms)];
    const bob = await there.connect("bob", rooms);
    rights.clear();
    here.server.user("ada").reauthorize();
    await clock.settle();
    for (const peer of ada) expect(left(peer)).toHaveLength(2);
    expect(left(bob)).toEqual([]);
  });

  it("does not slip through a join that was asked for before, and answered after (A-63)", async () => {
    const clock = new VirtualClock();
    const answers: ((permitted: boolean) => void)[] = [];
    const authorize: NonNullable<ChatOptions["authorize"]> = () =>
      new Promise((resolve) => answers.push(resolve));
    const { connect } = serving({ clock, authorize });
    const peer = await connect("ada");
    peer.send({ type: "$join", id: 1, data: { room: "chat/a" } });
    peer.send({ type: "$token", id: 2, data: { token: "ada" } });
    await clock.settle();
    // The join holds what came after it; what it was permitted as is true only when it is in.
    answers.shift()?.(true);
    await clock.settle();
    answers.shift()?.(false);
    await clock.settle();
    expect(left(peer)).toMatchObject([{ room: "chat/a" }]);
  });

  it("does not slip through a join of $hello that is being permitted while reauthorize() is called (A-63)", async () => {
    const clock = new VirtualClock();
    const answers: ((permitted: boolean) => void)[] = [];
    const { server, connect } = serving({
      clock,
      authorize: () => new Promise((resolve) => answers.push(resolve)),
    });
    const peer = await connect("ada", [{ room: "chat/a" }]);
    server.user("ada").reauthorize();
    answers.shift()?.(true);
    await clock.settle();
    answers.shift()?.(false);
    await clock.settle();
    const { rooms: outcomes } = peer.take("$welcome").data as { rooms: object[] };
    expect(outcomes).toContainEqual(expect.objectContaining({ room: "chat/a", error: expect.anything() }));
  });

  it("leaves rooms alone that the application put the peer into, and those of which nothing can be said now", async () => {
    const clock = new VirtualClock();
    let isDown = false;
    const { server, connect } = serving({
      clock,
      authorize: ({ action }) => {
        if (isDown) throw new Error("the database is down");
        return action.room !== "chat/placed";
      },
    });
    server.on("connect", ({ connection }) => connection.join("chat/placed"));
    const peer = await connect("ada", rooms);
    isDown = true;
    server.user("ada").reauthorize();
    await clock.settle();
    isDown = false;
    server.user("ada").reauthorize();
    await clock.settle();
    expect(left(peer)).toEqual([]);
    expect(server.stats().memberships).toBe(3);
  });
});

describe("a user who is sent away (A-14)", () => {
  it("is closed with 1008 on every node, and nobody else is", async () => {
    const clock = new VirtualClock();
    const broker = new MemoryBroker({ clock, random: seededRandom(1) });
    const [here, there] = [serving({ clock, broker }), serving({ clock, broker })];
    const ada = [await here.connect("ada"), await here.connect("ada"), await there.connect("ada")];
    const bob = await there.connect("bob");
    here.server.user("ada").disconnect({ reason: "logged out" });
    await clock.settle();
    for (const peer of ada) expect(peer.closeRequests).toEqual([{ code: 1008, reason: "logged out" }]);
    expect(bob.closeRequests).toEqual([]);
  });

  it("leaves its rooms at once, without a grace", async () => {
    const { clock, server, connect } = serving();
    const told: string[] = [];
    server.onRoom("chat/:id", { left: ({ user }) => told.push(user.id) });
    await connect("ada", [{ room: "chat/a" }]);
    server.user("ada").disconnect();
    await clock.settle();
    expect(told).toEqual(["ada"]);
  });

  it("does not come in by credentials that were being checked at that moment (U18)", async () => {
    const clock = new VirtualClock();
    const checking = deferred<{ id: string }>();
    const { server, connect } = serving({ clock, authenticate: () => checking.promise });
    const peer = await connect("ada");
    server.user("ada").disconnect();
    checking.resolve({ id: "ada" });
    await clock.settle();
    expect(peer.take("$error").error?.code).toBe("UNAUTHENTICATED");
    expect(peer.closeRequests).toMatchObject([{ code: 1008 }]);
    const later = await connect("ada");
    later.take("$welcome");
  });
});

it("asks authorize again, of who the peer is now, where credentials are renewed while it was asked", async () => {
  const clock = new VirtualClock();
  const asked: unknown[] = [];
  const gate = deferred();
  const { connect } = serving({
    clock,
    authenticate: ({ token = "" }) => ({ id: "ada", role: token }),
    authorize: async ({ user, action }) => {
      if (action.kind === "join") return true;
      asked.push((user as { role?: string }).role);
      if (asked.length === 1) await gate.promise;
      return (user as { role?: string }).role === "admin";
    },
    deadlines: { handlerMs: 1_000 },
  });
  const peer = await connect("admin", [{ room: "chat/a" }]);
  peer.send({ type: "typing", room: "chat/a", id: 1, data: { on: true } });
  await clock.advance(1_000);
  peer.send({ type: "$token", id: 2, data: { token: "guest" } });
  await clock.settle();
  gate.resolve();
  await clock.settle();
  expect(asked).toEqual(["admin", "guest"]);
});
