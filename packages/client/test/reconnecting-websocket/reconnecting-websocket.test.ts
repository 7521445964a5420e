import { scriptedWebSockets } from "@tautline/testing";
import { describe, expect, it } from "vitest";
import { ReconnectingWebSocket } from "../../src/reconnecting-websocket/reconnecting-websocket.js";
import { openWorld, world } from "./world.js";

describe("a reconnecting socket as a WebSocket", () => {
  it("has the constants, the states and the address of a WebSocket", async () => {
    const { socket, sockets } = await world();
    for (const [name, value] of Object.entries({ CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 })) {
      expect(ReconnectingWebSocket).toHaveProperty(name, value);
      expect(socket).toHaveProperty(name, value);
    }
    expect(socket).toMatchObject({ readyState: 0, protocol: "", extensions: "", binaryType: "blob" });
    expect(socket.url).toBe("ws://test/feed");
    expect([socket.onopen, socket.onmessage, socket.onerror, socket.onclose]).toEqual([
      null,
      null,
      null,
      null,
    ]);
    sockets.last.accept();
    expect(socket.readyState).toBe(1);
    socket.close();
    expect(socket.readyState).toBe(2);
    sockets.last.end();
    expect(socket.readyState).toBe(3);
  });

  it("offers subprotocols and tells which was chosen", async () => {
    const { socket, sockets } = await world({}, "ws://test", ["v2", "v1"]);
    expect(sockets.last.offered).toEqual(["v2", "v1"]);
    sockets.last.accept("v1");
    expect(socket.protocol).toBe("v1");
  });

  it("hands over messages and sends text and bytes as they are", async () => {
    const { socket, sockets, told } = await openWorld();
    sockets.last.receive("hello");
    expect(told.at(-1)).toMatchObject({ type: "message", data: "hello", target: socket });
    const bytes = new Uint8Array([1, 2]);
    expect([socket.send("a"), socket.send(bytes)]).toEqual(["sent", "sent"]);
    expect(sockets.last.sent).toEqual(["a", bytes]);
  });

  it("keeps binaryType over connections", async () => {
    const { socket, sockets, clock } = await openWorld();
    expect(sockets.last.binaryType).toBe("blob");
    socket.binaryType = "arraybuffer";
    expect(sockets.last.binaryType).toBe("arraybuffer");
    sockets.last.fail();
    await clock.advance(0);
    sockets.last.accept();
    expect(sockets.last.binaryType).toBe("arraybuffer");
  });

  it("calls on… properties, functions and objects, and keeps `once`, `signal` and removal as the DOM does", async () => {
    const { socket, sockets } = await openWorld();
    const heard: string[] = [];
    const twice = () => heard.push("function");
    const abort = new AbortController();
    socket.onmessage = function (this: unknown) {
      heard.push(this === socket ? "property" : "property of something else");
    };
    socket.addEventListener("message", twice);
    socket.addEventListener("message", twice);
    socket.addEventListener("message", { handleEvent: () => heard.push("object") });
    socket.addEventListener("message", () => heard.push("once"), { once: true });
    socket.addEventListener("message", () => heard.push("signal"), { signal: abort.signal });
    sockets.last.receive("1");
    expect(heard.splice(0)).toEqual(["property", "function", "object", "once", "signal"]);
    abort.abort();
    socket.removeEventListener("message", twice);
    socket.onmessage = null;
    sockets.last.receive("2");
    expect(heard).toEqual(["object"]);
  });

  it.each([
    [999, "", "999"],
    [1001, "", "1001"],
    [2999, "", "2999"],
    [5000, "", "5000"],
    [Number.NaN, "", "NaN"],
    [1000, "€".repeat(42), "1000"],
  ])("refuses to close with %s and that reason", async (code, reason, got) => {
    const { socket } = await openWorld();
    expect(() => socket.close(code, reason)).toThrow(
      expect.objectContaining({
        code: "INVALID_OPTION",
        message: `close: expected 1000, 3000-4999, 123 bytes, got ${got}`,
      }),
    );
    expect(socket.readyState).toBe(1);
  });

  it.each([
    [1000, "a".repeat(123)],
    [3000, ""],
    [4999, "€".repeat(41)],
  ])("closes with %s and that reason", async (code, reason) => {
    const { socket, sockets, clock, told } = await openWorld();
    socket.close(code, reason);
    expect(sockets.last.closeRequests).toEqual([{ code, reason }]);
    await clock.settle();
    expect(told.at(-1)).toMatchObject({ type: "close", code, willReconnect: false });
  });

  it("tells no event from within the call that caused it", async () => {
    const { socket, clock, types } = await world();
    socket.close();
    expect(types()).toEqual([]);
    await clock.settle();
    expect(types()).toEqual(["close"]);
  });
});

