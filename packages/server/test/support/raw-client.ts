import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** A TCP client that has upgraded and from then on does nothing by itself: no pong, no close, no reading if paused. */
export async function rawClient(port: number, subprotocol?: string): Promise<Socket> {
  const socket = connect(port, "localhost");
  socket.on("error", () => undefined);
  socket.write(upgradeRequest(subprotocol));
  await once(socket, "data");
  return socket;
}

/** The request for an upgrade, as a client writes it. */
export function upgradeRequest(subprotocol?: string, extensions?: string): string {
  const protocol = subprotocol ? `Sec-WebSocket-Protocol: ${subprotocol}\r\n` : "";
  const offer = extensions ? `Sec-WebSocket-Extensions: ${extensions}\r\n` : "";
  return (
    `GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n${protocol}${offer}` +
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
  );
}

/** A client's masked text message: RFC 6455 §5.3. The mask is zero, which leaves the bytes as they are. */
export function textFrame(message: unknown): Buffer {
  const payload = Buffer.from(typeof message === "string" ? message : JSON.stringify(message));
  const header = Buffer.alloc(payload.length < 126 ? 6 : 8);
  header[0] = 0x81;
  if (payload.length < 126) header[1] = 0x80 | payload.length;
  else {
    header[1] = 0x80 | 126;
    header.writeUInt16BE(payload.length, 2);
  }
  return Buffer.concat([header, payload]);
}
