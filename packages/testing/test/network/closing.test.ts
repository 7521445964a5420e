import { describe, expect, it } from "vitest";
import { connected, dial, frame, recorder, world } from "./setup.js";

describe("a closing handshake", () => {
  it("begun by the client ends both sides with its code and reason", async () => {
    const { clock, socket, events, server, network } = await connected();
    socket.close(3001, "enough");
    expect(socket.readyState).toBe(2);
    await clock.until(() => socket.readyState === 3);
    await clock.advance(10);
    expect(events).toEqual(["close 3001 enough clean"]);
    expect(server.events).toEqual(["closed 3001 enough"]);
    expect([network.links.size, clock.pending]).toEqual([0, 0]);
  });

  it("begun by the server ends both sides with its code and reason, after all that was written", async () => {
    const { clock, socket, events, server, network } = await connected();
    server.transport.write([frame("last words")]);
    server.transport.close(4410, "too slow");
    await clock.until(() => socket.readyState === 3);
    await clock.advance(10);
    expect(events).toEqual(["last words", "close 4410 too slow clean"]);
    expect(server.events).toEqual(["closed 4410 too slow"]);
    expect([network.links.size, clock.pending]).toEqual([0, 0]);
  });

  it("begun by a server that had stopped reading ends all the same", async () => {
    const { clock, events, server } = await connected();
    server.transport.pause();
    server.transport.close(1012, "");
    await clock.advance(10);
    expect([events, server.events]).toEqual([["close 1012 clean"], ["closed 1012"]]);
  });

  it("without a code is 1005 at both ends", async () => {
    const { clock, socket, events, server } = await connected();
    socket.close();
    await clock.advance(10);
    expect([events, server.events]).toEqual([["close 1005 clean"], ["closed 1005"]]);
  });

  it("begun by both at once gives each the other's code", async () => {
    const { clock, socket, events, server } = await connected();
    socket.close(3000, "client");
    server.transport.close(1001, "server");
    await clock.advance(10);
    expect([events, server.events]).toEqual([["close 1001 server clean"], ["closed 3000 client"]]);
  });

  it("delivers to the server what the client sent before it, and nothing to a client that has begun to close", async () => {
    const { clock, socket, events, server } = await connected();
    server.transport.write([frame("too late")]);
    socket.send("one");
    socket.close(1000);
    socket.send("after");
    await clock.advance(10);
    expect(server.events).toEqual(["one", "closed 1000"]);
    expect(events).toEqual(["close 1000 clean"]);
  });

  it.each([
    ["client", "toServer"],
    ["server", "toClient"],
  ] as const)("that is not answered is cut after its deadline: the %s's", async (side, direction) => {
    const { clock, socket, events, server, network } = await connected({ closeMs: 5_000 });
    network.links.stall(direction);
    if (side === "client") socket.close(1000);
    else server.transport.close(1000, "");
    await clock.advance(4_990);
    expect([events, server.events]).toEqual([[], []]);
    await clock.advance(20);
    expect(side === "client" ? events : server.events).toEqual(
      side === "client" ? ["close 1006 unclean"] : ["closed 1006"],
    );
  });

  it("refuses codes that cannot be sent, at the server's end as `ws` does", async () => {
    const { server } = await connected();
    for (const code of [999, 1004, 1005, 1006, 1015, 2999, 5000]) {
      expect(() => server.transport.close(code, "")).toThrow(TypeError);
    }
  });

  it("cuts a reason that is too long for a close frame, at the server's end", async () => {
    const { clock, events, server } = await connected();
    server.transport.close(1000, "é".repeat(100));
    await clock.advance(10);
    expect(events).toEqual([`close 1000 ${"é".repeat(61)} clean`]);
  });
});

describe("an end without goodbye", () => {
  it("by the server's terminate is 1006 at both ends, after what is under way (F-02)", async () => {
    const { clock, events, server, network } = await connected();
    server.transport.write([frame("one")]);
    server.transport.terminate();
    server.transport.write([frame("two")]);
    await clock.advance(10);
    expect([events, server.events]).toEqual([["one", "close 1006 unclean"], ["closed 1006"]]);
    expect(network.links.size).toBe(0);
  });

  it("by the client's terminate, where it has one, is 1006 at both ends", async () => {
    const made = world();
    const { WebSocket } = made.network.device({ terminates: true });
    const socket = new WebSocket("ws://server.test/live") as InstanceType<typeof WebSocket> & {
      terminate(): void;
    };
    await made.clock.until(() => socket.readyState === 1);
    let code = 0;
    socket.onclose = (event: { code: number }) => (code = event.code);
    socket.terminate();
    await made.clock.advance(10);
    expect([code, made.served[0]?.events]).toEqual([1006, ["closed 1006"]]);
  });

  it("while the socket still connects is told by error and 1006, and the server sees a connection that went", async () => {
    const made = world();
    const { socket, events } = dial(made);
    socket.close();
    expect(socket.readyState).toBe(2);
    await made.clock.advance(10);
    expect(events).toEqual(["error", "close 1006 unclean"]);
    expect(made.served[0]?.events).toEqual(["closed 1006"]);
    expect([made.network.links.size, made.clock.pending]).toEqual([0, 0]);
  });

  it("is told once, whatever comes after it", async () => {
    const { clock, socket, events, server } = await connected();
    server.transport.terminate();
    server.transport.terminate();
    server.transport.close(1000, "");
    socket.close();
    await clock.advance(100_000);
    expect([events.length, server.events.length]).toEqual([1, 1]);
  });
});

it("tells a server that starts to listen late what had happened before", async () => {
  const made = world();
  made.listener.close();
  const events: string[] = [];
  const kept: Parameters<Parameters<typeof made.network.listen>[1]>[0][] = [];
  made.network.listen("ws://server.test/live", (transport) => kept.push(transport));
  const { socket } = dial(made);
  await made.clock.until(() => socket.readyState === 1);
  socket.send("early");
  socket.close(1000);
  await made.clock.advance(5);
  kept[0]?.start(recorder(events));
  await made.clock.advance(5);
  expect(events).toEqual(["early", "closed 1000"]);
});

it("closes with 1009 what is larger than the server takes, as `ws` does", async () => {
  const made = world({}, { messageBytes: 10 });
  const { socket, events } = dial(made);
  await made.clock.until(() => socket.readyState === 1);
  socket.send("x".repeat(11));
  socket.send("after");
  await made.clock.advance(10);
  expect(made.served[0]?.events).toEqual(["closed 1009"]);
  expect(events).toEqual(["open", "close 1009 clean"]);
});
