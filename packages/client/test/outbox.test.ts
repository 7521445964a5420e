import { TautlineError } from "@tautline/protocol";
import { describe, expect, it } from "vitest";
import { connected, world } from "./setup.js";

/** The code with which a promise is rejected. */
const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => "resolved",
    (error: unknown) => (TautlineError.is(error) ? error.code : String(error)),
  );

describe("the bounds of the outbox", () => {
  it("lets the oldest give way where it is told to, and says so (F-35)", async () => {
    const { client, server } = world({ outbox: { maxCount: 2, policy: "drop-oldest" } });
    const codes = [1, 2, 3, 4].map((n) => codeOf(client.send("order", n)));
    await client.connect();
    expect(await Promise.all(codes)).toEqual(["DROPPED", "DROPPED", "resolved", "resolved"]);
    expect(server.of("order").map(({ id, data }) => [id, data])).toEqual([
      [1, 3],
      [2, 4],
    ]);
    await client.close();
  });

  it("lets nobody give way for what does not fit an empty outbox", async () => {
    const { client } = world({ outbox: { maxBytes: 150, policy: "drop-oldest" } });
    const small = codeOf(client.send("order", 1));
    expect(await codeOf(client.request("rename", { name: "x".repeat(150) }))).toBe("BUSY");
    await client.connect();
    expect(await small).toBe("resolved");
    await client.close();
  });

  it("never drops what was written to a socket, also not where it waits to be written again", async () => {
    const { client, server, clock } = await connected({ outbox: { maxCount: 2, policy: "drop-oldest" } });
    const error = { code: "RATE_LIMITED" as const, message: "later", retryAfterMs: 5_000 };
    server.on("order", ({ id }) => ({ type: "$error", id, error }));
    const written = codeOf(client.send("order", 1));
    await clock.settle();
    server.on("order", undefined);
    server.last.cut();
    await clock.advance(1_000);
    expect(client.state.kind).toBe("connected");
    const codes = [2, 3].map((n) => codeOf(client.send("order", n)));
    await clock.advance(5_000);
    expect(await Promise.all([written, ...codes])).toEqual(["resolved", "DROPPED", "resolved"]);
    await client.close();
  });

  it("sends of one key only the latest that waits, and every message without a key", async () => {
    const { client, server } = world();
    const codes = [
      codeOf(client.send("order", 1, { key: "a" })),
      codeOf(client.send("order", 2)),
      codeOf(client.send("order", 3, { key: "b" })),
      codeOf(client.send("order", 4, { key: "a" })),
      codeOf(client.send("feedback", { stars: 5 }, { key: "a" })),
      codeOf(client.send("order", 6)),
    ];
    await client.connect();
    const all = ["DROPPED", "resolved", "resolved", "resolved", "resolved", "resolved"];
    expect(await Promise.all(codes)).toEqual(all);
    expect(server.of("order").map(({ data }) => data)).toEqual([2, 3, 4, 6]);
    await client.close();
  });

  it("sends each message of a key that could be written at once", async () => {
    const { client, server } = await connected();
    await Promise.all([1, 2].map((n) => client.send("order", n, { key: "a" })));
    expect(server.of("order").map(({ data }) => data)).toEqual([1, 2]);
    await client.close();
  });

  it("takes type and room for the key where the policy is latest-by-key", async () => {
    const { client, server } = world({ outbox: { policy: "latest-by-key" } });
    const codes = [1, 2, 3].map((n) => codeOf(client.send("order", n, n === 2 ? { key: "x" } : {})));
    const other = codeOf(client.send("feedback", { stars: 1 }));
    await client.connect();
    expect(await Promise.all([...codes, other])).toEqual(["DROPPED", "resolved", "resolved", "resolved"]);
    expect(server.of("order").map(({ data }) => data)).toEqual([2, 3]);
    await client.close();
  });
});

describe("the order of messages", () => {
  it("holds messages for a room until it is joined, and no others", async () => {
    const { client, server, clock } = await connected();
    server.on("$join", () => undefined);
    const lobby = client.room("chat/lobby");
    void lobby.join();
    const sent = [
      lobby.send("say", { text: "a" }),
      client.send("order", 1),
      lobby.send("say", { text: "b" }),
      client.send("order", 2),
    ];
    await clock.settle();
    expect(server.of("order").map(({ data }) => data)).toEqual([1, 2]);
    expect(server.of("say")).toEqual([]);
    server.last.send({
      type: "$joined",
      data: { room: "chat/lobby", recovered: false, epoch: "e", offset: 0, head: 0 },
    });
    await Promise.all(sent);
    expect(server.of("say").map(({ data }) => data)).toEqual([{ text: "a" }, { text: "b" }]);
    await client.close();
  });
});

describe("messages that wait", () => {
  it("are shown by the client until they are answered, in the order in which they were sent", async () => {
    const { client, server, clock } = world();
    server.on("order", () => undefined);
    void client.send("order", 1);
    void client.request("rename", { name: "Ada" }).catch(() => {});
    const now = clock.now();
    expect(client.pending).toMatchObject([
      { type: "order", data: 1, timestamp: now },
      { type: "rename", data: { name: "Ada" }, timestamp: now },
    ]);
    await client.connect();
    await clock.settle();
    expect(client.pending).toMatchObject([{ type: "order", data: 1 }]);
    server.last.send({ type: "$ack", id: 1 });
    await clock.settle();
    expect(client.pending).toEqual([]);
    await client.close();
  });
});

describe("a client whose user has changed", () => {
  it("[5.7] rejects what it had for the former one, and sends nothing of it as the other", async () => {
    const { client, server, clock } = await connected();
    server.on("order", () => undefined);
    const written = codeOf(client.send("order", 1));
    await clock.settle();
    server.last.cut();
    const waiting = codeOf(client.send("order", 2));
    server.on("$hello", (_, connection) => {
      server.on("$hello", undefined);
      connection.send({ type: "$error", error: { code: "USER_CHANGED", message: "another" } });
      connection.close(1008, "another");
      return undefined;
    });
    server.welcome = { user: "bo" };
    await clock.advance(10_000);
    expect(await Promise.all([written, waiting])).toEqual(["USER_CHANGED", "USER_CHANGED"]);
    server.on("order", undefined);
    await client.send("order", 3);
    expect(server.of("order").map(({ id, data }) => [id, data])).toEqual([
      [1, 1],
      [1, 3],
    ]);
    const [first, , third] = server.of("$hello").map(({ data }) => data as Record<string, unknown>);
    expect(third?.client).not.toBe(first?.client);
    expect(third?.attempt).toBe(1);
    expect(third?.user).toBeUndefined();
    await client.close();
  });

  it("are shown in that order where an earlier one waits for its room, too", async () => {
    const { client, server } = await connected();
    for (const type of ["$join", "order"]) server.on(type, () => undefined);
    const lobby = client.room("chat/lobby");
    lobby.join().catch(() => {});
    lobby.send("say", { text: "a" }).catch(() => {});
    client.send("order", 1).catch(() => {});
    expect(client.pending).toMatchObject([{ type: "say" }, { type: "order" }]);
    await client.close();
  });
});
