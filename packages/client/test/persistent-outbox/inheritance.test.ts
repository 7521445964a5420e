import type { Envelope } from "@tautline/protocol";
import { describe, expect, it } from "vitest";
import { Browser } from "./setup.js";

const dataOf = (envelopes: readonly { readonly data?: unknown }[]): unknown[] =>
  envelopes.map(({ data }) => data);

describe("messages of a client that is gone", () => {
  it("are sent once by the next one, which shows them until then", async () => {
    const browser = new Browser();
    const before = browser.open();
    void before.client.send("order", 1);
    void before.client.send("order", 2);
    await before.clock.settle();
    before.crash();

    browser.server.accepts = false;
    const after = browser.open();
    const connected = after.client.connect();
    void after.client.send("order", 3);
    await after.clock.settle();
    expect(dataOf(after.client.pending)).toEqual([1, 2, 3]);
    browser.server.accepts = true;
    browser.server.last.socket.accept();
    await connected;
    await after.clock.until(() => browser.messages().length === 0);
    expect(dataOf(browser.server.of("order")).sort()).toEqual([1, 2, 3]);
    expect(dataOf(browser.server.connections[1]?.of("order") ?? [])).toEqual([1, 2]);
    expect(after.client.pending).toEqual([]);
    expect(after.errors).toEqual([]);
    await after.clock.settle();
    expect(browser.server.connections[1]?.socket.closeRequests).toMatchObject([{ code: 1000 }]);
    await after.client.close();
  });

  it("[9.6] are repeated under the ids and the client id under which they were written, then the others", async () => {
    const browser = new Browser();
    const before = browser.open();
    browser.server.on("order", () => undefined);
    await before.client.connect();
    void before.client.send("order", 1);
    void before.client.send("order", 2);
    await before.clock.settle();
    void before.client.room("chat/lobby").send("say", { text: "a" }, { timeoutMs: null });
    before.crash();
    browser.server.on("order", undefined);
    browser.server.welcome = { resumed: true };

    const after = browser.open();
    await after.client.connect();
    await after.clock.until(() => browser.messages().length === 0);
    const [old, , heir] = browser.server.connections;
    expect(heir?.of("order").map(({ id, data }) => [id, data])).toEqual(
      old?.of("order").map(({ id, data }) => [id, data]),
    );
    const [first, , third] = browser.server.of("$hello").map(({ data }) => data as Record<string, unknown>);
    expect(third?.client).toBe(first?.client);
    expect(third?.user).toBe("ada");
    expect(third?.attempt).toBeGreaterThan(first?.attempt as number);
    await after.client.close();
  });

  it("join the rooms that they are for", async () => {
    const browser = new Browser();
    const before = browser.open();
    void before.client.room("chat/lobby").join();
    void before.client.room("chat/lobby").send("say", { text: "a" });
    await before.clock.settle();
    before.crash();
    const after = browser.open();
    await after.client.connect();
    await after.clock.until(() => browser.messages().length === 0);
    const heir = browser.server.connections.at(-1);
    expect(heir?.received).toMatchObject([
      { type: "$hello", data: { rooms: [{ room: "chat/lobby", last: 0 }] } },
      { type: "say", room: "chat/lobby", data: { text: "a" } },
    ]);
    await after.client.close();
  });

  it("are left alone while their client lives, and taken over by one other only, as soon as it is gone", async () => {
    const browser = new Browser();
    const [first, second, third] = [browser.open(), browser.open(), browser.open()];
    void first.client.send("order", 1, { timeoutMs: null });
    await first.clock.settle();
    await Promise.all([second.client.connect(), third.client.connect()]);
    await second.clock.advance(1_000);
    expect(browser.server.of("order")).toEqual([]);
    first.crash();
    await second.clock.until(() => browser.messages().length === 0);
    await third.clock.settle();
    expect(dataOf(browser.server.of("order"))).toEqual([1]);
    expect([...second.errors, ...third.errors]).toEqual([]);
    await second.client.close();
    await third.client.close();
  });

  it("stay for the next one where this one is closed before they are settled, and no id is used twice", async () => {
    const browser = new Browser();
    const before = browser.open();
    await before.client.connect();
    browser.server.last.cut();
    await before.clock.settle();
    for (const n of [1, 2]) void before.client.send("order", n);
    await before.clock.settle();
    before.crash();
    browser.server.on("order", ({ id, data }) =>
      data === 1 ? { type: "$ack", id: id as number } : undefined,
    );
    const second = browser.open();
    await second.client.connect();
    await second.clock.until(() => browser.messages().length === 1);
    await second.client.close();
    await second.clock.settle();
    expect(browser.messages()).toMatchObject([{ envelope: { data: 2 }, heirs: 1 }]);
    expect(second.errors).toEqual([]);

    browser.server.on("order", undefined);
    browser.server.welcome = { resumed: true };
    const third = browser.open();
    await third.client.connect();
    await third.clock.until(() => browser.messages().length === 0);
    const ids = browser.server.of("order").map(({ id, data }) => [data, id]);
    expect(ids[2]).toEqual(ids[1]);
    expect(ids.map(([data]) => data)).toEqual([1, 2, 2]);
    await third.client.close();
  });

  it("never go out under an id that another message had, however many heirs there were", async () => {
    const browser = new Browser();
    const byId = new Map<number, unknown>();
    const take = ({ id = 0, data }: Envelope): Envelope | undefined => {
      expect(byId.get(id) ?? data).toEqual(data);
      byId.set(id, data);
      return data === 1 ? undefined : { type: "$ack", id };
    };
    for (const type of ["order", "say"]) browser.server.on(type, take);
    browser.server.on("$join", () => undefined);
    browser.server.welcome = { resumed: true, rooms: [] };
    const before = browser.open();
    await before.client.connect();
    void before.client.room("chat/lobby").join({ timeoutMs: null });
    void before.client.send("order", 1);
    await before.client.send("order", 2);
    browser.server.last.cut();
    await before.clock.settle();
    void before.client.send("order", 3);
    void before.client.room("chat/lobby").send("say", { text: "4" });
    await before.clock.settle();
    before.crash();
    browser.server.on("order", (envelope) => take(envelope) ?? { type: "$ack", id: envelope.id as number });

    const second = browser.open();
    await second.client.connect();
    await second.clock.until(() => browser.messages().length === 1);
    second.crash();
    browser.server.on("$join", undefined);
    browser.server.welcome = { resumed: true };
    const third = browser.open();
    await third.client.connect();
    await third.clock.until(() => browser.messages().length === 0);
    expect([...byId.values()]).toEqual([1, 2, 3, { text: "4" }]);
    await third.client.close();
  });
});
