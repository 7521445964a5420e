import { TautlineError } from "@tautline/protocol";
import { ScriptedTransport, seededRandom, VirtualClock } from "@tautline/testing";
import { describe, expect, it } from "vitest";
import { type ChatOptions, chatServer, deferred } from "../support/serving.js";

const request = { url: "/live?token=secret", headers: {}, remoteAddress: "192.0.2.1" };
const clientId = "client-id-of-128-bits";

function serving(options: ChatOptions = {}) {
  const clock = new VirtualClock();
  const log: object[] = [];
  const server = chatServer({
    clock,
    random: seededRandom(1),
    log: (record) => log.push(record),
    ...options,
  });
  const accept = (protocol?: string) => {
    const transport = new ScriptedTransport(protocol);
    server.accept(transport, request);
    return transport;
  };
  const hello = (data: Record<string, unknown> = {}) => {
    const transport = accept();
    transport.send({ type: "$hello", data: { client: clientId, attempt: 1, rooms: [], ...data } });
    return transport;
  };
  return { clock, log, server, accept, hello };
}

const types = (transport: ScriptedTransport) => transport.sent.map(({ type }) => type);

describe("a full peer's handshake", () => {
  it("[4.8] [4.9] is one round trip that restores everything", async () => {
    const { clock, server, hello } = serving({ rooms: { "chat/:id": { history: { size: 10 } } } });
    await server.room("chat/a").publish("message", { text: "before", by: "x" });
    const transport = hello({
      rooms: [{ room: "chat/a", last: 5 }, { room: "nowhere" }, { room: "chat/b" }],
    });
    await clock.settle();
    expect(types(transport)[0]).toBe("$welcome");
    expect(transport.take("$welcome").data).toMatchObject({
      resumed: false,
      heartbeatMs: 20_000,
      limits: { messageBytes: 65_536, rooms: 128, unanswered: 256 },
      rooms: [
        { room: "chat/a", head: 1, offset: 0, recovered: false },
        { room: "nowhere", error: { code: "UNKNOWN_ROOM" } },
        { room: "chat/b", head: 0 },
        { room: "$user", head: 0 },
      ],
    });
    expect(transport.take("message")).toMatchObject({ room: "chat/a", offset: 1, data: { text: "before" } });
  });

  it("comes to its end although the application refuses a room with what no codec can say", async () => {
    const data: { self?: unknown } = {};
    data.self = data;
    const reported: unknown[] = [];
    const { clock, server, hello } = serving({
      authorize: ({ action }) => {
        if (action.kind === "join" && action.room === "chat/a")
          throw new TautlineError("APP", "no", { data });
        return true;
      },
    });
    server.on("error", ({ error }) => reported.push(error));
    const transport = hello({ rooms: [{ room: "chat/a" }, { room: "chat/b" }] });
    await clock.settle();
    expect(transport.take("$welcome").data).toMatchObject({
      rooms: [
        { room: "chat/a", error: { code: "HANDLER_FAILED" } },
        { room: "chat/b", recovered: false },
        { room: "$user" },
      ],
    });
    expect(reported).toEqual([expect.objectContaining({ code: "BAD_DATA" })]);
  });

  it("[4.10] answers joins that came before $welcome after it", async () => {
    const gate = deferred<{ id: string }>();
    const { clock, hello } = serving({ authenticate: () => gate.promise });
    const transport = hello();
    transport.send({ type: "$join", id: 1, data: { room: "chat/a" } });
    await clock.settle();
    expect(types(transport)).toEqual([]);
    gate.resolve({ id: "u1" });
    await clock.settle();
    expect(types(transport).slice(0, 2)).toEqual(["$welcome", "$joined"]);
  });

  const breaches: readonly (readonly [string, readonly unknown[]])[] = [
    ["another envelope first", [{ type: "rename", data: { name: "a" } }]],
    ["no JSON first", ["not json"]],
    ["a $hello without client", [{ type: "$hello", data: { attempt: 1, rooms: [] } }]],
    ["a guessable client id", [{ type: "$hello", data: { client: "short", attempt: 1, rooms: [] } }]],
    ["attempt 0", [{ type: "$hello", data: { client: clientId, attempt: 0, rooms: [] } }]],
    ["rooms that are none", [{ type: "$hello", data: { client: clientId, attempt: 1, rooms: [{}] } }]],
    [
      "an offset without epoch",
      [{ type: "$hello", data: { client: clientId, attempt: 1, rooms: [{ room: "a", offset: 1 }] } }],
    ],
    [
      "more than 16 KiB",
      [{ type: "$hello", data: { client: clientId, attempt: 1, rooms: [], token: "x".repeat(16_384) } }],
    ],
    [
      "a second $hello",
      [0, 1].map(() => ({ type: "$hello", data: { client: clientId, attempt: 1, rooms: [] } })),
    ],
    [
      "a message before $welcome",
      [{ type: "$hello", data: { client: clientId, attempt: 1, rooms: [] } }, { type: "logout" }],
    ],
  ];

  it.each(breaches)("[4.1] [4.3] [4.4] closes with 1002: %s", async (_what, messages) => {
    const { clock, accept } = serving();
    const transport = accept();
    for (const message of messages) transport.send(message);
    await clock.settle();
    expect(transport.closeRequests.map(({ code }) => code)).toEqual([1002]);
  });

  it("[4.2] is waited for 5 s", async () => {
    const { clock, accept } = serving();
    const transport = accept();
    await clock.advance(4_999);
    expect(transport.closeRequests).toEqual([]);
    await clock.advance(1);
    expect(transport.closeRequests).toMatchObject([{ code: 4408 }]);
  });

  it("[5.1] never shows client id or token to the log", async () => {
    const { clock, log, hello } = serving();
    hello({ token: "secret-token" }).send("not json");
    await clock.settle();
    expect(log.length).toBeGreaterThan(0);
    expect(JSON.stringify(log)).not.toMatch(/secret|client-id/);
  });
});

