import type { AddressInfo } from "node:net";
import type {
  CloseEventLike,
  Frame,
  MessageEventLike,
  Transport,
  WebSocketConstructor,
  WebSocketLike,
} from "@tautline/protocol";
import { seededRandom, VirtualClock, VirtualNetwork } from "@tautline/testing";
import { afterAll, describe, expect, it } from "vitest";
import { type Server, WebSocket, WebSocketServer } from "ws";
import { OwnedWebSocket } from "../../src/transport/owned-web-socket.js";
import { WsTransport } from "../../src/transport/ws-transport.js";

/** What a transport and its peer told. */
interface Pair {
  readonly transport: Transport;
  readonly socket: WebSocketLike & { terminate(): void };
  readonly told: string[];
  readonly heard: string[];
  start(): void;
  until(fact: () => boolean): Promise<void>;
}

const subprotocol = "tautline.v1.json";
const maxPayload = 100_000;
const wss: Server<typeof OwnedWebSocket> = new WebSocketServer({
  ...{ port: 0, maxPayload, perMessageDeflate: false },
  WebSocket: OwnedWebSocket,
});
afterAll(() => wss.close());

const reading = {
  nextTurn: (callback: () => void) => void setImmediate(callback),
  now: () => 0,
  messageMs: 1,
  reached: () => undefined,
};

/** Transport and peer over a real socket. */
async function real(): Promise<Pair> {
  const taken = new Promise<Transport>((resolve) => {
    wss.once("connection", (ws, { socket }) => resolve(new WsTransport(ws, socket, { reading })));
  });
  const url = `ws://localhost:${(wss.address() as AddressInfo).port}`;
  // The types of `ws` name more than we use.
  const socket = new WebSocket(url, subprotocol) as unknown as Pair["socket"];
  const until = (fact: () => boolean) => expect.poll(fact, { timeout: 5_000, interval: 2 }).toBe(true);
  return pair({ socket, transport: await taken, until });
}

/** The same over the virtual network. */
async function virtual(): Promise<Pair> {
  const [clock, transports] = [new VirtualClock(), [] as Transport[]];
  const network = new VirtualNetwork({ clock, random: seededRandom(1) });
  const url = "ws://server.test/";
  network.listen(url, (transport) => transports.push(transport), { messageBytes: maxPayload });
  const Socket: WebSocketConstructor = network.device({ terminates: true }).WebSocket;
  const socket = new Socket(url, subprotocol) as Pair["socket"];
  await clock.until(() => transports.length === 1);
  return pair({ socket, transport: transports[0] as Transport, until: (fact) => clock.until(fact) });
}

async function pair({ socket, transport, until }: Omit<Pair, "told" | "heard" | "start">): Promise<Pair> {
  const [told, heard]: [string[], string[]] = [[], []];
  socket.binaryType = "arraybuffer";
  socket.onmessage = ({ data }: MessageEventLike) => heard.push(textOf(data));
  socket.onerror = () => undefined;
  socket.onclose = ({ code, reason, wasClean }: CloseEventLike) =>
    heard.push(`close ${code} ${reason} ${wasClean ? "clean" : "unclean"}`);
  await until(() => socket.readyState === 1);
  const start = (): void =>
    transport.start({
      message: (data) => told.push(textOf(data)),
      alive: () => told.push("alive"),
      drained: () => undefined,
      closed: (code, reason) => told.push(`closed ${code} ${reason}`),
    });
  return { socket, transport, told, heard, start, until };
}

/** Short texts as they are, long ones and bytes by their size. */
function textOf(data: unknown): string {
  if (typeof data === "string") return data.length > 20 ? `text of ${data.length}` : data;
  return `bytes of ${(data as ArrayBuffer).byteLength}`;
}

const frame = (payload: string | Uint8Array): Frame => ({ payload, byteLength: payload.length });

