import { TautlineError } from "@tautline/protocol";
import { describe, expect, it } from "vitest";
import { connected, world } from "./setup.js";

/** The code with which a promise is rejected. */
const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => "resolved",
    (error: unknown) => (TautlineError.is(error) ? error.code : String(error)),
  );

describe("opening", () => {
  it("opens nothing at construction, and nothing for a listener where that is left to connect", async () => {
    const { client, server, clock } = world();
    client.on("notice", () => {});
    void client.send("logout");
    await clock.settle();
    expect(server.connections).toHaveLength(0);
    expect(client.state.kind).toBe("idle");
  });

  it.each(["send", "request", "join"] as const)("opens with the first %s", async (how) => {
    const { client, server } = world({ autoConnect: true });
    if (how === "send") await client.send("logout");
    if (how === "request") void client.request("rename", { name: "Ada" });
    if (how === "join") void client.room("chat/lobby").join();
    await server.next("$hello");
    await client.close();
  });

  it("[5.1] [5.3] says who it is in the hello, and keeps its name over connections while attempts grow", async () => {
    const { client, server, clock } = await connected({ token: async () => "secret" });
    server.last.cut();
    await clock.advance(1_000);
    expect(client.state.kind).toBe("connected");
    const [first, second] = server.of("$hello").map(({ data }) => data as Record<string, unknown>);
    expect(first).toMatchObject({ attempt: 1, token: "secret", rooms: [] });
    expect(first?.client).toMatch(/^[0-9a-f]{32}$/);
    expect(second).toMatchObject({ client: first?.client, attempt: 2, user: "ada", token: "secret" });
    await client.close();
  });

  it("keeps the state's identity between changes", async () => {
    const { client } = await connected();
    expect(client.state).toBe(client.state);
    expect(client.state).toMatchObject({ kind: "connected", user: "ada", member: "ada-1" });
    await client.close();
    expect(client.state).toBe(client.state);
  });

  it("leaves no timer behind when it is closed", async () => {
    const { client, clock } = await connected();
    void client.room("chat/lobby").join();
    await clock.settle();
    await client.close();
    await clock.settle();
    expect(clock.pending).toBe(0);
    expect(client.state).toEqual({ kind: "closed" });
  });
});