describe("authentication", () => {
  const refusals: readonly (readonly [string, ChatOptions["authenticate"], string, number])[] = [
    ["null refuses", () => null, "UNAUTHENTICATED", 1008],
    ["a promise of null refuses", async () => null, "UNAUTHENTICATED", 1008],
    [
      "UNAUTHENTICATED thrown refuses",
      () => {
        throw new TautlineError("UNAUTHENTICATED", "expired");
      },
      "UNAUTHENTICATED",
      1008,
    ],
    [
      "any other throw is no verdict",
      () => {
        throw new Error("database");
      },
      "UNAVAILABLE",
      1013,
    ],
    ["a rejection with null is no verdict", () => Promise.reject(null), "UNAVAILABLE", 1013],
    ["a user without id is no verdict", () => ({}) as { id: string }, "UNAVAILABLE", 1013],
  ];

  it.each(refusals)("[4.6] [4.7] %s", async (_what, authenticate, code, closeCode) => {
    const { clock, accept, hello } = serving({ ...(authenticate && { authenticate }) });
    for (const transport of [hello(), accept("")]) {
      await clock.settle();
      expect(transport.take("$error").error?.code).toBe(code);
      expect(transport.closeRequests.map((close) => close.code)).toEqual([closeCode]);
      if (closeCode === 1008) expect(transport.closeRequests[0]?.reason).toBe("Invalid authentication token");
    }
  });

  it("[4.7] has a deadline, and its signal aborts then", async () => {
    const signals: AbortSignal[] = [];
    const authenticate: ChatOptions["authenticate"] = ({ signal }) => {
      signals.push(signal);
      return new Promise(() => {});
    };
    const { clock, hello } = serving({ authenticate });
    const transport = hello();
    await clock.advance(10_000);
    expect(transport.take("$error").error?.code).toBe("UNAVAILABLE");
    expect(transport.closeRequests).toMatchObject([{ code: 1013 }]);
    expect(signals[0]?.aborted).toBe(true);
  });

  it("[4.5] gives a full peer's token, and of a plain peer the query's only where that is allowed", async () => {
    const tokens: unknown[] = [];
    const authenticate: ChatOptions["authenticate"] = ({ token }) => {
      tokens.push(token);
      return { id: "u" };
    };
    const strict = serving({ authenticate });
    strict.hello({ token: "of hello" });
    strict.accept("");
    serving({ authenticate, plain: { queryToken: true } }).accept("");
    await strict.clock.settle();
    expect(tokens).toEqual(["of hello", undefined, "secret"]);
  });

  it("[4.5] handles nothing of a plain peer before it, and everything in order after it", async () => {
    const gate = deferred<{ id: string }>();
    const { clock, server, accept } = serving({ authenticate: () => gate.promise });
    const handled: string[] = [];
    server.handle("rename", ({ data }) => {
      handled.push(data.name);
      return data;
    });
    const transport = accept("");
    for (const name of ["a", "b"]) transport.send({ type: "rename", data: { name } });
    transport.send({ type: "ping" });
    await clock.settle();
    expect(handled).toEqual([]);
    expect(types(transport)).toEqual(["pong"]);
    gate.resolve({ id: "u" });
    await clock.settle();
    expect(handled).toEqual(["a", "b"]);
  });

  it("admits nobody who has gone meanwhile", async () => {
    const gate = deferred<{ id: string }>();
    const { clock, server, hello } = serving({ authenticate: () => gate.promise });
    const connected: string[] = [];
    server.on("connect", ({ user }) => connected.push(user.id));
    const transport = hello({ rooms: [{ room: "chat/a" }] });
    transport.end(1006);
    gate.resolve({ id: "u" });
    await clock.settle();
    expect(connected).toEqual([]);
    expect(server.stats()).toMatchObject({ connections: 0, pending: 0, rooms: 0 });
    expect(clock.pending).toBe(0);
  });

  it("[5.2] [5.8] keeps a guest one user over reconnects, and others from its name", async () => {
    const { clock, hello } = serving();
    const users: unknown[] = [];
    const members: unknown[] = [];
    for (const data of [{}, { attempt: 2 }, { client: "another-client-id-x" }]) {
      const transport = hello(data);
      await clock.settle();
      const welcome = transport.take("$welcome").data as { user: string; member: string };
      users.push(welcome.user);
      members.push(welcome.member);
      transport.end();
    }
    expect(users[0]).toBe(users[1]);
    expect(users[2]).not.toBe(users[0]);
    expect(members[0]).toBe(members[1]);
    expect([...users, ...members]).not.toContain(clientId);
  });
});