describe.each([
  ["a real socket", real],
  ["the virtual network", virtual],
])("a transport over %s", (_, open) => {
  it("carries messages in order, both ways, as text and as bytes", async () => {
    const { transport, socket, told, heard, start, until } = await open();
    start();
    expect(transport.protocol).toBe(subprotocol);
    socket.send("one");
    socket.send(Uint8Array.of(1, 2));
    transport.write([frame("a"), frame("b".repeat(70_000)), frame(Uint8Array.of(1, 2, 3))]);
    await until(() => told.length === 2 && heard.length === 3);
    expect(told).toEqual(["one", "bytes of 2"]);
    expect(heard).toEqual(["a", "text of 70000", "bytes of 3"]);
    transport.terminate();
  });

  it("reads nothing before it is started, and then what had come, the end too", async () => {
    const { socket, told, heard, start, until } = await open();
    socket.send("early");
    socket.close(1000);
    start();
    await until(() => told.length === 2 && heard.length === 1);
    expect(told).toEqual(["early", "closed 1000 "]);
  });

  it("tells the peer's code and reason, once", async () => {
    const { socket, told, heard, start, until } = await open();
    start();
    socket.close(3001, "enough");
    await until(() => told.length > 0 && heard.length > 0);
    expect([told, heard]).toEqual([["closed 3001 enough"], ["close 3001 enough clean"]]);
  });

  it("tells 1005 where the peer gave no code", async () => {
    const { socket, told, start, until } = await open();
    start();
    socket.close();
    await until(() => told.length > 0);
    expect(told).toEqual(["closed 1005 "]);
  });

  it("says goodbye after what was written, hears what still comes, and writes nothing more", async () => {
    const { transport, socket, told, heard, start, until } = await open();
    start();
    socket.send("on its way");
    transport.write([frame("last")]);
    transport.close(4410, "too slow");
    transport.write([frame("lost")]);
    await until(() => told.length === 2 && heard.length === 2);
    expect(told).toEqual(["on its way", "closed 4410 too slow"]);
    expect(heard).toEqual(["last", "close 4410 too slow clean"]);
  });

  it("says goodbye though it was paused", async () => {
    const { transport, told, heard, start, until } = await open();
    start();
    transport.pause();
    transport.close(1012, "");
    await until(() => told.length > 0 && heard.length > 0);
    expect([told, heard]).toEqual([["closed 1012 "], ["close 1012  clean"]]);
  });

  it("cuts the peer on terminate, and tells 1006 to both", async () => {
    const { transport, told, heard, start, until } = await open();
    start();
    transport.terminate();
    expect(told).toEqual([]);
    await until(() => told.length > 0 && heard.length > 0);
    expect([told, heard]).toEqual([["closed 1006 "], ["close 1006  unclean"]]);
  });

  it("tells 1006 when the peer is cut off", async () => {
    const { socket, told, start, until } = await open();
    start();
    socket.terminate();
    await until(() => told.length > 0);
    expect(told).toEqual(["closed 1006 "]);
  });

  it("pings, and knows the peer alive by the pong that it sends by itself", async () => {
    const { transport, told, heard, start, until } = await open();
    start();
    transport.ping();
    await until(() => told.length > 0);
    expect([told, heard]).toEqual([["alive"], []]);
    transport.terminate();
  });

  it("reads nothing while it is paused, and loses nothing", async () => {
    const { transport, socket, told, start, until } = await open();
    start();
    transport.pause();
    // More than a kernel keeps.
    const sizes = Array.from({ length: 300 }, (_, index) => 90_000 + index);
    for (const size of sizes) socket.send("x".repeat(size));
    await until(() => socket.bufferedAmount > 0);
    expect(told).toEqual([]);
    transport.resume();
    await until(() => told.length === sizes.length);
    expect(told).toEqual(sizes.map((size) => `text of ${size}`));
    transport.terminate();
  });

  it("ends with 1009 what sends more than it takes, and hears nothing after it", async () => {
    const { socket, told, heard, start, until } = await open();
    start();
    socket.send("x".repeat(maxPayload + 1));
    socket.send("after");
    await until(() => told.length > 0 && heard.length > 0);
    expect([told, heard]).toEqual([["closed 1009 "], ["close 1009  clean"]]);
  });

  it("refuses codes that cannot be sent", async () => {
    const { transport, start } = await open();
    start();
    for (const code of [1005, 1006, 1015, 2999, 5000])
      expect(() => transport.close(code, "")).toThrow(TypeError);
    transport.terminate();
  });

  it("does nothing after its end, and ends once", async () => {
    const { transport, told, heard, start, until } = await open();
    start();
    transport.terminate();
    await until(() => told.length > 0 && heard.length > 0);
    transport.write([frame("lost")]);
    transport.ping();
    transport.close(1000, "");
    transport.terminate();
    transport.pause();
    transport.resume();
    expect([told, heard]).toEqual([["closed 1006 "], ["close 1006  unclean"]]);
    expect(transport.bufferedBytes).toBe(0);
  });
});
