import { limits, type TimerHandle, utf8Length, type WebSocketLike } from "@tautline/protocol";
import { SocketEvents } from "../socket-events.js";
import type { Link, LinkEnd } from "./link.js";
import type { Packet } from "./packet.js";

/** Makes the connection of a socket. */
export type Connect = (socket: { url: string; protocols: readonly string[]; end: LinkEnd }) => Link;

interface Goodbye {
  readonly code: number;
  readonly reason: string;
}

const abnormal: Goodbye = { code: 1006, reason: "" };
const noStatus = 1005;

/** A [WHATWG `WebSocket`](https://websockets.spec.whatwg.org/#the-websocket-interface) whose network is virtual. */
export class VirtualWebSocket extends SocketEvents implements WebSocketLike {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;
  readonly CONNECTING = 0;
  readonly OPEN = 1;
  readonly CLOSING = 2;
  readonly CLOSED = 3;
  readonly url: string;
  readonly extensions = "";
  binaryType: "blob" | "arraybuffer" = "blob";
  readonly #link: Link;
  #readyState: 0 | 1 | 2 | 3 = 0;
  #protocol = "";
  /** Bytes of messages that were sent in this turn, or after the socket could send no more. */
  #unsentBytes = 0;
  #peerGoodbye: Goodbye | undefined;
  #patience: TimerHandle;

  /** @internal */
  constructor(connect: Connect, url: string | URL, protocols: string | string[] = []) {
    super();
    this.url = addressOf(String(url));
    const offered = [protocols].flat();
    checkProtocols(offered);
    const end: LinkEnd = {
      received: (packet) => this.#received(packet),
      drained: () => undefined,
      reset: () => this.#fail(),
    };
    this.#link = connect({ url: this.url, protocols: offered, end });
  }

  get readyState(): number {
    return this.#readyState;
  }

  get protocol(): string {
    return this.#protocol;
  }

  get bufferedAmount(): number {
    return this.#unsentBytes + this.#link.toServer.bufferedBytes;
  }

  /** The connection below, to break it. */
  get link(): Link {
    return this.#link;
  }

  send(data: string | ArrayBufferLike | ArrayBufferView): void {
    if (this.#readyState === 0) throw new DOMException("Still in CONNECTING state", "InvalidStateError");
    const [content, byteLength] = contentOf(data);
    this.#unsentBytes += byteLength;
    if (this.#readyState !== 1) return;
    this.#link.toServer.write([{ kind: "message", data: content, byteLength }]);
    // What was sent in the current turn still counts as unsent.
    queueMicrotask(() => {
      this.#unsentBytes -= byteLength;
    });
  }

  close(code?: number, reason = ""): void {
    if (code !== undefined && code !== 1000 && !(code >= 3000 && code <= 4999)) {
      throw new DOMException(`the code ${code} is neither 1000 nor from 3000 to 4999`, "InvalidAccessError");
    }
    if (utf8Length(reason) > limits.closeReasonBytes) {
      throw new DOMException(`the reason is longer than ${limits.closeReasonBytes} bytes`, "SyntaxError");
    }
    if (this.#readyState > 1) return;
    const wasOpen = this.#readyState === 1;
    this.#readyState = 2;
    if (wasOpen) return this.#sayGoodbye({ code: code ?? noStatus, reason });
    this.#link.toServer.end();
    queueMicrotask(() => this.#fail());
  }

  /** Ends it at once, without goodbye. @internal */
  protected cutOff(): void {
    if (this.#readyState === 3) return;
    this.#readyState = 2;
    this.#link.toServer.abort();
    queueMicrotask(() => this.#ended(abnormal, false));
  }

  #received(packet: Packet): void {
    if (this.#readyState === 3) return;
    switch (packet.kind) {
      case "accepted":
        return this.#open(packet.protocol);
      case "refused":
        return this.#fail();
      case "message":
        if (this.#readyState === 1) this.emit("message", { data: this.#dataOf(packet.data) });
        return;
      case "ping":
        return this.#link.toServer.write([{ kind: "pong" }]);
      case "close":
        this.#peerGoodbye = packet;
        if (this.#readyState === 2) return;
        this.#readyState = 2;
        return this.#sayGoodbye(packet);
      case "fin":
        return this.#ended(this.#peerGoodbye ?? abnormal, this.#peerGoodbye !== undefined);
      case "request":
      case "pong":
        return;
    }
  }

  #open(protocol: string): void {
    if (this.#readyState !== 0) return;
    this.#readyState = 1;
    this.#protocol = protocol;
    this.emit("open", {});
  }

  /** Waits for the other's goodbye and for the end of the stream, but not for ever. */
  #sayGoodbye({ code, reason }: Goodbye): void {
    const { clock, toServer, conditions } = this.#link;
    toServer.write([{ kind: "close", code, reason }]);
    this.#patience = clock.setTimeout(() => {
      toServer.abort();
      this.#ended(this.#peerGoodbye ?? abnormal, false);
    }, conditions.closeMs);
  }

  #fail(): void {
    this.#ended(this.#peerGoodbye ?? abnormal, false, "the connection failed");
  }

  #ended({ code, reason }: Goodbye, wasClean: boolean, message?: string): void {
    if (this.#readyState === 3) return;
    this.#readyState = 3;
    this.#link.clock.clearTimeout(this.#patience);
    this.#link.toServer.end();
    this.#link.ended("client");
    if (message !== undefined) this.emit("error", { message });
    this.emit("close", { code, reason, wasClean });
  }

  #dataOf(data: string | Uint8Array): string | ArrayBuffer | Blob {
    if (typeof data === "string") return data;
    const bytes = Uint8Array.from(data);
    return this.binaryType === "blob" ? new Blob([bytes]) : bytes.buffer;
  }
}

/** As the constructor of the standard reads it. */
function addressOf(url: string): string {
  if (!URL.canParse(url)) throw new DOMException(`'${url}' is no address`, "SyntaxError");
  const address = new URL(url);
  if (address.protocol === "http:") address.protocol = "ws:";
  if (address.protocol === "https:") address.protocol = "wss:";
  const isOurs = address.protocol === "ws:" || address.protocol === "wss:";
  if (!isOurs || address.hash) {
    throw new DOMException(`'${url}' is no ws or wss address without a fragment`, "SyntaxError");
  }
  return address.href;
}

function checkProtocols(offered: readonly string[]): void {
  const areTokens = offered.every((name) => /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name));
  const areUnique = new Set(offered.map((name) => name.toLowerCase())).size === offered.length;
  if (areTokens && areUnique) return;
  throw new DOMException(`'${offered.join(", ")}' are no different subprotocols`, "SyntaxError");
}

function contentOf(data: string | ArrayBufferLike | ArrayBufferView): [string | Uint8Array, number] {
  if (typeof data === "string") return [data, utf8Length(data)];
  const bytes = ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
  // What the program does with its buffer afterwards is not sent.
  return [bytes.slice(), bytes.byteLength];
}
