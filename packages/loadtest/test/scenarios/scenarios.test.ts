import { describe, expect, it, vi } from "vitest";
import type { LoadTestOptions } from "../../src/options.js";
import { runLoadTest } from "../../src/run-load-test.js";
import { back, liveServer, plainServer, toAll } from "../setup.js";

// Real sockets, on a machine that may be busy.
vi.setConfig({ testTimeout: 30_000 });

/** Little, and fast: what is tested is that everything is counted. */
const little = { connections: 6, rampMs: 20, rate: 50, messages: 5, processes: 1 };
const room = { room: "chat/load", type: "say" };
const run = (options: LoadTestOptions) => runLoadTest({ ...little, ...options });

describe("on a server of ours,", () => {
  it("broadcast counts what each other member receives", async () => {
    await using server = await liveServer();
    const { counts, errors, latency, ended, passed } = await run({ url: server.url, ...room, senders: 2 });
    // 2 senders, 5 messages each, to the 5 others.
    expect(counts).toMatchObject({
      connected: 6,
      sent: 10,
      answered: 10,
      delivered: 50,
      lost: 0,
      repeated: 0,
    });
    expect({ errors, ended, passed, count: latency?.count }).toEqual({
      errors: 0,
      ended: "complete",
      passed: true,
      count: 50,
    });
  });

  it("broadcast keeps rooms apart", async () => {
    await using server = await liveServer();
    const { counts, load } = await run({ url: server.url, ...room, rooms: 3 });
    expect(load.senders).toBe(3);
    expect(counts).toMatchObject({ sent: 15, delivered: 15, lost: 0 });
  });

  it("broadcast takes what an earlier test left in the history for nothing of its own", async () => {
    await using server = await liveServer({
      rooms: { "chat/:id": { history: { size: 100 }, onJoin: { last: 20 } } },
    });
    await run({ url: server.url, ...room });
    const { counts } = await run({ url: server.url, ...room });
    expect(counts).toMatchObject({ delivered: 25, lost: 0, repeated: 0 });
  });

  it("request waits for replies, and for acknowledgements in a room", async () => {
    await using server = await liveServer();
    const replies = await run({ url: server.url, type: "rename" });
    expect(replies).toMatchObject({ scenario: "request", errors: 0, counts: { sent: 30, answered: 30 } });
    const acknowledged = await run({ url: server.url, ...room, scenario: "request" });
    expect(acknowledged).toMatchObject({ errors: 0, counts: { sent: 30, answered: 30 } });
  });

  it("echo waits for the event that brings the message back, or for a pong", async () => {
    await using server = await liveServer();
    const events = await run({ url: server.url, type: "echo", scenario: "echo" });
    expect(events).toMatchObject({ errors: 0, counts: { answered: 30 } });
    const pongs = await run({ url: server.url });
    expect(pongs).toMatchObject({ scenario: "echo", errors: 0, counts: { answered: 30 } });
  });

  it("churn connects and joins anew in each turn", async () => {
    await using server = await liveServer();
    let joins = 0;
    server.server.onRoom("chat/:id", { joined: () => joins++ });
    const summary = await run({ url: server.url, ...room, scenario: "churn", messages: 2 });
    expect(summary).toMatchObject({ errors: 0, counts: { answered: 12 } });
    expect(joins).toBe(12);
  });

  it("reconnect-storm cuts everybody and waits until all are back in their room", async () => {
    await using server = await liveServer();
    let connects = 0;
    server.server.on("connect", () => connects++);
    const summary = await run({
      url: server.url,
      ...room,
      scenario: "reconnect-storm",
      rate: 0.8,
      messages: 2,
    });
    expect(summary).toMatchObject({ errors: 0, counts: { answered: 12 } });
    expect(connects).toBe(6 * 3);
  });

  it("slow-readers expects nothing of those that read nothing", async () => {
    await using server = await liveServer();
    const summary = await run({ url: server.url, ...room, scenario: "slow-readers", slowShare: 0.5 });
    // The sender and 3 stalled readers are not counted.
    expect(summary).toMatchObject({ errors: 0, counts: { delivered: 2 * 5, lost: 0 } });
  });

  it("gives each user its token, and prints it nowhere", async () => {
    const seen = new Set<string>();
    await using server = await liveServer({
      authenticate: ({ token }) => {
        seen.add(token ?? "none");
        return token === "secret-3" ? null : { id: token ?? "none" };
      },
    });
    const summary = await run({ url: server.url, type: "rename", token: "secret-{{user}}" });
    expect([...seen].sort()).toEqual([0, 1, 2, 3, 4, 5].map((user) => `secret-${user}`));
    expect(summary.counts).toMatchObject({ connected: 5, refused: 1 });
    expect(summary.errorsByCode).toMatchObject([{ code: "UNAUTHENTICATED", count: 1 }]);
    expect(JSON.stringify(summary)).not.toContain("secret-");
  });

  it("a limit that is met is an error, not a wait", async () => {
    await using server = await liveServer({ rateLimit: { messages: 2, windowMs: 60_000 } });
    const { counts, errorsByCode } = await run({ url: server.url, type: "rename" });
    expect(counts).toMatchObject({ sent: 30, answered: 12 });
    expect(errorsByCode).toMatchObject([{ code: "RATE_LIMITED", count: 18 }]);
  });
});

