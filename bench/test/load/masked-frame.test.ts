import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocketServer } from "ws";
import { maskedFrame } from "../../src/load/masked-frame.js";

describe("a client's frame", () => {
  let server: WebSocketServer;
  beforeAll(async () => {
    server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
    await once(server, "listening");
  });
  afterAll(() => server.close());

  it.each([0, 1, 125, 126, 1_000, 65_535])("of %i bytes is read by ws as it was said", async (length) => {
    const text = "é".repeat(length >> 1) + "x".repeat(length & 1);
    const heard = once(server, "connection").then(([socket]) => once(socket, "message"));
    const { port } = server.address() as { port: number };
    const socket = connect(port, "127.0.0.1");
    const key = "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13";
    socket.write(
      `GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${key}\r\n\r\n`,
    );
    await once(socket, "data");
    socket.write(maskedFrame(text));
    const [data, isBinary] = await heard;
    expect(String(data)).toBe(text);
    expect(isBinary).toBe(false);
    socket.destroy();
  });

  it("that is too long for the load is refused", () => {
    expect(() => maskedFrame("x".repeat(65_536))).toThrow("expected at most 65535 bytes, got 65536");
  });
});
