import type { AddressInfo } from "node:net";
import type { WebSocketConstructor, WebSocketLike } from "@tautline/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket as RealWebSocket, WebSocketServer } from "ws";
import { scriptedWebSockets } from "../../src/scripted-web-socket.js";
import { url as virtualUrl, world } from "./setup.js";

/** A kind of socket, its server that echoes, and how long to wait for a fact. */
interface Kind {
  readonly WebSocket: WebSocketConstructor;
  readonly url: () => string;
  readonly until: (fact: () => boolean) => Promise<void>;
}

const wss = new WebSocketServer({ port: 0 });
beforeAll(() => {
  wss.on("connection", (socket) => {
    socket.on("error", () => undefined);
    socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));
  });
});
afterAll(() => wss.close());

const real: Kind = {
  // Its types name more than we read.
  WebSocket: RealWebSocket as unknown as WebSocketConstructor,
  url: () => `ws://localhost:${(wss.address() as AddressInfo).port}`,
  until: (fact) => expect.poll(fact).toBe(true),
};

/** That of Node itself, from 22 on: the one among them that was written from the standard. */
const own = (globalThis as { readonly WebSocket?: WebSocketConstructor }).WebSocket;

function virtual(): Kind {
  const { network, clock, listener } = world();
  listener.close();
  network.listen(virtualUrl, (transport) =>
    transport.start({
      message: (data) => transport.write([{ payload: data, byteLength: data.length }]),
      alive: () => undefined,
      drained: () => undefined,
      closed: () => undefined,
    }),
  );
  return { WebSocket: network.WebSocket, url: () => virtualUrl, until: (fact) => clock.until(fact) };
}

/** Handlers are called with what each expects; here only what it carries is read. */
const listen = (socket: WebSocketLike, events: string[]): void => {
  socket.onopen = () => events.push("open");
  socket.onmessage = ({ data }: { data: unknown }) =>
    events.push(`message ${data instanceof ArrayBuffer ? `of ${data.byteLength} bytes` : String(data)}`);
  socket.onerror = () => events.push("error");
  socket.onclose = ({ code, wasClean }: { code: number; wasClean: boolean }) =>
    events.push(`close ${code} ${wasClean}`);
};

describe.each([
  ["a virtual one", virtual],
  ["that of ws, over a real socket", () => real],
  ...(own ? [["that of Node, over a real socket", () => ({ ...real, WebSocket: own })] as const] : []),
] as const)("a WHATWG socket: %s", (_, kindOf) => {
  const open = async (kind: Kind): Promise<{ socket: WebSocketLike; events: string[] }> => {
    const [socket, events] = [new kind.WebSocket(kind.url()), []];
    listen(socket, events);
    await kind.until(() => socket.readyState === 1);
    return { socket, events };
  };

  it("connects, and may not send before it has", async () => {
    const kind = kindOf();
    const socket = new kind.WebSocket(kind.url());
    expect(socket.readyState).toBe(0);
    expect(() => socket.send("too early")).toThrow();
    await kind.until(() => socket.readyState === 1);
    socket.close();
  });

  it("tells open, messages and close, each once and in this order", async () => {
    const kind = kindOf();
    const { socket, events } = await open(kind);
    socket.send("hello");
    await kind.until(() => events.length === 2);
    socket.close(1000, "done");
    expect(socket.readyState).toBe(2);
    await kind.until(() => socket.readyState === 3);
    await kind.until(() => events.length === 3);
    expect(events).toEqual(["open", "message hello", "close 1000 true"]);
  });

  it("hands over bytes as the binary type says", async () => {
    const kind = kindOf();
    const { socket, events } = await open(kind);
    socket.binaryType = "arraybuffer";
    socket.send(Uint8Array.of(1, 2, 3));
    socket.send(Uint8Array.of(1, 2).buffer);
    await kind.until(() => events.length === 3);
    expect(events.slice(1)).toEqual(["message of 3 bytes", "message of 2 bytes"]);
    socket.close();
  });

  it("ignores what is sent after close, and a second close", async () => {
    const kind = kindOf();
    const { socket, events } = await open(kind);
    socket.close(3000);
    socket.send("nobody hears it");
    socket.close(3001);
    await kind.until(() => events.includes("close 3000 true"));
    expect(() => socket.send("nor this")).not.toThrow();
    expect(() => socket.close()).not.toThrow();
  });

  it("closed while it connects fails: an error, and 1006", async () => {
    const kind = kindOf();
    const [socket, events] = [new kind.WebSocket(kind.url()), [] as string[]];
    listen(socket, events);
    socket.close();
    expect(socket.readyState).toBe(2);
    await kind.until(() => events.length === 2);
    expect(events).toEqual(["error", "close 1006 false"]);
  });

  it.each([1005, 1006, 2999, 5000])("refuses to close with %i", async (code) => {
    const kind = kindOf();
    const { socket } = await open(kind);
    expect(() => socket.close(code)).toThrow();
    expect(socket.readyState).toBe(1);
    socket.close();
  });

  it("refuses a reason longer than 123 bytes", async () => {
    const kind = kindOf();
    const { socket } = await open(kind);
    expect(() => socket.close(1000, "x".repeat(124))).toThrow();
    socket.close(1000, "x".repeat(123));
  });

  it.each(["no address", "ftp://example.com", "ws://example.com/#fragment"])(
    "refuses the address %s",
    (address) => {
      expect(() => new (kindOf().WebSocket)(address)).toThrow();
    },
  );

  it.each([[["a", "a"]], [["a b"]], [[""]]])("refuses the subprotocols %j", (protocols) => {
    const kind = kindOf();
    expect(() => new kind.WebSocket(kind.url(), protocols)).toThrow();
  });

  it("tells handlers and listeners the target", async () => {
    const kind = kindOf();
    const socket = new kind.WebSocket(kind.url()) as WebSocketLike & EventTarget;
    const targets: unknown[] = [];
    socket.onopen = ({ target }: Event) => targets.push(target);
    socket.addEventListener("open", ({ target }) => targets.push(target));
    await kind.until(() => targets.length === 2);
    expect(targets).toEqual([socket, socket]);
    socket.close();
  });
});

it("a socket of a browser has no terminate: one that is given none is not cut", () => {
  const { network } = world();
  expect("terminate" in new network.WebSocket(virtualUrl)).toBe(false);
  expect("terminate" in new (network.device({ terminates: true }).WebSocket)(virtualUrl)).toBe(true);
  expect("terminate" in new (scriptedWebSockets().WebSocket)("ws://scripted")).toBe(false);
});
