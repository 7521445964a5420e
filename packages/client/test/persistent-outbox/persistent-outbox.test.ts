import { TautlineError } from "@tautline/protocol";
import { describe, expect, it } from "vitest";
import { persistentOutbox } from "../../src/persistent-outbox/index.js";
import { Browser } from "./setup.js";

/** The code with which a promise is rejected. */
const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => "resolved",
    (error: unknown) => (TautlineError.is(error) ? error.code : String(error)),
  );

const dataOf = (envelopes: readonly { readonly data?: unknown }[]): unknown[] =>
  envelopes.map(({ data }) => data);

describe("messages of a living client", () => {
  it("are kept while they wait, marked as written before the socket has them, and forgotten with their answer", async () => {
    const browser = new Browser();
    const { client, clock } = browser.open();
    browser.server.on("order", () => undefined);
    const first = client.send("order", 1);
    await clock.settle();
    expect(browser.messages()).toMatchObject([{ envelope: { type: "order", data: 1 }, heirs: 0 }]);
    expect(browser.messages()[0]?.id).toBeUndefined();
    await client.connect();
    await clock.settle();
    expect(browser.server.of("order")).toHaveLength(1);
    expect(browser.messages()).toMatchObject([{ id: 1, user: "ada" }]);
    browser.server.last.send({ type: "$ack", id: 1 });
    await first;
    await clock.settle();
    expect(browser.messages()).toEqual([]);
    await client.close();
  });

  it("are kept once where they can be written at once, and written in the order in which they were sent", async () => {
    const browser = new Browser();
    const { client, clock } = browser.open();
    await client.connect();
    await clock.settle();
    browser.steps.length = 0;
    await Promise.all([
      client.send("order", 1),
      client.request("rename", { name: "Ada" }).catch(() => {}),
      client.send("order", 2),
    ]);
    const written = browser.server.last.received.slice(1);
    expect(written.map(({ type, id }) => [type, id])).toEqual([
      ["order", 1],
      ["rename", 2],
      ["order", 3],
    ]);
    await clock.settle();
    expect(browser.steps.filter((step) => step.startsWith("put 1"))).toEqual(["put 1 1"]);
    expect(browser.steps.some((step) => step.includes("Ada"))).toBe(false);
    await client.close();
  });

  it("are forgotten when their sender is told that they were not sent", async () => {
    const browser = new Browser();
    const { client, clock } = browser.open();
    const late = codeOf(client.send("order", 1, { timeoutMs: 100 }));
    const closed = codeOf(client.send("order", 2));
    await clock.advance(100);
    expect(await late).toBe("TIMEOUT");
    await client.close();
    expect(await closed).toBe("CLOSED");
    await clock.settle();
    expect(browser.messages()).toEqual([]);
  });

  it("are sent all the same where the storage fails, which is told once", async () => {
    const browser = new Browser();
    browser.failure = new Error("disk full");
    const { client, clock, errors } = browser.open();
    const sent = [1, 2].map((n) => client.send("order", n));
    await client.connect();
    await clock.until(Promise.all(sent));
    expect(dataOf(browser.server.of("order"))).toEqual([1, 2]);
    expect(new Set(errors)).toEqual(new Set(["UNAVAILABLE"]));
    expect(errors.length).toBeLessThanOrEqual(2);
    await client.close();
  });

  it("are sent all the same where the storage never answers, which is told", async () => {
    const browser = new Browser();
    const stuck = (): Promise<never> => new Promise(() => {});
    const storage = { read: async () => [], put: stuck, delete: stuck };
    const { client, clock, errors } = browser.open({}, { storage });
    await client.connect();
    const sent = [1, 2, 3].map((n) => client.send("order", n));
    await clock.until(Promise.all(sent), 6_000);
    expect(dataOf(browser.server.of("order"))).toEqual([1, 2, 3]);
    expect(errors).toEqual(["UNAVAILABLE"]);
    await client.close();
    await clock.advance(10_000);
    expect(clock.pending).toBe(0);
  });

  it("are not kept where nobody could tell who lives, which is told", async () => {
    const browser = new Browser();
    const { client, clock, errors } = browser.open(
      {},
      { locks: { request: () => Promise.reject(new Error("none")) } },
    );
    await client.connect();
    await client.send("order", 1);
    await clock.settle();
    expect(browser.messages()).toEqual([]);
    expect(errors).toEqual(["UNAVAILABLE"]);
    await client.close();
  });
});

describe("options", () => {
  it("refuses what makes no sense", () => {
    expect(() => persistentOutbox({ name: "" })).toThrow("name: expected");
    expect(() => persistentOutbox({ maxAgeMs: -1 })).toThrow("maxAgeMs: expected");
  });
});
