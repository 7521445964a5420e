import type { Envelope } from "@tautline/protocol";
import { describe, expect, it } from "vitest";
import { type World, world } from "../setup.js";
import { onHello, socketsPerMinute } from "./attempts.js";

/** What a server could say about how long to wait, a number or not. */
const waits: readonly unknown[] = [0, 1e-9, 0.5, 1, -1, -0, null, undefined, "0", "soon", [], {}, true];
/** JSON can say more than a number of JavaScript can hold. */
const endless = '{"type":"$error","error":{"code":"BUSY","message":"","retryAfterMs":1e999}}';

const errorSaying = (code: string, retryAfterMs: unknown) => ({ code, message: "later", retryAfterMs });
/** As no server of ours would send it. */
const hostile = (envelope: unknown) => envelope as Envelope;

/** Connected to a server that need not ping. */
async function connectedForLong(): Promise<World> {
  const made = world();
  made.server.welcome = { heartbeatMs: 1e9 };
  await made.client.connect();
  return made;
}

describe("A-30 a server that refuses everything, and says to come back", () => {
  it.each(waits)(
    "[14.2] after %j is called in a minute no more often than one that says nothing",
    async (wait) => {
      const made = world();
      onHello(made, (connection) => {
        connection.sendRaw({ type: "$error", error: errorSaying("BUSY", wait) });
        connection.close(1013);
      });
      const perMinute = await socketsPerMinute(made, 10);
      expect(perMinute[0]).toBeLessThanOrEqual(20);
      for (const sockets of perMinute.slice(2)) expect(sockets).toBeLessThanOrEqual(5);
      await made.client.close();
    },
  );

  it("in more than a day is asked again after a day", async () => {
    const made = world();
    onHello(made, (connection) => {
      connection.sendRaw(endless);
      connection.close(1013);
    });
    await socketsPerMinute(made, 1);
    expect(made.client.state).toMatchObject({
      kind: "waiting",
      error: { code: "BUSY", retryAfterMs: 86_400_000 },
    });
    expect(made.server.connections).toHaveLength(1);
    await made.client.close();
  });

  it.each(waits)("a message after %j is sent a message a few times, not in a loop", async (wait) => {
    const { client, server, clock } = await connectedForLong();
    let times = 0;
    server.on("order", ({ id }) => {
      // One that is sent without end is left unanswered at last, so that a test fails and does not hang.
      if (times++ > 500) return undefined;
      return hostile({ type: "$error", id, error: errorSaying("RATE_LIMITED", wait) });
    });
    const sent = client.send("order", 1, { timeoutMs: 600_000 });
    await clock.advance(600_001);
    await expect(sent).rejects.toMatchObject({ code: "TIMEOUT" });
    expect(times).toBeLessThanOrEqual(50);
    await client.close();
  });

  it.each(waits)("a join after %j is asked for a few times, not in a loop", async (wait) => {
    const { client, server, clock } = await connectedForLong();
    let times = 0;
    server.on("$join", () => {
      if (times++ > 500) return undefined;
      return hostile({
        type: "$error",
        room: "chat/a",
        data: { type: "$join" },
        error: errorSaying("UNAVAILABLE", wait),
      });
    });
    const joined = client.room("chat/:id", { id: "a" }).join({ timeoutMs: 600_000 });
    await clock.advance(600_001);
    await expect(joined).rejects.toMatchObject({ code: "TIMEOUT" });
    expect(times).toBeLessThanOrEqual(50);
    await client.close();
  });
});

describe("A-30 a server that says how often it will ping", () => {
  it.each([1e-9, 1, 999])(
    "every %s ms, and does not, is not called in a loop by a client without grace",
    async (heartbeatMs) => {
      const made = world({ heartbeatGraceMs: 0 });
      made.server.welcome = { heartbeatMs };
      for (const sockets of await socketsPerMinute(made, 5)) expect(sockets).toBeLessThanOrEqual(61);
      await made.client.close();
    },
  );

  it.each([0, -1, null, "", {}])("every %j ms has broken the protocol", async (heartbeatMs) => {
    const { client, server } = world();
    server.welcome = { heartbeatMs: heartbeatMs as number };
    await expect(client.connect()).rejects.toMatchObject({ code: "BAD_ENVELOPE" });
    expect(client.state.kind).toBe("closed");
  });
});
