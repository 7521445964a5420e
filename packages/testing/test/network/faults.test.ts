import { describe, expect, it } from "vitest";
import { connected, dial, frame, url, world } from "./setup.js";

describe("faults of a connection", () => {
  it("cut: 1006 at both ends, at different moments; what is sent from then on is lost (F-01)", async () => {
    const { clock, socket, events, server, network } = await connected();
    network.links.cut({ clientAfterMs: 5, serverAfterMs: 50 });
    socket.send("lost");
    server.transport.write([frame("lost")]);
    await clock.advance(5);
    expect([events, server.events]).toEqual([["error", "close 1006 unclean"], []]);
    await clock.advance(45);
    expect(server.events).toEqual(["closed 1006"]);
    expect([network.links.size, clock.pending]).toEqual([0, 0]);
  });

  it("cut: what is under way arrives only where it comes before the news", async () => {
    const { clock, socket, server, network } = await connected({ latencyMs: 10 });
    socket.send("in time");
    await clock.advance(5);
    socket.send("too late");
    network.links.cut({ serverAfterMs: 7 });
    await clock.advance(20);
    expect(server.events).toEqual(["in time", "closed 1006"]);
  });

  it("cut, and one end is never told: it waits for its own deadline", async () => {
    const { clock, events, server, network } = await connected();
    network.links.cut({ serverAfterMs: Infinity });
    await clock.advance(1_000_000);
    expect([events, server.events]).toEqual([["error", "close 1006 unclean"], []]);
    server.transport.terminate();
    await clock.advance(1);
    expect(server.events).toEqual(["closed 1006"]);
    expect(network.links.size).toBe(0);
  });

  it("fin: both ends close with 1006 after all that was under way (F-02)", async () => {
    const { clock, socket, events, server, network } = await connected();
    socket.send("one");
    server.transport.write([frame("two")]);
    network.links.fin();
    socket.send("lost");
    await clock.advance(10);
    expect(events).toEqual(["two", "close 1006 unclean"]);
    expect(server.events).toEqual(["one", "closed 1006"]);
  });

  it.each(["toServer", "toClient"] as const)(
    "half-open %s: nothing arrives there, the other direction works, and no end is told (F-03)",
    async (direction) => {
      const { clock, socket, events, server, network } = await connected();
      network.links.halfOpen(direction);
      socket.send("up");
      server.transport.write([frame("down")]);
      network.links.resume();
      await clock.advance(100_000);
      expect(server.events).toEqual(direction === "toServer" ? [] : ["up"]);
      expect(events).toEqual(direction === "toClient" ? [] : ["down"]);
      expect(socket.readyState).toBe(1);
    },
  );

  it("blackout: nothing passes for a while, and nothing is lost (F-04)", async () => {
    const { clock, socket, events, server, network } = await connected();
    network.links.blackout(5_000);
    socket.send("up");
    server.transport.write([frame("down")]);
    await clock.advance(4_999);
    expect([events, server.events]).toEqual([[], []]);
    await clock.advance(10);
    expect([events, server.events]).toEqual([["down"], ["up"]]);
  });

  it("stall of all: holds up connections too that are only made meanwhile", async () => {
    const made = world();
    made.network.links.stall();
    const { socket } = dial(made);
    await made.clock.advance(60_000);
    expect(socket.readyState).toBe(0);
    made.network.links.resume();
    await made.clock.advance(5);
    expect(socket.readyState).toBe(1);
  });

  it("stall of one leaves the others alone", async () => {
    const made = world();
    const [first, second] = [dial(made), dial(made)];
    await made.clock.advance(5);
    made.network.links.last.stall();
    for (const { transport } of made.served) transport.write([frame("hi")]);
    await made.clock.advance(5);
    expect([first.events, second.events]).toEqual([["open", "hi"], ["open"]]);
  });

  it("faults of a device touch its own connections alone", async () => {
    const made = world();
    const phone = made.network.device();
    const onPhone = new phone.WebSocket(url);
    const { socket } = dial(made);
    await made.clock.advance(5);
    phone.links.cut();
    await made.clock.advance(5);
    expect([onPhone.readyState, socket.readyState]).toEqual([3, 1]);
  });

  it("idle: a proxy ends what nothing passes over, and spares what is in use (F-13)", async () => {
    const made = world({ idleMs: 60_000 });
    const [quiet, busy] = [dial(made), dial(made)];
    for (let minute = 0; minute < 4; minute++) {
      await made.clock.advance(30_000);
      busy.socket.send("still here");
    }
    expect(quiet.events).toEqual(["open", "close 1006 unclean"]);
    expect([busy.socket.readyState, made.served.length]).toEqual([1, 2]);
  });

  it("lossLagMs: ends hear of a loss late, and out of step", async () => {
    const { clock, events, server, network, records } = await connected({ lossLagMs: [0, 10_000] });
    network.links.cut();
    await clock.until(() => events.length > 0 && server.events.length > 0);
    const [client, remote] = ["client", "server"].map((side) =>
      records.find((r) => r.to === side && r.what === "reset"),
    );
    expect(Math.abs((client?.at ?? 0) - (remote?.at ?? 0))).toBeGreaterThan(100);
  });
});

