import { type Envelope, TautlineError } from "@tautline/protocol";
import type { ScriptedServer } from "@tautline/testing";
import { describe, expect, it } from "vitest";
import { connected } from "./setup.js";

/** The code with which a promise is rejected. */
const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => "resolved",
    (error: unknown) => (TautlineError.is(error) ? error.code : String(error)),
  );

/**
 * A server that refuses some messages for now, as PROTOCOL.md 9.12 says: from the first that it refuses on all, until that one
 * is repeated or cancelled. @returns what it handled
 */
function refusing(server: ScriptedServer, isRefused: (envelope: Envelope) => boolean, retryAfterMs?: number) {
  const handled: unknown[] = [];
  let [gate, last] = [Infinity, server.last];
  const refuse = (id: number): Envelope => ({
    type: "$error",
    id,
    error: { code: retryAfterMs === undefined ? "BUSY" : "RATE_LIMITED", message: "later", retryAfterMs },
  });
  server.on("$cancel", ({ data }) => {
    if ((data as { id: number }).id === gate) gate = Infinity;
    return undefined;
  });
  server.on("order", (envelope, connection) => {
    const id = envelope.id as number;
    if (connection !== last) gate = Infinity;
    last = connection;
    if (id > gate) return refuse(id);
    gate = isRefused(envelope) ? id : Infinity;
    if (gate === id) return refuse(id);
    handled.push(envelope.data);
    return { type: "$ack", id };
  });
  return handled;
}