describe("messages", () => {
  it("resolves a send when the server has acknowledged it", async () => {
    const { client, server } = await connected();
    await client.send("feedback", { stars: 5 });
    expect(server.of("feedback")).toMatchObject([{ id: 1, data: { stars: 5 } }]);
    await client.close();
  });

  it("gives the reply to a request, checked by the contract", async () => {
    const { client, server } = await connected();
    server.on("rename", ({ id }) => ({ type: "$reply", id, data: { name: "Ada", extra: 1 } }));
    expect(await client.request("rename", { name: "Ada" })).toEqual({ name: "Ada" });
    server.on("rename", ({ id }) => ({ type: "$reply", id, data: { name: 5 } }));
    expect(await codeOf(client.request("rename", { name: "Ada" }))).toBe("BAD_DATA");
    await client.close();
  });

  it("refuses data against the contract before it leaves", async () => {
    const { client, server } = await connected();
    expect(await codeOf(client.request("rename", { name: "" }))).toBe("BAD_DATA");
    expect(server.of("rename")).toHaveLength(0);
    await client.close();
  });

  it("rejects with the server's error and its delay", async () => {
    const { client, server } = await connected();
    server.on("logout", ({ id }) => ({
      type: "$error",
      id,
      error: { code: "RATE_LIMITED", message: "slower", retryAfterMs: 500 },
    }));
    const sent = client.send("logout", undefined, { retry: false });
    await expect(sent).rejects.toMatchObject({ code: "RATE_LIMITED", retryAfterMs: 500 });
    await client.close();
  });

  it("[3.3] refuses locally what would be over the server's limit", async () => {
    const { client, server } = world();
    server.welcome = { limits: { messageBytes: 100, rooms: 1, unanswered: 256 } };
    await client.connect();
    expect(await codeOf(client.request("rename", { name: "x".repeat(100) }))).toBe("TOO_LARGE");
    expect(server.of("rename")).toHaveLength(0);
    await client.close();
  });

  it("[9.3] [9.8] sends after the welcome what was asked for before it, in order", async () => {
    const { client, server } = world();
    const sent = [1, 2, 3].map((n) => client.send("order", n));
    await client.connect();
    await Promise.all(sent);
    expect(server.of("order").map(({ id, data }) => [id, data])).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
    await client.close();
  });

  it("keeps what waits as it was when it was sent", async () => {
    const { client, server } = world();
    const data = { stars: 1 };
    const sent = client.send("feedback", data);
    data.stars = 5;
    await client.connect();
    await sent;
    expect(server.of("feedback")[0]?.data).toEqual({ stars: 1 });
    await client.close();
  });

  it("[9.7] settles as OUTCOME_UNKNOWN what was written when the connection was lost, and sends idempotent ones again", async () => {
    const { client, server, clock } = await connected();
    server.on("logout", () => undefined);
    server.on("feedback", () => undefined);
    const lost = codeOf(client.send("logout"));
    const again = client.send("feedback", { stars: 5 });
    await clock.settle();
    server.on("feedback", undefined);
    server.last.cut();
    const later = client.send("order", 1);
    await clock.advance(1_000);
    expect(await lost).toBe("OUTCOME_UNKNOWN");
    await again;
    await later;
    expect(server.last.received.map(({ type, id }) => [type, id])).toEqual([
      ["$hello", undefined],
      ["feedback", 3],
      ["order", 4],
    ]);
    await client.close();
  });

  it("[9.6] repeats what is unanswered under its own id where the server kept its record", async () => {
    const { client, server, clock } = await connected();
    server.on("logout", () => undefined);
    const sent = client.send("logout");
    await clock.settle();
    server.welcome = { resumed: true };
    server.on("logout", undefined);
    server.last.cut();
    await clock.advance(1_000);
    await sent;
    expect(server.last.of("logout")).toMatchObject([{ id: 1 }]);
    await client.close();
  });

  it("[3.5] has at most as many unanswered as the server allows", async () => {
    const { client, server, clock } = world();
    server.welcome = { limits: { messageBytes: 65_536, rooms: 128, unanswered: 2 } };
    server.on("order", () => undefined);
    await client.connect();
    const sent = [1, 2, 3].map((n) => client.send("order", n));
    await clock.settle();
    expect(server.of("order")).toHaveLength(2);
    server.last.send({ type: "$ack", id: 1 });
    await clock.settle();
    expect(server.of("order")).toHaveLength(3);
    server.last.send({ type: "$ack", id: 2 }, { type: "$ack", id: 3 });
    await Promise.all(sent);
    await client.close();
  });

  it("refuses with BUSY what the outbox cannot hold", async () => {
    const { client, clock } = world({ outbox: { maxCount: 1 } });
    const held = codeOf(client.send("order", 1));
    expect(await codeOf(client.send("order", 2))).toBe("BUSY");
    const small = world({ outbox: { maxBytes: 10 } });
    expect(await codeOf(small.client.send("order", 1))).toBe("BUSY");
    await client.close();
    expect(await held).toBe("CLOSED");
    await clock.settle();
    expect(clock.pending).toBe(0);
  });

  it("gives up at its deadline and tells the server", async () => {
    const { client, server, clock } = await connected();
    server.on("rename", () => undefined);
    const late = codeOf(client.request("rename", { name: "Ada" }, { timeoutMs: 2_000 }));
    await clock.advance(2_000);
    expect(await late).toBe("TIMEOUT");
    expect(server.of("$cancel")).toMatchObject([{ data: { id: 1 } }]);
    await client.close();
  });

  it("[9.10] cancels by a signal: at once where it was not written, by $cancel where it was", async () => {
    const { client, server, clock } = world();
    const [early, late] = [new AbortController(), new AbortController()];
    const unwritten = codeOf(client.send("order", 1, { signal: early.signal }));
    early.abort();
    expect(await unwritten).toBe("CANCELLED");
    await client.connect();
    server.on("order", () => undefined);
    const written = codeOf(client.send("order", 2, { signal: late.signal }));
    await clock.settle();
    late.abort();
    expect(await written).toBe("CANCELLED");
    await clock.settle();
    expect(server.of("$cancel")).toMatchObject([{ data: { id: 1 } }]);
    expect(await codeOf(client.send("order", 3, { signal: late.signal }))).toBe("CANCELLED");
    expect(server.of("order")).toHaveLength(1);
    await client.close();
  });

  it("rejects what waits when it is closed, and everything after", async () => {
    const { client, server, clock } = await connected();
    server.on("order", () => undefined);
    const written = codeOf(client.send("order", 1));
    await clock.settle();
    await client.close();
    expect(await written).toBe("OUTCOME_UNKNOWN");
    expect(await codeOf(client.send("order", 2))).toBe("CLOSED");
  });

  it("is closed at the end of the scope that it was made for", async () => {
    const { server, clock, client: made } = await connected();
    {
      await using client = made;
      await client.send("logout");
    }
    expect(made.state).toEqual({ kind: "closed" });
    expect(server.last.socket.closeRequests).toMatchObject([{ code: 1000 }]);
    expect(clock.pending).toBe(0);
  });

  it("reports a rejection that nobody awaited, and only that", async () => {
    const { client, errors, clock } = await connected();
    void client.request("rename", { name: "" });
    await clock.settle();
    expect(errors).toEqual(["BAD_DATA"]);
    await codeOf(client.request("rename", { name: "" }));
    await clock.settle();
    expect(errors).toEqual(["BAD_DATA"]);
    await client.close();
  });
});

