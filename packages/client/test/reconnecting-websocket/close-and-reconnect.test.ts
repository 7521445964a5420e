import { describe, expect, it } from "vitest";
import { openWorld, world } from "./world.js";

describe("closing a reconnecting socket by hand", () => {
  it.each(["while it connects", "while it waits", "while its address is asked for", "while it is open"])(
    "keeps it closed, tells it once and leaves no timer or listener: %s",
    async (moment) => {
      const asked = moment === "while its address is asked for";
      const never = () => new Promise<string>(() => undefined);
      const { socket, sockets, clock, told, network } = await world({}, asked ? never : "ws://test");
      if (moment === "while it waits") sockets.last.fail();
      if (moment === "while it is open") sockets.last.accept();
      await clock.settle();
      socket.close(4000, "bye");
      await clock.settle();
      expect(socket.readyState).toBe(3);
      expect([clock.pending, network.listeners]).toEqual([0, 0]);
      await clock.advance(120_000);
      network.change("online");
      expect(sockets.made.length).toBe(asked ? 0 : 1);
      const closes = told.filter(({ type }) => type === "close");
      expect(closes).toHaveLength(1);
      expect(closes[0]).toMatchObject({ code: 4000, willReconnect: false });
      socket.close();
      await clock.settle();
      expect(told.filter(({ type }) => type === "close")).toHaveLength(1);
    },
  );

  it("delivers nothing any more once it is closing", async () => {
    const { socket, sockets, types } = await openWorld();
    sockets.last.answersClose = false;
    socket.close();
    const inner = sockets.last;
    inner.readyState = 1;
    inner.receive("late");
    expect(types()).toEqual(["open"]);
    expect(socket.send("x")).toBe("dropped");
  });

  it("can be done from within `open`: what waited is dropped and told", async () => {
    const { socket, sockets, clock, types, told } = await world();
    socket.send("waits");
    socket.addEventListener("open", () => socket.close());
    sockets.last.accept();
    await clock.settle();
    expect(types()).toEqual(["open", "error", "close"]);
    expect(told[1]).toMatchObject({ error: { code: "DROPPED" } });
    expect(sockets.last.sent).toEqual([]);
  });
});

describe("reconnect()", () => {
  it("replaces an open connection: the old one is told goodbye, its late events are ignored", async () => {
    const { socket, sockets, clock, types, told } = await openWorld();
    const old = sockets.last;
    old.answersClose = false;
    socket.reconnect();
    await clock.settle();
    expect(old.closeRequests).toEqual([{ code: 1000, reason: "" }]);
    expect(told.at(-1)).toMatchObject({ type: "close", code: 1000, willReconnect: true });
    old.readyState = 1;
    old.receive("late");
    old.end(1008);
    expect(sockets.made).toHaveLength(2);
    sockets.last.accept();
    expect(types()).toEqual(["open", "close", "open"]);
  });

  it("does not wait any longer, and counts anew", async () => {
    const { socket, sockets, clock, told } = await world({ retryLimit: 1 });
    for (let round = 0; round < 3; round++) {
      sockets.last.fail();
      await clock.settle();
      expect(told.at(-1)).toMatchObject({ type: "retry", attempt: 0 });
      socket.reconnect();
      await clock.settle();
    }
    expect(sockets.made).toHaveLength(4);
  });

  it("begins again after the end, and begins at all with autoConnect: false", async () => {
    const { socket, sockets, clock, types } = await world({ autoConnect: false });
    expect([socket.readyState, sockets.made.length, socket.send("x")]).toEqual([3, 0, "dropped"]);
    socket.reconnect();
    await clock.settle();
    sockets.last.accept();
    sockets.last.end(1000);
    await clock.settle();
    expect(socket.readyState).toBe(3);
    socket.reconnect();
    await clock.settle();
    sockets.last.accept();
    expect(types()).toEqual(["open", "close", "open"]);
  });

  it("may follow close() at once: what is sent then is kept", async () => {
    const { socket, sockets, clock } = await world();
    socket.close();
    socket.reconnect();
    socket.send("kept");
    await clock.settle();
    sockets.last.accept();
    expect(sockets.last.sent).toEqual(["kept"]);
  });
});