describe("a client that the server asks to slow down", () => {
  it("[9.12] waits as long as it is told, and repeats what was refused and all after it, in order", async () => {
    const { client, server, clock } = await connected();
    const handled = refusing(server, ({ data }) => data === 2 && clock.monotonic() < 500, 500);
    const codes = [1, 2, 3].map((n) => codeOf(client.send("order", n)));
    await clock.advance(100);
    expect(handled).toEqual([1]);
    codes.push(codeOf(client.send("order", 4)));
    await clock.advance(399);
    expect(server.of("order").map(({ data }) => data)).toEqual([1, 2, 3]);
    expect(client.pending.map(({ data }) => data)).toEqual([2, 3, 4]);
    await clock.advance(1);
    expect(await Promise.all(codes)).toEqual(["resolved", "resolved", "resolved", "resolved"]);
    expect(handled).toEqual([1, 2, 3, 4]);
    expect(server.of("order").map(({ id }) => id)).toEqual([1, 2, 3, 2, 3, 4]);
    await client.close();
  });

  it("[9.12] repeats each message once for each refusal, also where it has waited before all refusals are there", async () => {
    const { client, server, clock } = await connected();
    server.on("order", () => undefined);
    const codes = [1, 2, 3].map((n) => codeOf(client.send("order", n)));
    const refuse = (...ids: number[]) => {
      const error = { code: "RATE_LIMITED", message: "later", retryAfterMs: 10 } as const;
      server.last.send(...ids.map((id) => ({ type: "$error", id, error })));
    };
    refuse(1);
    await clock.advance(10);
    expect(server.of("order").map(({ id }) => id)).toEqual([1, 2, 3, 1]);
    refuse(2, 3);
    await clock.advance(10);
    expect(server.of("order").map(({ id }) => id)).toEqual([1, 2, 3, 1, 2, 3]);
    server.last.send(...[1, 2, 3].map((id) => ({ type: "$ack", id })));
    expect(await Promise.all(codes)).toEqual(["resolved", "resolved", "resolved"]);
    await client.close();
  });

  it("waits with backoff where it is not told how long, and forgets that once it is through", async () => {
    const { client, server, clock } = await connected({ backoff: { minMs: 1_000, maxMs: 10_000 } });
    let refusals = 5;
    const handled = refusing(server, () => refusals-- > 0);
    await clock.until(client.send("order", 1));
    expect(handled).toEqual([1]);
    expect(server.of("order")).toHaveLength(6);
    expect(clock.monotonic()).toBeGreaterThan(1_000);
    await client.close();
  });

  it("gives up at the deadline of each message, and lets the others go (F-43)", async () => {
    const { client, server, clock } = await connected();
    const handled = refusing(server, ({ data }) => data === 1, 400);
    const first = codeOf(client.send("order", 1, { timeoutMs: 1_000 }));
    const second = codeOf(client.send("order", 2));
    await clock.advance(999);
    expect(handled).toEqual([]);
    await clock.advance(1);
    expect(await first).toBe("TIMEOUT");
    expect(server.of("$cancel")).toMatchObject([{ data: { id: 1 } }]);
    await clock.advance(400);
    expect(await second).toBe("resolved");
    expect(handled).toEqual([2]);
    await client.close();
  });

  it("tells a sender that does not want to wait, and keeps the order of those who do", async () => {
    const { client, server, clock } = await connected();
    const handled = refusing(server, ({ data }) => data === 1, 400);
    const refused = client.send("order", 1, { retry: false });
    const others = [2, 3].map((n) => codeOf(client.send("order", n)));
    await expect(refused).rejects.toMatchObject({ code: "RATE_LIMITED", retryAfterMs: 400 });
    others.push(codeOf(client.send("order", 4)));
    await clock.advance(399);
    expect(handled).toEqual([]);
    await clock.advance(1);
    expect(await Promise.all(others)).toEqual(["resolved", "resolved", "resolved"]);
    expect(handled).toEqual([2, 3, 4]);
    await client.close();
  });

  it("tells each sender that does not want to wait what the server says, and lets none wait for one that was told", async () => {
    const { client, server, clock } = await connected();
    const handled = refusing(server, ({ data }) => data !== 4, 60_000);
    const atOnce = { retry: false };
    const refused = [1, 2].map((n) => codeOf(client.send("order", n, atOnce)));
    await clock.advance(10);
    refused.push(codeOf(client.send("order", 3, atOnce)));
    await clock.advance(10);
    const last = codeOf(client.send("order", 4, atOnce));
    await clock.advance(10);
    expect(handled).toEqual([4]);
    expect(await Promise.all(refused)).toEqual(["RATE_LIMITED", "RATE_LIMITED", "RATE_LIMITED"]);
    expect(await last).toBe("resolved");
    await client.close();
  });

  it("keeps to it over a reconnect", async () => {
    const { client, server, clock } = await connected();
    const handled = refusing(server, ({ data }) => data === 2 && clock.monotonic() < 5_000, 5_000);
    server.welcome = { resumed: true };
    const codes = [1, 2, 3].map((n) => codeOf(client.send("order", n)));
    await clock.advance(100);
    server.last.cut();
    await clock.advance(4_800);
    expect(client.state.kind).toBe("connected");
    expect(server.last.of("order")).toEqual([]);
    await clock.advance(200);
    expect(await Promise.all(codes)).toEqual(["resolved", "resolved", "resolved"]);
    expect(handled).toEqual([1, 2, 3]);
    await client.close();
  });

  it("goes on when its time has come while the client moved to another connection, in vain", async () => {
    const { client, server, clock } = await connected();
    const handled = refusing(server, ({ data }) => data === 1 && clock.monotonic() < 500, 500);
    const codes = [1, 2].map((n) => codeOf(client.send("order", n, { timeoutMs: null })));
    await clock.advance(100);
    server.accepts = false;
    server.last.send({ type: "$reconnect", data: { withinMs: 1 } });
    await clock.advance(5_000);
    expect(server.connections).toHaveLength(2);
    expect(handled).toEqual([]);
    await clock.advance(10_000);
    expect(await Promise.all(codes)).toEqual(["resolved", "resolved"]);
    expect(handled).toEqual([1, 2]);
    await client.close();
  });

  it("[9.7] sends again what was refused where the server has forgotten it: it was not handled", async () => {
    const { client, server, clock } = await connected();
    const handled = refusing(server, ({ data }) => data === 1 && clock.monotonic() < 5_000, 5_000);
    const codes = [1, 2].map((n) => codeOf(client.send("order", n)));
    await clock.advance(100);
    server.last.cut();
    await clock.advance(5_000);
    expect(await Promise.all(codes)).toEqual(["resolved", "resolved"]);
    expect(handled).toEqual([1, 2]);
    expect(server.last.of("order").map(({ id }) => id)).toEqual([3, 4]);
    await client.close();
  });

  it("[9.7] does not take for refused what was written after it and is not refused yet: it may be at work", async () => {
    const { client, server, clock } = await connected();
    server.on("order", () => undefined);
    const codes = [1, 2].map((n) => codeOf(client.send("order", n)));
    await clock.settle();
    server.last.send({ type: "$error", id: 1, error: { code: "BUSY", message: "later" } });
    server.last.cut();
    server.on("order", ({ id }) => ({ type: "$ack", id }));
    await clock.advance(5_000);
    expect(await Promise.all(codes)).toEqual(["resolved", "OUTCOME_UNKNOWN"]);
    await client.close();
  });

  it("leaves no timer behind, and says CLOSED of what was refused when it is closed", async () => {
    const { client, server, clock } = await connected();
    refusing(server, () => true, 5_000);
    const refused = codeOf(client.send("order", 1));
    await clock.settle();
    await client.close();
    expect(await refused).toBe("CLOSED");
    await clock.settle();
    expect(clock.pending).toBe(0);
  });
});