describe("events", () => {
  it("[6.2] [6.3] hands over the contract's output, reports what is against it, and ignores what it does not know (F-42)", async () => {
    const { client, server, errors, clock } = await connected();
    const texts: string[] = [];
    client.on("notice", ({ data }) => texts.push(data.text));
    server.last.send(
      { type: "notice", data: { text: "a" }, timestamp: 1 },
      { type: "notice", data: { text: 5 } },
      { type: "unknown", data: 1 },
      { type: "notice", data: { text: "b" } },
    );
    await clock.settle();
    expect(texts).toEqual(["a", "b"]);
    expect(errors).toEqual(["BAD_DATA"]);
    expect(client.state.kind).toBe("connected");
    await client.close();
  });

  it("goes on after a listener that throws, and reports it", async () => {
    const { client, server, errors, clock } = await connected();
    const texts: string[] = [];
    client.on("notice", () => {
      throw new Error("mine");
    });
    client.on("notice", ({ data }) => texts.push(data.text));
    server.last.send({ type: "notice", data: { text: "a" } });
    await clock.settle();
    expect(texts).toEqual(["a"]);
    expect(errors).toEqual(["HANDLER_FAILED"]);
    await client.close();
  });

  it("removes listeners by remover, signal and once", async () => {
    const { client, server, clock } = await connected();
    const heard: string[] = [];
    const abort = new AbortController();
    const remove = client.on("notice", () => heard.push("removed"));
    client.on("notice", () => heard.push("signal"), { signal: abort.signal });
    client.on("notice", () => heard.push("once"), { once: true });
    const notice = { type: "notice", data: { text: "a" } };
    server.last.send(notice);
    remove();
    abort.abort();
    server.last.send(notice);
    await clock.settle();
    expect(heard).toEqual(["removed", "signal", "once"]);
    await client.close();
  });
});
