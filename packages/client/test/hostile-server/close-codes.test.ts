import { isRetryable } from "@tautline/protocol";
import { scriptedWebSockets, VirtualClock } from "@tautline/testing";
import { describe, expect, it } from "vitest";
import { ReconnectingWebSocket } from "../../src/index.js";
import { type World, world } from "../setup.js";
import { onHello, onWelcome, socketsPerMinute } from "./attempts.js";

/** Those of RFC 6455, of its registry and its ranges, and ours with their neighbours. */
const codes = [
  ...Array.from({ length: 17 }, (_, i) => 1000 + i),
  ...[1999, 2000, 2999, 3000, 3003, 3999, 4000],
  ...[4399, 4400, 4401, 4408, 4409, 4410, 4411, 4429, 4430, 4999],
];
const final = (code: number) => !isRetryable(code);

/** What a hostile server may do with each connection before it says goodbye. */
const moments: readonly [string, (world: World, code: number) => void][] = [
  ["in place of a welcome", (world, code) => onHello(world, (connection) => connection.close(code))],
  ["right after the welcome", (world, code) => onWelcome(world, (connection) => connection.close(code))],
  [
    "after an error that says: at once",
    (world, code) =>
      onHello(world, (connection) => {
        connection.send({ type: "$error", error: { code: "BUSY", message: "again", retryAfterMs: 0 } });
        connection.close(code);
      }),
  ],
  [
    "after an error that takes the user away",
    (world, code) =>
      onHello(world, (connection) => {
        connection.send({
          type: "$error",
          error: { code: "USER_CHANGED", message: "again", retryAfterMs: 0 },
        });
        connection.close(code);
      }),
  ],
];

describe.each(moments)("A-30 a server that closes every connection %s", (_, prepare) => {
  it.each(codes)("with %i is not called in a loop", async (code) => {
    const made = world({ token: async () => "a token" });
    prepare(made, code);
    const perMinute = await socketsPerMinute(made, 10);
    expect(perMinute[0]).toBeLessThanOrEqual(20);
    for (const sockets of perMinute.slice(2)) expect(sockets).toBeLessThanOrEqual(10);
    await made.client.close();
    await made.clock.settle();
    expect(made.clock.pending).toBe(0);
  });
});

describe("A-30 the end of a connection that a server closed for good", () => {
  it.each(codes.filter(final))("with %i is one more attempt at most, and says why", async (code) => {
    const made = world({ token: async () => "a token" });
    onWelcome(made, (connection) => connection.close(code, "why"));
    const perMinute = await socketsPerMinute(made, 10);
    // After 1008 a new token could change the answer.
    expect(perMinute.reduce((sum, sockets) => sum + sockets)).toBe(code === 1008 ? 2 : 1);
    expect(made.client.state).toMatchObject({ kind: "closed", error: { code: "CLOSED" } });
    expect(made.client.state).toHaveProperty("error.message", expect.stringContaining(`${code} why`));
  });
});

describe("A-30 a server that closes each connection when it has just proved stable", () => {
  it.each(codes.filter(isRetryable))("with %i is called no more than each has lasted", async (code) => {
    const made = world();
    onWelcome(made, (connection) => made.clock.setTimeout(() => connection.close(code), 5_001));
    for (const sockets of await socketsPerMinute(made, 5)) expect(sockets).toBeLessThanOrEqual(12);
    await made.client.close();
  });
});

describe("A-30 ReconnectingWebSocket with a server that closes every connection as it opens", () => {
  it.each(codes)("with %i is not in a loop", async (code) => {
    const [clock, sockets] = [new VirtualClock(), scriptedWebSockets()];
    sockets.onmade = (made) => {
      if (sockets.made.length > 500) return;
      queueMicrotask(() => {
        made.accept();
        made.end(code);
      });
    };
    const options = { clock, network: null, WebSocket: sockets.WebSocket };
    const socket = new ReconnectingWebSocket("ws://scripted", undefined, options);
    await clock.advance(60_000);
    expect(sockets.made.length).toBeLessThanOrEqual(20);
    const before = sockets.made.length;
    await clock.advance(180_000);
    expect(sockets.made.length - before).toBeLessThanOrEqual(30);
    if (final(code)) expect(sockets.made).toHaveLength(1);
    socket.close();
    await clock.settle();
    expect(clock.pending).toBe(0);
  });
});