describe("on a plain server,", () => {
  it("echo finds a message by its key, or takes what comes next for its answer", async () => {
    await using server = await plainServer(back);
    expect(await run({ url: server.url, data: "hello {{key}}" })).toMatchObject({
      errors: 0,
      counts: { answered: 30 },
    });
    expect(await run({ url: server.url, data: "hello" })).toMatchObject({
      errors: 0,
      counts: { answered: 30 },
    });
  });

  it("broadcast finds messages in whatever arrives", async () => {
    await using server = await plainServer(toAll);
    const summary = await run({ url: server.url, plain: true, scenario: "broadcast" });
    expect(summary).toMatchObject({ errors: 0, counts: { sent: 5, delivered: 25, lost: 0, repeated: 0 } });
  });

  it("broadcast counts what is lost and what is repeated, and both are errors", async () => {
    let messages = 0;
    await using server = await plainServer((message, from, all) => {
      messages++;
      // The second is lost, the third comes twice.
      if (messages !== 2) toAll(message, from, all);
      if (messages === 3) toAll(message, from, all);
    });
    const { counts, errors } = await run({
      url: server.url,
      plain: true,
      scenario: "broadcast",
      timeoutMs: 300,
    });
    expect(counts).toMatchObject({ delivered: 20, lost: 5, repeated: 5 });
    expect(errors).toBe(10);
  });

  it("a connection that the server ends is an error with its code", async () => {
    await using server = await plainServer((_message, from) => from.close(4321));
    const { errorsByCode } = await run({ url: server.url, messages: 1, connections: 1, timeoutMs: 300 });
    expect(errorsByCode.map(({ code, count }) => [code, count]).sort()).toEqual([
      ["CLOSE_4321", 1],
      ["TIMEOUT", 1],
    ]);
  });

  it("churn and reconnect-storm work too", async () => {
    await using server = await plainServer(back);
    for (const scenario of ["churn", "reconnect-storm"]) {
      const summary = await run({ url: server.url, plain: true, scenario, rate: 10, messages: 2 });
      expect(summary).toMatchObject({ errors: 0, counts: { answered: 12 } });
    }
  });

  it("headers are sent, and their values printed nowhere", async () => {
    await using server = await plainServer(back);
    const cookies: (string | undefined)[] = [];
    server.server.on("connection", (_socket, { headers }) => cookies.push(headers.cookie));
    const summary = await run({ url: server.url, connections: 1, headers: { Cookie: "sid=secret" } });
    expect(cookies).toEqual(["sid=secret"]);
    expect(JSON.stringify(summary)).not.toContain("secret");
  });

  it("nobody passes who could not connect", async () => {
    const { url, ...server } = await plainServer(back);
    await server[Symbol.asyncDispose]();
    const summary = await run({ url });
    expect(summary).toMatchObject({ passed: false, counts: { connected: 0, refused: 6 } });
    expect(summary.errorsByCode).toMatchObject([{ code: "ECONNREFUSED", count: 6 }]);
  });

  it("one that is taken for one of ours is told apart", async () => {
    await using server = await plainServer(back);
    const { errorsByCode, counts } = await run({ url: server.url, type: "say", timeoutMs: 1_000 });
    expect(counts.connected).toBe(0);
    expect(errorsByCode.map(({ code }) => code)).toEqual(["BAD_ENVELOPE"]);
  });
});

it.each([
  [{ scenario: "broadcast" }, /broadcast needs the type of the messages/],
  [{ scenario: "request" }, /request needs the type/],
  [{ scenario: "request", plain: true }, /for a plain server use echo/],
  [{ scenario: "broadcast", type: "say", data: "{}" }, /by \{\{key\}\}/],
  [{ scenario: "echo", type: "say", data: "{}" }, /by \{\{key\}\}/],
])("refuses %j before it opens anything", async (options, complaint) => {
  await expect(run({ url: "ws://localhost:1", ...options })).rejects.toThrow(complaint);
});
