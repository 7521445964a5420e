import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { ScriptedTransport, seededRandom, VirtualClock } from "@tautline/testing";
import { describe, expect, it } from "vitest";
import { type ChatOptions, chatServer } from "./support/serving.js";

const request = { url: "/", headers: {}, remoteAddress: "192.0.2.1" };

async function serving(options: ChatOptions = {}) {
  const clock = new VirtualClock();
  let users = 0;
  const server = chatServer({
    ...{ clock, random: seededRandom(1) },
    authenticate: () => ({ id: `u${Math.floor(users++ / 2)}` }),
    ...options,
  });
  const accept = async () => {
    const transport = new ScriptedTransport("");
    server.accept(transport, request);
    await clock.settle();
    return transport;
  };
  return { clock, server, accept };
}

const texts = (transport: ScriptedTransport) =>
  transport.sent.filter(({ type }) => type === "notice").map(({ data }) => (data as { text: string }).text);

describe("on", () => {
  it("tells of connections that come and go, with how they ended", async () => {
    const { server, accept } = await serving();
    const told: string[] = [];
    server.on("connect", ({ connection, user }) => {
      told.push(`connect ${user.id}`);
      connection.data.seen = true;
    });
    server.on("disconnect", ({ connection, user, code, reason }) => {
      told.push(`disconnect ${user.id} ${code} ${reason} ${connection.data.seen} ${connection.rooms.length}`);
    });
    const peer = await accept();
    peer.end(1001, "bye");
    expect(told).toEqual(["connect u0", "disconnect u0 1001 bye true 0"]);
  });

  it("keeps one failing listener from the next, and reports it", async () => {
    const { server, accept, clock } = await serving();
    const reported: unknown[] = [];
    let called = 0;
    server.on("connect", () => {
      throw null;
    });
    server.on("connect", () => Promise.reject(new Error("late")));
    const remove = server.on("connect", () => called++);
    server.on("error", ({ where, error }) => reported.push([where, error]));
    server.on("error", () => {
      throw new Error("a listener for errors that fails itself");
    });
    await accept();
    await clock.settle();
    expect(called).toBe(1);
    expect(reported).toEqual([
      ['on("connect")', null],
      ['on("connect")', new Error("late")],
    ]);
    remove();
    await accept();
    expect(called).toBe(1);
  });

  it("survives a log that throws", async () => {
    const { accept } = await serving({
      log: () => {
        throw new Error("disk full");
      },
    });
    expect((await accept()).closeRequests).toEqual([]);
  });
});

describe("onRoom", () => {
  it("[7.12] tells who comes and goes, first and last", async () => {
    const { clock, server, accept } = await serving();
    const told: string[] = [];
    const remove = server.onRoom("chat/:id", {
      joined: ({ room, user, params }) => told.push(`joined ${room.name} ${params.id} ${user.id}`),
      left: ({ room, user }) => told.push(`left ${room.name} ${user.id}`),
      occupied: ({ room }) => told.push(`occupied ${room.name}`),
      vacant: ({ room }) => told.push(`vacant ${room.name}`),
    });
    const [a, b] = [await accept(), await accept()];
    a.send({ type: "$join", data: { room: "chat/x" } });
    b.send({ type: "$join", data: { room: "chat/x" } });
    await clock.settle();
    a.end();
    b.send({ type: "$leave", data: { room: "chat/x" } });
    await clock.settle();
    const joinedAndLeft = told.filter((line) => /joined|left/.test(line));
    expect(joinedAndLeft).toEqual([
      "joined chat/x x u0",
      "joined chat/x x u0",
      "left chat/x u0",
      "left chat/x u0",
    ]);
    expect(told.filter((line) => /occupied|vacant/.test(line))).toEqual(["occupied chat/x", "vacant chat/x"]);
    remove();
    (await accept()).send({ type: "$join", data: { room: "chat/x" } });
    await clock.settle();
    expect(told).toHaveLength(6);
  });
});

