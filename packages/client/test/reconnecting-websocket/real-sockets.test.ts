import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { WebSocketServer } from "ws";
import { ReconnectingWebSocket } from "../../src/index.js";

const quick = { backoff: { minMs: 5, maxMs: 20 } };
const open: { server?: WebSocketServer; socket?: ReconnectingWebSocket } = {};

/** An echo server on the loopback: on any free port, or on the one it had before. */
async function serve(port = 0): Promise<number> {
  const server = new WebSocketServer({ port, host: "127.0.0.1" });
  server.on("connection", (peer) =>
    peer.on("message", (data, isBinary) => peer.send(data, { binary: isBinary })),
  );
  open.server = server;
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

/** As a crash would: every socket is cut, nobody says goodbye. */
async function kill(): Promise<void> {
  const { server } = open;
  for (const peer of server?.clients ?? []) peer.terminate();
  await new Promise((resolve) => server?.close(resolve));
}

function connect(...args: ConstructorParameters<typeof ReconnectingWebSocket>): ReconnectingWebSocket {
  open.socket = new ReconnectingWebSocket(...args);
  return open.socket;
}

/** The next event of this type. */
const next = <T extends "open" | "message" | "close" | "retry" | "error">(
  socket: ReconnectingWebSocket,
  type: T,
) =>
  new Promise<{
    readonly data?: unknown;
    readonly code?: number;
    readonly willReconnect?: boolean | undefined;
  }>((resolve) => socket.addEventListener(type, resolve as never, { once: true }));

afterEach(async () => {
  open.socket?.close();
  await kill();
});

describe("a reconnecting socket on real sockets", () => {
  it("comes back when its server was killed and started again on the same port", async () => {
    const port = await serve();
    const socket = connect(`ws://127.0.0.1:${port}`, undefined, quick);
    await next(socket, "open");
    await Promise.all([next(socket, "close"), kill()]);
    await next(socket, "retry");
    expect(socket.send("sent while away")).toBe("queued");
    const echo = next(socket, "message");
    await serve(port);
    expect((await echo).data).toBe("sent while away");
    expect(socket.readyState).toBe(ReconnectingWebSocket.OPEN);
  });

  it("waits for a server that is not there yet, without an error that ends the process", async () => {
    const port = await serve();
    await kill();
    const socket = connect(`ws://127.0.0.1:${port}`, undefined, quick);
    const failures: unknown[] = [];
    socket.addEventListener("retry", ({ reason }) => failures.push(reason));
    await next(socket, "retry");
    await serve(port);
    await next(socket, "open");
    expect(failures[0]).toMatchObject({ kind: "refused", code: 1006, error: { code: "ECONNREFUSED" } });
  });

  it("carries text and bytes, as Blob or ArrayBuffer", async () => {
    const socket = connect(`ws://127.0.0.1:${await serve()}`);
    await next(socket, "open");
    socket.send("text");
    expect((await next(socket, "message")).data).toBe("text");
    socket.send(new Uint8Array([1, 2, 3]));
    const blob = (await next(socket, "message")).data as Blob;
    expect([...new Uint8Array(await blob.arrayBuffer())]).toEqual([1, 2, 3]);
    socket.binaryType = "arraybuffer";
    socket.send(new Uint8Array([4]).buffer);
    expect([...new Uint8Array((await next(socket, "message")).data as ArrayBuffer)]).toEqual([4]);
  });

  it("is told goodbye and says it: 1012 brings it back, 1000 does not", async () => {
    const port = await serve();
    const socket = connect(`ws://127.0.0.1:${port}`, undefined, quick);
    await next(socket, "open");
    for (const peer of open.server?.clients ?? []) peer.close(1012, "restart");
    expect(await next(socket, "close")).toMatchObject({ code: 1012, willReconnect: true });
    await next(socket, "open");
    for (const peer of open.server?.clients ?? []) peer.close(1000);
    expect(await next(socket, "close")).toMatchObject({ code: 1000, willReconnect: false });
  });

  it("ends with an error where its address is none", async () => {
    const socket = connect("http://[nonsense");
    const [, close] = await Promise.all([next(socket, "error"), next(socket, "close")]);
    expect(close).toMatchObject({ code: 1006, willReconnect: false });
  });
});