describe("a reconnecting socket that is cut", () => {
  it("comes back with backoff, and says so", async () => {
    const { socket, sockets, clock, told, types } = await openWorld();
    sockets.last.fail();
    expect(socket.readyState).toBe(0);
    await clock.advance(249);
    expect(sockets.made).toHaveLength(1);
    await clock.advance(1);
    expect(sockets.made).toHaveLength(2);
    expect(types()).toEqual(["open", "close", "retry"]);
    expect(told[1]).toMatchObject({ code: 1006, wasClean: false, willReconnect: true });
    expect(told[2]).toMatchObject({ attempt: 0, delayMs: 250, reason: { kind: "dropped", code: 1006 } });
    sockets.last.fail();
    await clock.settle();
    expect(told[3]).toMatchObject({ type: "retry", attempt: 1, delayMs: 500, reason: { kind: "refused" } });
    await clock.advance(499);
    expect(sockets.made).toHaveLength(2);
    await clock.advance(1);
    expect(sockets.made).toHaveLength(3);
    sockets.last.accept();
    expect(types().at(-1)).toBe("open");
  });

  it("waits before the second attempt where the first of all failed", async () => {
    const { sockets, clock, told, types } = await world();
    sockets.last.fail();
    await clock.settle();
    expect(types()).toEqual(["retry"]);
    expect(told[0]).toMatchObject({ attempt: 0, delayMs: 250, reason: { kind: "refused" } });
  });

  it("counts on until a connection has been stable", async () => {
    const { sockets, clock, told } = await openWorld({ stableAfterMs: 5000 });
    sockets.last.fail();
    await clock.advance(250);
    sockets.last.accept();
    await clock.advance(4999);
    sockets.last.fail();
    await clock.settle();
    expect(told.at(-1)).toMatchObject({ attempt: 1, delayMs: 500 });
    await clock.advance(500);
    sockets.last.accept();
    await clock.advance(5000);
    sockets.last.fail();
    await clock.settle();
    expect(told.at(-1)).toMatchObject({ attempt: 0, delayMs: 250 });
  });

  it("gives an attempt up that takes too long, and ignores what it does later", async () => {
    const { sockets, clock, told, types } = await world({ connectTimeoutMs: 1000 });
    const slow = sockets.last;
    slow.answersClose = false;
    await clock.advance(1000);
    expect(told.at(-1)).toMatchObject({ type: "retry", reason: { kind: "timeout", code: 1006 } });
    expect(slow.closeRequests).toHaveLength(1);
    slow.readyState = 0;
    slow.accept();
    slow.receive("late");
    slow.fail();
    await clock.settle();
    expect(types()).toEqual(["retry"]);
  });

  it("tells `error` and `close` once after the last attempt that the limit allows", async () => {
    const { socket, sockets, clock, types, told } = await world({ retryLimit: 2 });
    for (let attempt = 0; attempt < 3; attempt++) {
      expect(socket.readyState).toBe(0);
      sockets.last.fail();
      await clock.advance(500);
    }
    expect(sockets.made).toHaveLength(3);
    expect(types()).toEqual(["retry", "retry", "error", "close"]);
    expect(told[2]).toMatchObject({ error: { code: "CLOSED" } });
    expect(told[3]).toMatchObject({ code: 1006, willReconnect: false });
    expect(socket.readyState).toBe(3);
    expect(clock.pending).toBe(0);
  });

  it("stays closed after a final close code, with one `close`", async () => {
    const { socket, sockets, clock, types, told } = await openWorld();
    sockets.last.end(1008, "Invalid authentication token");
    await clock.advance(60_000);
    expect(types()).toEqual(["open", "close"]);
    expect(told[1]).toMatchObject({
      code: 1008,
      reason: "Invalid authentication token",
      willReconnect: false,
    });
    expect([socket.readyState, sockets.made.length, clock.pending]).toEqual([3, 1, 0]);
  });

  it("asks the program's own policy, with attempt, time and reason", async () => {
    const asked: unknown[] = [];
    const answers = [100, 7, null];
    const { sockets, clock, types } = await world({
      retryPolicy: ({ attempt, elapsedMs, reason }) => {
        asked.push([attempt, elapsedMs, reason.kind, reason.code]);
        return answers[attempt] ?? null;
      },
    });
    sockets.last.fail();
    await clock.advance(100);
    sockets.last.end(1000);
    await clock.advance(7);
    sockets.last.fail();
    await clock.settle();
    expect(asked).toEqual([
      [0, 0, "refused", 1006],
      [1, 100, "refused", 1000],
      [2, 107, "refused", 1006],
    ]);
    expect(types()).toEqual(["retry", "retry", "error", "close"]);
  });

  it("survives a policy that throws, and tells it", async () => {
    const { sockets, clock, told, types } = await world({
      backoff: { maxMs: 900 },
      retryPolicy: () => {
        throw new Error("my policy");
      },
    });
    sockets.last.fail();
    await clock.settle();
    expect(types()).toEqual(["error", "retry"]);
    expect(told[0]).toMatchObject({ message: "Error: my policy" });
    await clock.advance(900);
    expect(sockets.made).toHaveLength(2);
  });

  it("hands the socket's own error to `retry`", async () => {
    const { sockets, clock, told } = await world();
    const error = new Error("connect ECONNREFUSED");
    // As ws does it.
    sockets.last.onerror?.({ error } as never);
    sockets.last.fail();
    await clock.settle();
    expect(told.at(-1)).toMatchObject({ reason: { kind: "refused" } });
  });
});