describe("sending", () => {
  it("[6.1] reaches one connection, a user's, or everyone's but some", async () => {
    const { clock, server, accept } = await serving();
    const connections: Parameters<Parameters<typeof server.on<"connect">>[1]>[0]["connection"][] = [];
    server.on("connect", ({ connection }) => connections.push(connection));
    const [a, b, c] = [await accept(), await accept(), await accept()];
    expect(connections[0]?.send("notice", { text: "one" })).toBe("queued");
    expect(await server.user("u0").send("notice", { text: "user" })).toMatchObject({ offset: 1 });
    const except = connections[1];
    expect(await server.broadcast("notice", { text: "others" }, { except })).toBe(2);
    expect(await server.user("nobody").send("notice", { text: "nobody" })).toMatchObject({ offset: 1 });
    await clock.settle();
    expect([texts(a), texts(b), texts(c)]).toEqual([["one", "user", "others"], ["user"], ["others"]]);
    expect(a.sent[0]).toHaveProperty("timestamp");
  });

  it("throws what the contract does not allow, and sends nothing", async () => {
    const { clock, server, accept } = await serving();
    const peer = await accept();
    const wrong = { text: 5 as unknown as string };
    expect(() => server.broadcast("notice", wrong)).toThrow("notice: text:");
    expect(() => server.room("chat/x").publish("message", { text: "a" } as never)).toThrow(
      "chat/x message: by",
    );
    expect(() => server.broadcast("nope" as never, wrong as never)).toThrow(
      "expected an event of the contract",
    );
    expect(() => server.broadcast("notice", { text: "x".repeat(1_100_000) })).toThrow(
      "at most 1048576 bytes",
    );
    await clock.settle();
    expect(peer.sent).toEqual([]);
  });

  it("[7.3] [7.8] joins and leaves for a peer, which is told", async () => {
    const { clock, server, accept } = await serving();
    const joined: unknown[] = [];
    server.on("connect", async ({ connection }) => {
      joined.push(await connection.join("chat/lobby"));
      expect(connection.rooms).toEqual(["chat/lobby"]);
    });
    const peer = await accept();
    await clock.settle();
    expect(joined).toMatchObject([{ room: "chat/lobby" }]);
    expect(peer.take("$joined").data).toMatchObject({ room: "chat/lobby" });
    expect(server.stats()).toMatchObject({ connections: 1, users: 1, rooms: 1, memberships: 1 });
  });

  it("closes a connection or a user with a code and a reason", async () => {
    const { server, accept } = await serving();
    const [a, b] = [await accept(), await accept()];
    const [first] = server.user("u0").connections;
    expect(() => first?.close(1006)).toThrow("code: expected 1000");
    first?.close(4000, "enough");
    server.user("u0").close();
    expect([a, b].map(({ closeRequests }) => closeRequests)).toEqual([
      [{ code: 4000, reason: "enough" }],
      [{ code: 1000, reason: "" }],
    ]);
  });
});

describe("listening", () => {
  it("is refused to what the server never tells", () => {
    const server = chatServer();
    for (const name of ["conect", "toString"])
      expect(() => server.on(name as never, () => {})).toThrow(/connect/);
  });
});

describe("observing", () => {
  it("counts in stats and publishes to diagnostics channels", async () => {
    const { clock, server, accept } = await serving();
    server.handle("rename", ({ data }) => data);
    const published: [string | symbol, unknown][] = [];
    const listener = (message: unknown, name: string | symbol) => void published.push([name, message]);
    const names = ["open", "close"]
      .map((name) => `tautline:connection:${name}`)
      .concat("tautline:message", "tautline:error");
    for (const name of names) subscribe(name, listener);
    const peer = await accept();
    peer.send({ type: "rename", id: 1, data: { name: "Ada" } });
    peer.send("not json");
    await clock.settle();
    peer.end();
    for (const name of names) unsubscribe(name, listener);
    expect(published).toMatchObject([
      ["tautline:connection:open", { user: "u0", peer: "plain" }],
      ["tautline:message", { type: "rename" }],
      ["tautline:error", { code: "BAD_JSON" }],
      ["tautline:connection:close", { code: 1000 }],
    ]);
    const { totals, connections } = server.stats();
    expect(connections).toBe(0);
    expect(totals).toMatchObject({ accepted: 1, messagesReceived: 2, errorsSent: 1, framesSent: 2 });
  });
});
