import { describe, expect, it } from "vitest";
import type { MemoryClaims } from "../../src/broker/index.js";
import { deferred } from "../support/serving.js";
import { Handled, serving } from "./set-up.js";

describe("an older connection of a client", () => {
  it("[9.16] [12.4] begins nothing more, and answers what it has begun, when the client has moved to another node", async () => {
    const gate = deferred<boolean>();
    const { clock, server, node, client } = serving({
      authorize: ({ action }) => action.kind !== "message" || action.data.n !== 2 || gate.promise,
    });
    const other = node();
    const handled = new Handled();
    for (const each of [server, other]) each.handle("add", handled.handler);
    const ada = client();
    await ada.connect(server);
    await ada.send(1, "add");
    await ada.send(2, "add");
    void server.drain({ withinMs: 10_000 });
    await clock.settle();
    const old = ada.transport;
    await ada.connect(other);
    gate.resolve(true);
    handled.end(1);
    await clock.settle();
    expect(old.sent.filter(({ id }) => id !== undefined)).toMatchObject([{ type: "$reply", id: 1 }]);
    expect(handled.begun).toEqual([1]);
    await ada.send(2, "add");
    expect(handled.begun).toEqual([1, 2]);
  });

  it("[5.5] [9.16] that was replaced while it asked for permission never begins what it asked for (U4)", async () => {
    const gates = [deferred<boolean>(), deferred<boolean>()];
    const permissions = gates.map(({ promise }) => promise);
    const { clock, server, client } = serving({ authorize: () => permissions.shift() ?? true });
    const handled = new Handled();
    server.handle("add", handled.handler);
    const ada = client();
    await ada.connect(server);
    await ada.send(1, "add");
    await ada.connect(server);
    await ada.send(1, "add");
    for (const { resolve } of gates) resolve(true);
    await clock.settle();
    expect(handled.begun).toEqual([1]);
    handled.end(1);
    await clock.settle();
    expect(ada.answers).toEqual(["$reply 1 10"]);
  });

  it("[5.4] that arrives after a newer one has been and gone is refused", async () => {
    const { server, client } = serving();
    const ada = client();
    await ada.connect(server);
    ada.attempts = 5;
    await ada.connect(server);
    await ada.cut();
    ada.attempts = 2;
    await expect(ada.connect(server)).rejects.toThrow("expected $welcome");
    expect(ada.transport.closeRequests).toMatchObject([{ code: 4409 }]);
  });
});

/** Records that cannot be asked, one method at a time. */
function failing(...methods: readonly (keyof MemoryClaims)[]) {
  const made = serving();
  const errors: string[] = [];
  const broken = new Set(methods);
  const claims = new Proxy(made.memory.claims, {
    get(target, name: keyof MemoryClaims) {
      if (broken.has(name)) return async () => Promise.reject(new Error(`${name} is broken`));
      const value = target[name];
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  Object.defineProperty(made.memory, "claims", { value: claims });
  const server = made.node();
  server.on("error", ({ where, error }) => errors.push(`${where}: ${(error as Error).message}`));
  server.handle("add", ({ data }) => data);
  return { ...made, server, broken, errors };
}

describe("a record that cannot be asked", () => {
  it("refuses the client for now when it connects", async () => {
    const { server, client, errors } = failing("open");
    const ada = client();
    await expect(ada.connect(server)).rejects.toThrow("expected $welcome among $error");
    expect(ada.transport.take("$error").error?.code).toBe("UNAVAILABLE");
    expect(ada.transport.closeRequests).toMatchObject([{ code: 1013 }]);
    expect(errors).toEqual(["broker: open is broken"]);
  });

  it("[9.12] refuses messages for now, in order, and handles none of them", async () => {
    const { server, client, broken, errors } = failing("claim");
    const ada = client();
    await ada.connect(server);
    await ada.send(1, "add");
    await ada.send(2, "add");
    expect(ada.answers).toEqual(["$error 1 BUSY", "$error 2 BUSY"]);
    broken.clear();
    await ada.send(1, "add");
    expect(ada.answers.slice(2)).toEqual(["$reply 1 1"]);
    expect(errors).toEqual(["broker: claim is broken"]);
  });

  it("withholds no answer that cannot be kept", async () => {
    const { server, client, errors } = failing("answer", "release");
    const ada = client();
    await ada.connect(server);
    await ada.send(1, "add");
    await ada.cut();
    expect(ada.answers).toEqual(["$reply 1 1"]);
    expect(errors).toEqual(["broker: answer is broken"]);
  });

  it("has a repeat asked again that waited for it", async () => {
    const { clock, server, client, errors } = failing("wait");
    const handled = new Handled();
    server.handle("set", handled.handler);
    const ada = client();
    await ada.connect(server);
    await ada.send(1, "set");
    await ada.cut();
    await ada.connect(server);
    await ada.send(1, "set");
    expect(ada.answers).toEqual(["$error 1 BUSY"]);
    expect(errors).toEqual(["claims: wait is broken"]);
    handled.end(1);
    await clock.settle();
    await ada.send(1, "set");
    expect(ada.answers.slice(1)).toEqual(["$ack 1"]);
  });
});
