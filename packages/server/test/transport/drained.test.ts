import type { AddressInfo } from "node:net";
import type { Frame } from "@tautline/protocol";
import { afterAll, expect, it } from "vitest";
import { type Server, WebSocket, WebSocketServer } from "ws";
import { OwnedWebSocket } from "../../src/transport/owned-web-socket.js";
import { WsTransport } from "../../src/transport/ws-transport.js";

const wss: Server<typeof OwnedWebSocket> = new WebSocketServer({
  ...{ port: 0, perMessageDeflate: false },
  WebSocket: OwnedWebSocket,
});
afterAll(() => wss.close());

const reading = { nextTurn: setImmediate, now: () => 0, messageMs: 1, reached: () => undefined };

it("tells that bytes have left, however few had to wait, and nothing where none had to", async () => {
  const taken = new Promise<WsTransport>((resolve) => {
    wss.once("connection", (ws, { socket }) => resolve(new WsTransport(ws, socket, { reading })));
  });
  const peer = new WebSocket(`ws://localhost:${(wss.address() as AddressInfo).port}`);
  const transport = await taken;
  const drained: number[] = [];
  transport.start({
    ...{ message: () => {}, alive: () => {}, closed: () => {} },
    drained: () => drained.push(transport.bufferedBytes),
  });
  let heard = 0;
  peer.on("message", () => heard++);
  const frame: Frame = { payload: "x".repeat(4_096), byteLength: 4_096 };

  transport.write([frame]);
  await expect.poll(() => heard).toBe(1);
  expect(drained).toEqual([]);

  peer.pause();
  let written = 1;
  for (; transport.bufferedBytes === 0; written++) transport.write([frame]);
  // Far below the mark from which on the socket would tell of it by itself.
  expect(transport.bufferedBytes).toBeLessThan(5_000);
  peer.resume();
  await expect.poll(() => heard).toBe(written);
  expect(drained).toEqual([0]);
  peer.terminate();
});
