import { ScriptedTransport } from "@tautline/testing";
import { describe, expect, it } from "vitest";
import { reject } from "../../src/index.js";
import { Handled, serving } from "./set-up.js";

describe.each([
  ["answers at once", false],
  ["takes its time", true],
])("where the record %s, a repeat", (_how, isSlow) => {
  it("[9.6] of an answered message gets that answer, and no handler runs (F-32, U4, A-50)", async () => {
    const { server, client, resumed } = serving({ isSlow });
    const begun: number[] = [];
    server.handle("add", ({ data }) => {
      begun.push(data.n);
      return data.n === 2 ? reject("FULL", { at: 2 }) : { n: begun.length };
    });
    const ada = client();
    expect(await ada.connect(server)).toEqual(resumed(false));
    await ada.send(1, "add");
    await ada.send(2, "add");
    const first = ada.transport.sent.filter(({ id }) => id !== undefined);
    await ada.cut();
    expect(await ada.connect(server)).toEqual(resumed(true));
    for (const id of [1, 2, 3]) await ada.send(id, "add");
    expect(ada.answers).toEqual(["$reply 1 1", "$error 2 APP", "$reply 3 3"]);
    expect(ada.transport.sent.filter(({ id = 3 }) => id < 3)).toEqual(first);
    expect(begun).toEqual([1, 2, 3]);
    expect(server.stats().totals.repeatsAnswered).toBe(2);
  });

  it("[9.6] of one that is being handled waits for its answer, and holds up nobody behind it", async () => {
    const { clock, server, client } = serving({ isSlow });
    const handled = new Handled();
    server.handle("add", handled.handler);
    const ada = client();
    await ada.connect(server);
    await ada.send(1, "add");
    await ada.cut();
    expect(server.stats().handling).toBe(1);
    await ada.connect(server);
    await ada.send(1, "add");
    await ada.send(2, "add");
    handled.end(2);
    await clock.settle();
    await ada.send(3, "set");
    expect(ada.answers).toEqual(["$reply 2 20", "$error 3 HANDLER_FAILED"]);
    handled.end(1);
    await ada.send(1, "add");
    expect(ada.answers.slice(2)).toEqual(["$reply 1 10", "$reply 1 10"]);
    expect(handled.begun).toEqual([1, 2]);
    expect(server.stats().handling).toBe(0);
  });

  it("[9.14] finds the answer of a handler that ended when nobody was there, and was told of no abort", async () => {
    const { clock, server, client } = serving({ isSlow });
    const handled = new Handled();
    server.handle("add", handled.handler);
    const ada = client();
    await ada.connect(server);
    await ada.send(1, "add");
    await ada.cut();
    handled.end(1);
    await clock.settle();
    expect(handled.signals[0]?.aborted).toBe(false);
    await ada.connect(server);
    await ada.send(1, "add");
    expect(ada.answers).toEqual(["$reply 1 10"]);
  });

  it("[9.6] gets that answer whatever would be said of it by now", async () => {
    let isPermitted = true;
    const { server, client } = serving({
      isSlow,
      authorize: ({ action }) => action.kind === "join" || isPermitted,
    });
    server.handle("book/:id", "write", ({ connection, room }) => connection.leave(room.name));
    server.handle("add", ({ data }) => data);
    const ada = client();
    await ada.connect(server, ["book/a"]);
    await ada.send(1, "write", { room: "book/a" });
    await ada.send(2, "add");
    isPermitted = false;
    await ada.send(1, "write", { room: "book/a" });
    await ada.send(2, "add");
    await ada.send(3, "add");
    expect(ada.answers).toEqual(["$ack 1", "$reply 2 2", "$ack 1", "$reply 2 2", "$error 3 FORBIDDEN"]);
  });

  it("[9.17] that is another message under the same id is refused (A-51)", async () => {
    const { server, client } = serving({ isSlow });
    server.handle("add", ({ data }) => data);
    server.handle("set", () => undefined);
    const ada = client();
    await ada.connect(server);
    await ada.send(1, "add");
    await ada.send(1, "set");
    expect(ada.answers).toEqual(["$reply 1 1", "$error 1 BAD_ENVELOPE"]);
  });

  it("[9.4] of a refused message is a first one: refusals are not kept", async () => {
    let isPermitted = false;
    const { server, client } = serving({
      isSlow,
      authorize: ({ action }) => action.kind === "join" || isPermitted,
    });
    server.handle("add", ({ data }) => data);
    server.handle("book/:id", "write", () => undefined);
    const ada = client();
    await ada.connect(server);
    await ada.send(1, "add");
    await ada.send(2, "add", { data: { n: "x" } });
    await ada.send(3, "write", { room: "book/a" });
    isPermitted = true;
    await ada.cut();
    await ada.connect(server, ["book/a"]);
    for (const id of [1, 2]) await ada.send(id, "add");
    await ada.send(3, "write", { room: "book/a" });
    expect(ada.answers).toEqual(["$reply 1 1", "$reply 2 2", "$ack 3"]);
  });
});

