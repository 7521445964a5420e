import { describe, expect, it } from "vitest";
import { createClient } from "../src/create-client.js";
import type { LogRecord } from "../src/options.js";
import { connected, world } from "./setup.js";

describe("options", () => {
  it.each([
    ["url", { url: "" }],
    ["token", { token: 5 as never }],
    ["heartbeatGraceMs", { heartbeatGraceMs: -1 }],
    ["requestTimeoutMs", { requestTimeoutMs: "15s" as never }],
    ["sendTimeoutMs", { sendTimeoutMs: Number.NaN }],
    ["joinTimeoutMs", { joinTimeoutMs: -1 }],
    ["maxCount", { outbox: { maxCount: -1 } }],
    ["maxBytes", { outbox: { maxBytes: "1 MB" as never } }],
    ["connectTimeoutMs", { connectTimeoutMs: -5 }],
    ["codec", { codec: {} as never }],
  ])("refuses a bad %s at construction, and names it", (name, options) => {
    expect(() => world(options)).toThrow(name);
    expect(() => world(options)).toThrow(expect.objectContaining({ code: "INVALID_OPTION" }));
  });

  it("refuses a contract that does not bring along what checks by it", () => {
    expect(() => createClient({ events: {} }, { url: "ws://scripted" })).toThrow("contract: expected");
  });

  it("never quotes a token", () => {
    expect(() => world({ token: { secret: "hush" } as never })).toThrow(/^(?!.*hush)/);
  });

  it("takes null for a deadline that never comes", async () => {
    const { client, clock } = world({ sendTimeoutMs: null, joinTimeoutMs: null });
    void client.send("logout");
    void client.room("chat/lobby").join();
    expect(clock.pending).toBe(0);
    await client.close();
  });

  it("refuses a bad deadline of one call by its promise", async () => {
    const { client } = await connected();
    await expect(client.send("logout", undefined, { timeoutMs: -1 })).rejects.toMatchObject({
      code: "INVALID_OPTION",
    });
    await client.close();
  });

  it("logs states and errors, never a token", async () => {
    const records: LogRecord[] = [];
    const { client, server, clock } = await connected({
      token: "hush",
      log: (record) => records.push(record),
    });
    server.last.send({ type: "notice", data: 5 });
    await client.close();
    await clock.settle();
    expect(records.map(({ event, state, error }) => (event === "state" ? state : error?.code))).toEqual([
      "connecting",
      "connecting",
      "connected",
      "BAD_DATA",
      "closed",
    ]);
    expect(records[2]?.connection).toBe("connection-1");
    expect(JSON.stringify(records)).not.toContain("hush");
  });

  it("lets a logger that throws harm nothing", async () => {
    const { client } = await connected({
      log: () => {
        throw new Error("mine");
      },
    });
    expect(client.state.kind).toBe("connected");
    await client.close();
  });
});

describe("on a server", () => {
  it("opens nothing for a listener alone, but for a message, and for a listener where it is told to", async () => {
    const quiet = world({ autoConnect: undefined });
    quiet.client.on("notice", () => {});
    await quiet.clock.settle();
    expect(quiet.server.connections).toHaveLength(0);
    await quiet.client.send("logout");
    expect(quiet.server.connections).toHaveLength(1);
    const eager = world({ autoConnect: true });
    eager.client.on("notice", () => {});
    await eager.server.next("$hello");
    await Promise.all([quiet.client.close(), eager.client.close()]);
  });
});
