import type {
  CloseEventLike,
  MessageEventLike,
  WebSocketConstructor,
  WebSocketLike,
} from "@tautline/protocol";
import type { Gate } from "./gate.js";

/** What a tap tells of one socket. */
export interface SocketTap {
  made(): void;
  /** The client has no further use for it. */
  letGo(): void;
  ended(): void;
  sent(data: unknown): void;
  received(data: unknown): void;
}

type Handler = ((event: never) => void) | null;

/** Sockets whose client can stand still: what happens to them waits until it goes on. */
export function tappedSockets(
  Inner: WebSocketConstructor,
  gate: Gate,
  tapOf: () => SocketTap,
): WebSocketConstructor {
  class TappedWebSocket implements WebSocketLike {
    onopen: Handler = null;
    onmessage: Handler = null;
    onerror: Handler = null;
    onclose: Handler = null;
    readonly #inner: WebSocketLike;
    readonly #tap = tapOf();

    constructor(url: string, protocols?: string | string[]) {
      this.#inner = new Inner(url, protocols);
      this.#tap.made();
      const pass = (act: () => void) => gate.pass("event", act);
      this.#inner.onopen = (event: never) => pass(() => this.onopen?.(event));
      this.#inner.onerror = (event: never) => pass(() => this.onerror?.(event));
      this.#inner.onmessage = (event: MessageEventLike) =>
        pass(() => {
          this.#tap.received(event.data);
          this.onmessage?.(event as never);
        });
      this.#inner.onclose = (event: CloseEventLike) =>
        pass(() => {
          this.#tap.ended();
          this.onclose?.(event as never);
        });
    }

    get readyState(): number {
      return this.#inner.readyState;
    }

    get bufferedAmount(): number {
      return this.#inner.bufferedAmount;
    }

    get protocol(): string {
      return this.#inner.protocol;
    }

    get extensions(): string {
      return this.#inner.extensions;
    }

    get url(): string {
      return this.#inner.url;
    }

    get binaryType(): string {
      return this.#inner.binaryType;
    }

    set binaryType(type: string) {
      this.#inner.binaryType = type;
    }

    send(data: string | ArrayBufferLike | ArrayBufferView): void {
      this.#tap.sent(data);
      this.#inner.send(data);
    }

    close(code?: number, reason?: string): void {
      this.#tap.letGo();
      this.#inner.close(code, reason);
    }

    protected cutOff(): void {
      this.#tap.letGo();
      (this.#inner as WebSocketLike & { terminate(): void }).terminate();
    }
  }
  if (!("terminate" in Inner.prototype)) return TappedWebSocket;
  return class extends TappedWebSocket {
    terminate(): void {
      this.cutOff();
    }
  };
}
