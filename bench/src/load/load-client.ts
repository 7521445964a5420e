import { randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";
import type { ClientSpec, Dialect, FrameKind } from "./dialect.js";
import { FrameHeaders } from "./frame-headers.js";
import { maskedFrame } from "./masked-frame.js";

/** Of a frame's first byte. */
const opcodeBits = 0x0f;
const compressedBit = 0x40;
const textOpcode = 1;
const pingOpcode = 9;
const endOfHead = "\r\n\r\n";

/** All sockets read into it: what has come is looked at before anything else can come. */
const readBuffer = Buffer.allocUnsafe(262_144);

/** Where a client connects, and how it speaks. */
export interface Peer {
  readonly port: number;
  readonly dialect: Dialect;
}

/** Called for each `delivery` and `answer`. */
export type OnMessage = (client: LoadClient, kind: FrameKind, bytes: number) => void;

/** A WebSocket client on a bare TCP socket that sends ready-made frames and looks at headers only. */
export class LoadClient {
  readonly spec: ClientSpec;
  onMessage: OnMessage;
  /** How many messages with an id it has sent. */
  sent = 0;
  /** Whether the server agreed to compress. */
  isCompressed = false;
  readonly #dialect: Dialect;
  readonly #socket: Socket;
  readonly #headers = new FrameHeaders((first, bytes, start, length) =>
    this.#frame(first, bytes, start, length),
  );
  /** The response to the upgrade, until it is complete. */
  #head: string | undefined = "";
  #isOver = false;
  #settle: { resolve(): void; reject(error: Error): void } | undefined;

  private constructor({ port, dialect }: Peer, spec: ClientSpec, onMessage: OnMessage) {
    this.spec = spec;
    this.onMessage = onMessage;
    this.#dialect = dialect;
    this.#socket = connect({
      ...{ port, host: "127.0.0.1", noDelay: true },
      onread: {
        buffer: readBuffer,
        callback: (count, bytes) => this.#read(bytes.subarray(0, count)),
      },
    });
    this.#socket.on("error", (error) => this.#settle?.reject(error));
    this.#socket.on("close", () => this.#closed());
    this.#socket.write(upgradeRequest(port, dialect, spec));
  }

  /** Resolves when the handshake is over. */
  static async connect(peer: Peer, spec: ClientSpec, onMessage: OnMessage): Promise<LoadClient> {
    const client = new LoadClient(peer, spec, onMessage);
    await new Promise<void>((resolve, reject) => {
      client.#settle = { resolve, reject };
    });
    client.#settle = undefined;
    return client;
  }

  /** Sends frames of {@link maskedFrame}. */
  write(frames: Uint8Array): void {
    this.#socket.write(frames);
  }

  /** Cuts the connection. */
  destroy(): void {
    this.#isOver = true;
    this.#socket.destroy();
  }

  #closed(): void {
    if (this.#settle) this.#settle.reject(new Error("the server closed a connection during the handshake"));
    // Nothing that is measured afterwards would count all clients.
    else if (!this.#isOver) throw new Error("the server closed a connection in the middle of a workload");
  }

  #read(bytes: Uint8Array): boolean {
    if (this.#head === undefined) this.#headers.push(bytes);
    else this.#readHead(bytes);
    return true;
  }

  #readHead(bytes: Uint8Array): void {
    const read = this.#head + Buffer.from(bytes).toString("latin1");
    const end = read.indexOf(endOfHead);
    this.#head = read;
    if (end === -1) return;
    this.#head = undefined;
    const head = read.slice(0, end);
    if (!head.startsWith("HTTP/1.1 101 ")) {
      this.#settle?.reject(new Error(`expected the upgrade to be accepted, got ${head}`));
      return this.destroy();
    }
    this.isCompressed = /permessage-deflate/i.test(head);
    const { hello, next } = this.#dialect;
    if (hello) this.#say(hello(this.spec));
    else if (!next) this.#settle?.resolve();
    const rest = Buffer.from(read.slice(end + endOfHead.length), "latin1");
    if (rest.length > 0) this.#headers.push(rest);
  }

  #frame(first: number, bytes: Uint8Array, start: number, length: number): void {
    const opcode = first & opcodeBits;
    if (opcode === pingOpcode) throw new Error("expected no ping frames within the time of a measurement");
    if (opcode !== textOpcode) return;
    // What is compressed cannot be looked into. The handshakes are too short for it.
    const kind = first & compressedBit ? "delivery" : this.#dialect.kindOf(bytes, start, length);
    switch (kind) {
      case "delivery":
      case "answer":
        return this.onMessage(this, kind, length);
      case "ping":
        return this.#say(this.#dialect.pong);
      case "greeting":
        return this.#say(this.#dialect.next?.(this.spec));
      case "ready":
        return this.#settle?.resolve();
      case "other":
    }
  }

  #say(text: string | undefined): void {
    if (text !== undefined) this.#socket.write(maskedFrame(text));
  }
}

function upgradeRequest(port: number, dialect: Dialect, spec: ClientSpec): string {
  const { path, headers = [] } = dialect.upgrade(spec);
  const deflate =
    "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; client_no_context_takeover";
  return [
    `GET ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    "Connection: Upgrade",
    "Upgrade: websocket",
    `Sec-WebSocket-Key: ${randomBytes(16).toString("base64")}`,
    "Sec-WebSocket-Version: 13",
    ...(spec.deflate ? [deflate] : []),
    ...headers,
    endOfHead.slice(2),
  ].join("\r\n");
}