describe("one client", () => {
  it("[5.5] takes its own older connection's place", async () => {
    const { clock, server, hello } = serving();
    const older = hello();
    await clock.settle();
    const newer = hello({ attempt: 2 });
    await clock.settle();
    expect(older.closeRequests).toMatchObject([{ code: 4409 }]);
    expect(newer.closeRequests).toEqual([]);
    expect(server.stats().connections).toBe(1);
  });

  it.each([1, 2])("[5.4] evicts nobody with an attempt that is not greater (%d)", async (attempt) => {
    const { clock, hello } = serving();
    const current = hello({ attempt: 2 });
    await clock.settle();
    const late = hello({ attempt });
    await clock.settle();
    expect(late.closeRequests).toMatchObject([{ code: 4409 }]);
    expect(current.closeRequests).toEqual([]);
  });

  it("lets go of both connections when the end of the older one makes the application end all", async () => {
    const { clock, server, hello } = serving();
    server.on("disconnect", () => void server.close());
    const older = hello();
    await clock.settle();
    const newer = hello({ attempt: 2 });
    newer.answersClose = false;
    await clock.settle();
    expect(older.closeRequests).toMatchObject([{ code: 4409 }]);
    expect(newer.closeRequests).toMatchObject([{ code: 1001 }]);
    expect(server.stats()).toMatchObject({ connections: 0, pending: 1, users: 0 });
    newer.end();
    expect(server.stats().pending).toBe(0);
  });

  it("[5.7] is told when it now is another user, and joins nothing", async () => {
    const { clock, server, hello } = serving({ authenticate: () => ({ id: "new" }) });
    const transport = hello({ user: "old", rooms: [{ room: "chat/a" }] });
    await clock.settle();
    expect(transport.take("$error").error?.code).toBe("USER_CHANGED");
    expect(transport.closeRequests).toMatchObject([{ code: 1008 }]);
    expect(server.stats()).toMatchObject({ connections: 0, rooms: 0 });
  });
});

describe("too many connections", () => {
  it.each([
    ["in all", { connections: 2 }],
    ["of one user", { connectionsPerUser: 2 }],
  ])("[4.11] %s: the newest is refused", async (_what, limits) => {
    const { clock, server, accept } = serving({ authenticate: () => ({ id: "u" }), limits });
    const transports = [accept(""), accept(""), accept("")];
    await clock.settle();
    expect(transports.map(({ closeRequests }) => closeRequests[0]?.code)).toEqual([
      undefined,
      undefined,
      1013,
    ]);
    expect(transports[2]?.take("$error").error?.code).toBe("TOO_MANY_CONNECTIONS");
    expect(server.stats().connections).toBe(2);
    transports[0]?.end();
    const next = accept("");
    await clock.settle();
    expect(next.closeRequests).toEqual([]);
  });
});
