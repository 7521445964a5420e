import { describe, expect, it } from "vitest";
import { deferred } from "../support/serving.js";
import { Handled, type LedgerOptions, serving } from "./set-up.js";

/** A client that was cut off while message 1 was being handled. */
async function cutOff(options: Parameters<typeof serving>[0] = {}) {
  const made = serving(options);
  const handled = new Handled();
  made.server.handle("add", handled.handler);
  const ada = made.client();
  await ada.connect(made.server);
  await ada.send(1, "add");
  await ada.cut();
  return { ...made, handled, ada };
}

describe("a handler whose connection has gone", () => {
  it("[9.10] is told of a $cancel on the next one, and its own answer counts", async () => {
    const { server, ada, handled } = await cutOff();
    await ada.connect(server);
    await ada.send(1, "add");
    await ada.send(9, "$cancel", { id: undefined, data: { id: 1 } });
    expect(handled.signals[0]?.aborted).toBe(true);
    expect(ada.answers).toEqual([]);
    handled.end(1);
    await ada.send(1, "add");
    expect(ada.answers).toEqual(["$reply 1 10", "$reply 1 10"]);
  });

  it("[9.10] is not said to be cancelled by its repeat, which waits behind another message", async () => {
    const gate = deferred<boolean>();
    const authorize: LedgerOptions["authorize"] = ({ action }) =>
      action.kind !== "message" || action.type !== "set" || gate.promise;
    const { clock, server, ada, handled } = await cutOff({ authorize });
    server.handle("set", () => undefined);
    await ada.connect(server);
    await ada.send(2, "set");
    await ada.send(1, "add");
    await ada.send(9, "$cancel", { id: undefined, data: { id: 1 } });
    expect(ada.answers).toEqual([]);
    gate.resolve(true);
    handled.end(1);
    await clock.settle();
    expect(ada.answers).toEqual(["$ack 2", "$reply 1 10"]);
  });

  it("is waited for by a server that leaves", async () => {
    const { clock, server, memory, handled } = await cutOff();
    let hasLeft = false;
    const drained = server.drain({ withinMs: 1_000 }).then(() => {
      hasLeft = true;
    });
    await clock.advance(5_000);
    expect(hasLeft).toBe(false);
    expect(handled.signals[0]?.aborted).toBe(false);
    handled.end(1);
    await drained;
    memory.close();
    expect(clock.pending).toBe(0);
  });

  it("is told when the server is closed, and is watched no longer", async () => {
    const { clock, server, memory, handled } = await cutOff();
    await server.close();
    expect(handled.signals[0]?.aborted).toBe(true);
    memory.close();
    expect(clock.pending).toBe(0);
    handled.end(1);
    await clock.settle();
  });

  it("leaves room for as many others as a connection may have, and then for none", async () => {
    const { clock, server, ada, handled } = await cutOff({ limits: { unanswered: 2 } });
    await ada.connect(server);
    await ada.send(2, "add");
    await ada.cut();
    await ada.connect(server);
    for (const id of [1, 2]) await ada.send(id, "add");
    expect(ada.answers).toEqual([]);
    await ada.cut();
    await ada.connect(server);
    await ada.send(3, "add");
    expect(ada.answers).toEqual(["$error 3 BUSY"]);
    handled.end(1);
    await clock.settle();
    await ada.send(3, "add");
    expect(handled.begun).toEqual([1, 2, 3]);
  });
});

describe("what has no id", () => {
  it("ends with its connection: nobody can come back for it", async () => {
    const { server, client } = serving();
    const handled = new Handled();
    server.handle("add", handled.handler);
    const ada = client();
    await ada.connect(server);
    await ada.send(1, "add", { id: undefined });
    await ada.cut();
    expect(handled.signals[0]?.aborted).toBe(true);
    expect(server.stats().handling).toBe(0);
  });
});
