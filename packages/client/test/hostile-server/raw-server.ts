import { createHash } from "node:crypto";
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";

/** What a server does with a connection: the request's header has come. */
export type Treat = (socket: Socket, request: string) => void;

/** A server of bytes, so that it can say what no WebSocket server would. */
export class RawServer implements AsyncDisposable {
  /** Requests that came, as texts. */
  readonly requests: string[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(treat: Treat) {
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        this.#sockets.delete(socket);
      });
      socket.once("data", (request) => {
        this.requests.push(request.toString());
        treat(socket, request.toString());
      });
    });
  }

  /** Listens on any free port of this machine; gives the address. */
  async listen(): Promise<string> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}/live`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** The header of a 101 that accepts this request, with the client's first subprotocol and what is added. */
export function accepting(request: string, ...added: readonly string[]): string {
  const header = (name: string) => new RegExp(`^${name}: (.*)\r$`, "im").exec(request)?.[1] ?? "";
  const accept = createHash("sha1")
    .update(`${header("Sec-WebSocket-Key")}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
    .digest("base64");
  const lines = [
    "HTTP/1.1 101 Switching Protocols",
    "Upgrade: websocket",
    "Connection: Upgrade",
    `Sec-WebSocket-Accept: ${accept}`,
    `Sec-WebSocket-Protocol: ${header("Sec-WebSocket-Protocol")}`,
    ...added,
  ];
  return `${lines.join("\r\n")}\r\n\r\n`;
}

/** Writes on for as long as the peer reads. */
export function endless(socket: Socket, piece: string | Uint8Array): void {
  const write = (): void => {
    while (socket.writable && socket.write(piece));
  };
  socket.on("drain", write);
  write();
}

/** A frame of a server: RFC 6455 §5.2. The length may be a lie. */
export function frame(
  firstByte: number,
  payload: Uint8Array,
  length: bigint = BigInt(payload.length),
): Buffer {
  const header = Buffer.alloc(length < 126n ? 2 : length < 65_536n ? 4 : 10);
  header[0] = firstByte;
  if (header.length === 2) header[1] = Number(length);
  else if (header.length === 4) {
    header[1] = 126;
    header.writeUInt16BE(Number(length), 2);
  } else {
    header[1] = 127;
    header.writeBigUInt64BE(length, 2);
  }
  return Buffer.concat([header, payload]);
}

/** A whole message of text. */
export const text = (message: unknown): Buffer =>
  frame(0x81, Buffer.from(typeof message === "string" ? message : JSON.stringify(message)));
