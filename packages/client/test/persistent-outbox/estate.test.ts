import type { Envelope } from "@tautline/protocol";
import { describe, expect, it } from "vitest";
import { Browser } from "./setup.js";

const dataOf = (envelopes: readonly { readonly data?: unknown }[]): unknown[] =>
  envelopes.map(({ data }) => data);

const welcomeOf = (user: string): Envelope => {
  const limits = { messageBytes: 65_536, rooms: 128, unanswered: 256 };
  const who = { connection: "c", user, member: "m" };
  return { type: "$welcome", data: { ...who, resumed: false, heartbeatMs: 20_000, limits, rooms: [] } };
};

describe("messages of a client that is gone, of which some cannot be sent", () => {
  it("[9.7] are told as OUTCOME_UNKNOWN where they were written and the server has forgotten, and the others sent", async () => {
    const browser = new Browser();
    const settled: unknown[] = [];
    const before = browser.open();
    browser.server.on("order", () => undefined);
    browser.server.on("feedback", () => undefined);
    await before.client.connect();
    void before.client.send("order", 1);
    void before.client.send("feedback", { stars: 1 });
    await before.clock.settle();
    browser.server.last.cut();
    await before.clock.settle();
    void before.client.send("order", 2);
    await before.clock.settle();
    before.crash();
    browser.server.on("order", undefined);
    browser.server.on("feedback", undefined);

    const after = browser.open(
      {},
      { settled: ({ message, error }) => settled.push([message.data, error?.code]) },
    );
    await after.client.connect();
    await after.clock.until(() => browser.messages().length === 0);
    await after.clock.settle();
    expect(settled).toEqual([
      [1, "OUTCOME_UNKNOWN"],
      [{ stars: 1 }, undefined],
      [2, undefined],
    ]);
    const heir = browser.server.connections.at(-1);
    expect(dataOf(heir?.received.slice(1) ?? [])).toEqual([{ stars: 1 }, 2]);
    expect(after.errors).toEqual([]);
    await after.client.close();
  });

  it("[5.7] are never sent as another user", async () => {
    const browser = new Browser();
    const before = browser.open();
    await before.client.connect();
    browser.server.last.cut();
    await before.clock.settle();
    void before.client.send("order", 1);
    await before.clock.settle();
    before.crash();
    browser.server.on("$hello", ({ data }, connection) => {
      const { user } = data as { user?: string };
      if (user === undefined || user === "bo") return welcomeOf("bo");
      connection.send({ type: "$error", error: { code: "USER_CHANGED", message: "another" } });
      connection.close(1008, "another");
      return undefined;
    });
    const after = browser.open();
    await after.client.connect();
    await after.clock.until(() => browser.messages().length === 0);
    await after.clock.advance(10_000);
    expect(browser.server.of("order")).toEqual([]);
    expect(after.errors).toEqual(["USER_CHANGED"]);
    await after.client.close();
  });

  it("are told where their room lets nobody in any more", async () => {
    const browser = new Browser();
    const before = browser.open();
    void before.client.room("chat/lobby").join();
    void before.client.room("chat/lobby").send("say", { text: "a" });
    await before.clock.settle();
    before.crash();
    browser.server.welcome = {
      rooms: [{ room: "chat/lobby", error: { code: "FORBIDDEN", message: "closed" } }],
    };
    const after = browser.open();
    await after.client.connect();
    await after.clock.until(() => browser.messages().length === 0);
    expect(browser.server.of("say")).toEqual([]);
    expect(after.errors).toEqual(["FORBIDDEN"]);
    await after.client.close();
  });

  it("stay where the server does not let their client in", async () => {
    const browser = new Browser();
    const before = browser.open();
    await before.client.connect();
    browser.server.last.cut();
    await before.clock.settle();
    void before.client.send("order", 1);
    await before.clock.settle();
    before.crash();
    browser.server.on("$hello", ({ data }, connection) => {
      // Who comes back says who it was.
      if ((data as { user?: string }).user === undefined) return welcomeOf("bo");
      connection.send({ type: "$error", error: { code: "UNAUTHENTICATED", message: "who?" } });
      connection.close(1008, "Invalid authentication token");
      return undefined;
    });
    const after = browser.open();
    await after.client.connect();
    await after.clock.advance(10_000);
    expect(browser.messages()).toMatchObject([{ envelope: { data: 1 } }]);
    expect(dataOf(after.client.pending)).toEqual([1]);
    expect(after.errors).toEqual([]);
    // It is not asked again and again.
    expect(browser.server.of("$hello").length).toBeLessThanOrEqual(4);
    await after.client.close();
  });

  it("are given up where they are too old or too many, and told", async () => {
    const browser = new Browser();
    const before = browser.open();
    for (const n of [1, 2, 3]) {
      void before.client.send("order", n, { timeoutMs: null });
      await before.clock.advance(1_000);
    }
    before.crash();
    const after = browser.open({}, { maxAgeMs: 5_000, maxCount: 1 });
    await after.clock.advance(5_500);
    await after.client.connect();
    await after.clock.until(() => browser.messages().length === 0);
    expect(dataOf(browser.server.of("order"))).toEqual([2]);
    expect(after.errors).toEqual(["TIMEOUT", "DROPPED"]);
    await after.client.close();
  });
});