describe("a reconnecting socket and the network", () => {
  it.each(["online", "visible"] as const)(
    "does not wait any longer when the device is %s",
    async (change) => {
      const { sockets, clock, network } = await openWorld();
      sockets.last.fail();
      await clock.advance(250);
      sockets.last.fail();
      await clock.settle();
      expect(network.listeners).toBe(1);
      network.change(change);
      await clock.settle();
      expect(sockets.made).toHaveLength(3);
      expect(network.listeners).toBe(0);
      network.change(change);
      await clock.settle();
      expect(sockets.made).toHaveLength(3);
    },
  );

  it("waits long while the device is offline, until it says online", async () => {
    const { sockets, clock, network } = await openWorld();
    network.online = false;
    sockets.last.fail();
    await clock.advance(29_999);
    expect(sockets.made).toHaveLength(1);
    network.online = true;
    network.change("online");
    await clock.settle();
    expect(sockets.made).toHaveLength(2);
  });

  it("tries now and then while the device says offline: it may be wrong", async () => {
    const { sockets, clock, network } = await openWorld();
    network.online = false;
    sockets.last.fail();
    await clock.advance(30_000);
    expect(sockets.made).toHaveLength(2);
  });
});

describe("what is sent while there is no connection", () => {
  it("waits, in order, and goes out after what `open` listeners send", async () => {
    const { socket, sockets, clock } = await world();
    expect([socket.send("a"), socket.send("b")]).toEqual(["queued", "queued"]);
    expect(socket.bufferedAmount).toBe(2);
    socket.addEventListener("open", () => socket.send("hello"));
    sockets.last.accept();
    expect(sockets.last.sent).toEqual(["hello", "a", "b"]);
    expect(socket.bufferedAmount).toBe(0);
    sockets.last.fail();
    expect(socket.send("c")).toBe("queued");
    await clock.advance(250);
    sockets.last.accept();
    expect(sockets.last.sent).toEqual(["hello", "c"]);
  });

  it("waits too where the socket is about to end, instead of being lost with it", async () => {
    const { socket, sockets, clock } = await openWorld();
    sockets.last.readyState = 2;
    expect(socket.send("x")).toBe("queued");
    sockets.last.fail();
    await clock.advance(250);
    sockets.last.accept();
    expect(sockets.last.sent).toEqual(["x"]);
  });

  it("is dropped where it does not fit, and `send` says so", async () => {
    const { socket, sockets } = await world({ queue: { maxCount: 2, maxBytes: 5 } });
    expect(["123", "456", "4", "5"].map((text) => socket.send(text))).toEqual([
      "queued",
      "dropped",
      "queued",
      "dropped",
    ]);
    sockets.last.accept();
    expect(sockets.last.sent).toEqual(["123", "4"]);
  });

  it("pushes out the oldest where the program wants that, and an `error` tells how many", async () => {
    const { socket, sockets, clock, told } = await world({ queue: { maxCount: 2, dropOldest: true } });
    for (const text of ["a", "b", "c"]) expect(socket.send(text)).toBe("queued");
    await clock.settle();
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({
      type: "error",
      message: "TautlineError: dropped 1",
      error: { code: "DROPPED" },
    });
    sockets.last.accept();
    expect(sockets.last.sent).toEqual(["b", "c"]);
  });

  it("is dropped at the final end, told before `close`", async () => {
    const { socket, clock, types, told } = await world();
    socket.send("a");
    socket.send("b");
    socket.close();
    await clock.settle();
    expect(types()).toEqual(["error", "close"]);
    expect(told[0]).toMatchObject({ error: { code: "DROPPED", message: "dropped 2" } });
    expect(socket.bufferedAmount).toBe(0);
  });
});
