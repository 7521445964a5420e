import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { VirtualClock } from "@tautline/testing";
import { describe, expect, it } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { addressKey } from "../../src/throttler/address-key.js";
import { MessageThrottler } from "../../src/throttler/message-throttler.js";

describe("MessageThrottler", () => {
  it("counts each key on its own", () => {
    const throttler = new MessageThrottler({ messages: 1, windowMs: 1_000, clock: new VirtualClock() });
    expect(throttler.take("a").ok).toBe(true);
    expect(throttler.take("a")).toEqual({ ok: false, retryAfterMs: 1_000 });
    expect(throttler.take("b").ok).toBe(true);
    expect(throttler.take("__proto__").ok).toBe(true);
    expect(throttler.take("__proto__").ok).toBe(false);
  });

  it("forgets idle keys while others are used", async () => {
    const clock = new VirtualClock();
    const throttler = new MessageThrottler({ messages: 5, windowMs: 1_000, clock });
    for (let i = 0; i < 100; i++) throttler.take(`key ${i}`);
    expect(throttler.size).toBe(100);
    await clock.advance(1_000);
    throttler.take("another");
    expect(throttler.size).toBe(1);
    expect(clock.pending).toBe(0);
  });

  it("remembers at most maxKeys keys and gives up the one used longest ago", () => {
    const clock = new VirtualClock();
    const throttler = new MessageThrottler({ messages: 1, windowMs: 1_000, clock, maxKeys: 2 });
    throttler.take("a");
    throttler.take("b");
    expect(throttler.take("a").ok).toBe(false);
    throttler.take("c");
    expect(throttler.size).toBe(2);
    expect(throttler.take("a").ok, "a was used after b").toBe(false);
    expect(throttler.take("b").ok, "b was forgotten").toBe(true);
  });

  it("forgets a key when told to", () => {
    const throttler = new MessageThrottler({ messages: 1, windowMs: 1_000, clock: new VirtualClock() });
    throttler.take("a");
    throttler.forget("a");
    expect(throttler.size).toBe(0);
    expect(throttler.take("a").ok).toBe(true);
  });

  it.each([
    [{ messages: 0, windowMs: 1 }, "messages"],
    [{ messages: 1.5, windowMs: 1 }, "messages"],
    [{ messages: Number.NaN, windowMs: 1 }, "messages"],
    [{ messages: 1, windowMs: 0 }, "windowMs"],
    [{ messages: 1, windowMs: Number.POSITIVE_INFINITY }, "windowMs"],
    [{ messages: 1, windowMs: 1, maxKeys: 0 }, "maxKeys"],
  ])("refuses %o at construction and names the option", (options, name) => {
    expect(() => new MessageThrottler(options)).toThrow(
      expect.objectContaining({
        code: "INVALID_OPTION",
        message: expect.stringMatching(new RegExp(`^${name}: expected`)),
      }),
    );
  });

  it.each([-1, 0.5, Number.NaN, 4])("refuses a cost of %s, which could never pass", (cost) => {
    const throttler = new MessageThrottler({ messages: 3, windowMs: 1_000, clock: new VirtualClock() });
    expect(() => throttler.take("a", cost)).toThrow(/^cost: expected a whole number from 0 to 3/);
    expect(throttler.take("a", 3).ok).toBe(true);
  });

  it("guards a bare ws server", async () => {
    const throttler = new MessageThrottler({ messages: 3, windowMs: 3_600_000 });
    const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
    server.on("connection", (socket, request) => {
      const key = addressKey(request.socket.remoteAddress);
      socket.on("message", (data) => socket.send(throttler.take(key).ok ? String(data) : "refused"));
    });
    await once(server, "listening");
    const socket = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const answers: string[] = [];
    const all = new Promise<void>((resolve) => {
      socket.on("message", (data) => {
        answers.push(String(data));
        if (answers.length === 5) resolve();
      });
    });
    await once(socket, "open");
    for (const text of ["1", "2", "3", "4", "5"]) socket.send(text);
    await all;
    expect(answers).toEqual(["1", "2", "3", "refused", "refused"]);
    socket.terminate();
    await new Promise((resolve) => server.close(resolve));
  });
});