describe("a reconnecting socket's address", () => {
  it("is asked for before each attempt, url and protocols, sync and async", async () => {
    let asked = 0;
    const url = async () => new URL(`ws://test/${++asked}`);
    const { socket, sockets, clock } = await world({}, url, () => [`p${asked}`]);
    expect([socket.url, sockets.last.offered]).toEqual(["ws://test/1", ["p1"]]);
    sockets.last.fail();
    await clock.advance(250);
    expect([socket.url, sockets.last.offered]).toEqual(["ws://test/2", ["p2"]]);
  });

  it.each([
    [
      "throws",
      () => {
        throw new Error("no ticket");
      },
    ],
    ["rejects", () => Promise.reject(new Error("no ticket"))],
  ])("counts as a failed attempt where its function %s", async (_, failing) => {
    let fails = true;
    const { sockets, clock, told } = await world({}, () => (fails ? failing() : "ws://test/ok"));
    expect(told.at(-1)).toMatchObject({
      type: "retry",
      reason: { kind: "address", code: 1006, error: { message: "no ticket" } },
    });
    fails = false;
    await clock.advance(250);
    sockets.last.accept();
    expect(told.at(-1)?.type).toBe("open");
  });

  it("may take no longer than an attempt may, and is not used when it comes too late", async () => {
    let answer: (url: string) => void = () => undefined;
    const slow = () =>
      new Promise<string>((resolve) => {
        answer = resolve;
      });
    const { sockets, clock, told } = await world({ connectTimeoutMs: 1000 }, slow);
    await clock.advance(1000);
    expect(told.at(-1)).toMatchObject({ type: "retry", reason: { kind: "timeout" } });
    answer("ws://test/late");
    await clock.settle();
    expect(sockets.made).toHaveLength(0);
  });

  it("ends with `error` and `close` where it is none at all", async () => {
    const sockets = scriptedWebSockets();
    sockets.constructionError = new SyntaxError("Invalid URL: nonsense");
    const { socket, clock, types, told } = await world({ WebSocket: sockets.WebSocket }, "nonsense");
    await clock.advance(60_000);
    expect(types()).toEqual(["error", "close"]);
    expect(told[0]).toMatchObject({ error: { name: "SyntaxError" } });
    expect(socket.readyState).toBe(3);
  });
});