describe("a record", () => {
  it("[4.8] [9.7] [9.13] is of one client of one user, and ends after its time", async () => {
    const { clock, server, client, resumed } = serving({ answers: { ttlMs: 60_000 } });
    server.handle("add", ({ data }) => data);
    const ada = client();
    await ada.connect(server);
    await ada.send(1, "add");
    await ada.cut();
    const others = [{ token: "eve", attempt: 2 }, { client: "another-client-id" }];
    for (const other of others.map(client)) {
      expect(await other.connect(server)).toEqual(resumed(false));
      await other.cut();
    }
    await clock.advance(59_999);
    expect(await ada.connect(server)).toEqual(resumed(true));
    await clock.advance(600_000);
    await ada.cut();
    await clock.advance(60_000);
    expect(await ada.connect(server)).toEqual(resumed(false));
  });

  it("is counted, and is kept while its client is connected", async () => {
    const { clock, server, client } = serving({ answers: { ttlMs: 1_000 } });
    const ada = client();
    await ada.connect(server);
    await clock.advance(5_000);
    expect(server.stats().records).toBe(1);
    await ada.cut();
    await clock.advance(1_000);
    expect(server.stats().records).toBe(0);
  });

  it("[9.6] is no record of what was sent before it was begun, though the welcome that said so was lost (F-32)", async () => {
    const { node, client, resumed, memory } = serving();
    const handled = new Handled();
    const server = node();
    server.handle("add", handled.handler);
    const ada = client();
    await ada.connect(server);
    await ada.send(1, "add");
    await ada.cut();
    memory.claims.clear();
    await ada.connect(server);
    await ada.cut();
    // That welcome has not arrived.
    ada.welcomed = 1;
    expect(await ada.connect(server)).toEqual(resumed(false));
    await ada.cut();
    expect(await ada.connect(server)).toEqual(resumed(true));
  });

  it("serves the client on any node of its broker", async () => {
    const { server, node, client, resumed } = serving();
    const other = node();
    const handled = new Handled();
    server.handle("add", handled.handler);
    other.handle("add", handled.handler);
    const ada = client();
    await ada.connect(server);
    await ada.send(1, "add");
    await ada.cut();
    expect(await ada.connect(other)).toEqual(resumed(true));
    await ada.send(1, "add");
    handled.end(1);
    await ada.send(2, "add");
    expect(ada.answers).toEqual(["$reply 1 10"]);
    expect(handled.begun).toEqual([1, 2]);
  });

  it("is not made for plain peers: their ids are mere names", async () => {
    const { clock, server } = serving();
    const begun: number[] = [];
    server.handle("add", ({ data }) => {
      begun.push(data.n);
      return data;
    });
    const plain = new ScriptedTransport("");
    server.accept(plain, { url: "/", headers: {}, remoteAddress: "192.0.2.1" });
    await clock.settle();
    for (let i = 0; i < 2; i++) plain.send({ type: "add", id: 1, data: { n: 1 } });
    await clock.settle();
    expect(begun).toEqual([1, 1]);
    expect(server.stats().records).toBe(0);
  });

  it("costs a handler that is not async no turn", async () => {
    const { server, client } = serving();
    server.handle("add", ({ data }) => data);
    const ada = client();
    await ada.connect(server);
    ada.transport.send({ type: "add", id: 1, data: { n: 1 } });
    expect(server.stats().handling).toBe(0);
  });

  it("need not be there: with a broker that remembers nothing, the client is told so", async () => {
    const { memory, node, client, resumed } = serving();
    Object.defineProperty(memory, "claims", { value: undefined });
    const server = node();
    server.handle("add", ({ data }) => data);
    const ada = client();
    for (let i = 0; i < 2; i++) {
      expect(await ada.connect(server)).toEqual(resumed(false));
      await ada.send(1, "add");
      expect(ada.answers).toEqual(["$reply 1 1"]);
    }
  });
});