describe("new connections", () => {
  it("are refused where nobody listens, as a listener that was closed", async () => {
    const made = world();
    made.listener.close();
    const { events } = dial(made);
    await made.clock.advance(5);
    expect(events).toEqual(["error", "close 1006 unclean"]);
    expect(made.network.links.size).toBe(0);
  });

  it("are refused on demand, by one listener or everywhere", async () => {
    const made = world();
    made.listener.admission = "refused";
    const first = dial(made);
    await made.clock.advance(5);
    made.listener.admission = "served";
    made.network.admission = "refused";
    const second = dial(made);
    await made.clock.advance(5);
    expect([first.socket.readyState, second.socket.readyState, made.served.length]).toEqual([3, 3, 0]);
  });

  it("are ignored on demand: the attempt never ends by itself", async () => {
    const made = world();
    made.listener.admission = "ignored";
    const { socket, events } = dial(made);
    await made.clock.advance(600_000);
    expect(socket.readyState).toBe(0);
    socket.close();
    await made.clock.advance(5);
    expect(events).toEqual(["error", "close 1006 unclean"]);
    expect(made.network.links.size).toBe(0);
  });

  it("are muted on demand: the socket opens, and nothing ever comes (F-12)", async () => {
    const made = world({ closeMs: 2_000 });
    made.network.admission = "muted";
    const { socket, events } = dial(made);
    await made.clock.advance(5);
    socket.send("anybody there?");
    await made.clock.advance(60_000);
    expect([events, made.served]).toEqual([["open"], []]);
    socket.close();
    await made.clock.advance(2_000);
    expect(events).toEqual(["open", "close 1006 unclean"]);
    await made.clock.advance(5);
    expect(made.network.links.size).toBe(0);
  });

  it("are taken by the next listener after a crash, of which the old server never hears", async () => {
    const { clock, socket, events, server, network, listener } = await connected();
    socket.send("unread");
    listener.crash();
    await clock.advance(100_000);
    expect([events, server.events]).toEqual([["error", "close 1006 unclean"], []]);
    let taken = 0;
    network.listen(url, () => taken++);
    dial({ clock, network, listener, served: [], records: [] });
    await clock.advance(5);
    expect(taken).toBe(1);
    // What the old one still does to its connection reaches nobody, and frees it.
    server.transport.close(1001, "");
    await clock.advance(40_000);
    expect(server.events).toEqual(["closed 1006"]);
  });

  it("come with the path, the query, the host, the device's headers and its address", async () => {
    const made = world();
    const phone = made.network.device({ remoteAddress: "192.0.2.7", headers: { cookie: "a=b" } });
    new phone.WebSocket(`${url}?token=x`, ["other", "tautline.v1.json"]);
    await made.clock.advance(5);
    expect(made.served[0]?.request).toEqual({
      url: "/live?token=x",
      headers: { host: "server.test", cookie: "a=b", "sec-websocket-protocol": "other, tautline.v1.json" },
      remoteAddress: "192.0.2.7",
    });
    expect(made.served[0]?.transport.protocol).toBe("tautline.v1.json");
  });

  it("are refused where no subprotocol is known, and where plain ones are not wanted", async () => {
    const made = world({}, { plain: false });
    const [unknown, plain] = [dial(made, "other"), dial(made)];
    await made.clock.advance(5);
    expect([unknown.socket.readyState, plain.socket.readyState]).toEqual([3, 3]);
  });

  it("need an address where nobody else listens", () => {
    const made = world();
    expect(() => made.network.listen(`${url}?query`, () => undefined)).toThrow("expected");
    made.listener.close();
    expect(() => made.network.listen(url, () => undefined)).not.toThrow();
  });
});

it.each([
  [{ latencyMs: -1 }],
  [{ latencyMs: [5, 2] as const }],
  [{ lossLagMs: Number.NaN }],
  [{ bytesPerMs: 0 }],
  [{ windowBytes: -1 }],
  [{ splitting: 2 }],
])("refuses conditions that no network could have: %j", (conditions) => {
  expect(() => world(conditions)).toThrow("expected");
});
