import type {
  CloseEventLike,
  MessageEventLike,
  WebSocketConstructor,
  WebSocketLike,
} from "@tautline/protocol";
import { SocketEvents } from "./socket-events.js";

/** A close that the program under test asked for. */
export interface CloseRequest {
  readonly code: number | undefined;
  readonly reason: string | undefined;
}

/**
 * A WebSocket without a network: shaped as the [WHATWG one](https://websockets.spec.whatwg.org/#the-websocket-interface),
 * and everything its peer would do is done by hand: {@link accept}, {@link receive}, {@link end}, {@link fail}.
 */
export class ScriptedWebSocket extends SocketEvents implements WebSocketLike {
  readonly url: string;
  /** What the program offered. */
  readonly offered: readonly string[];
  /** Everything that was sent, in order. */
  readonly sent: unknown[] = [];
  /** Every call of `close` while the socket was not closed. */
  readonly closeRequests: CloseRequest[] = [];
  /** Whether the peer answers `close` in the next microtask. False: the close hangs until {@link end}. */
  answersClose = true;
  readyState = 0;
  bufferedAmount = 0;
  protocol = "";
  extensions = "";
  binaryType = "blob";

  constructor(url: string, protocols: string | string[] = []) {
    super();
    this.url = url;
    this.offered = [protocols].flat();
  }

  send(data: string | ArrayBufferLike | ArrayBufferView): void {
    if (this.readyState === 0) throw new DOMException("Still in CONNECTING state", "InvalidStateError");
    if (this.readyState === 1) this.sent.push(data);
  }

  close(code?: number, reason?: string): void {
    if (code !== undefined && code !== 1000 && !(code >= 3000 && code <= 4999)) {
      throw new DOMException(`${code} cannot be sent`, "InvalidAccessError");
    }
    if (this.readyState > 1) return;
    const wasOpen = this.readyState === 1;
    this.closeRequests.push({ code, reason });
    this.readyState = 2;
    if (!this.answersClose) return;
    queueMicrotask(() => (wasOpen ? this.end(code ?? 1005, reason) : this.fail()));
  }

  /** The peer accepts: the socket opens. */
  accept(protocol: string = this.offered[0] ?? ""): void {
    if (this.readyState !== 0) return;
    this.readyState = 1;
    this.protocol = protocol;
    this.emit("open", {});
  }

  /** The peer sends a message. Objects are sent as JSON text. */
  receive(data: unknown): void {
    if (this.readyState !== 1) return;
    const binary = data instanceof ArrayBuffer || ArrayBuffer.isView(data);
    const text = typeof data === "object" && !binary ? JSON.stringify(data) : data;
    this.emit("message", { data: text } satisfies MessageEventLike);
  }

  /** The peer closes with a close frame, or answers ours. */
  end(code = 1000, reason = ""): void {
    this.#close({ code, reason, wasClean: true });
  }

  /** The connection fails, or is cut: an `error` event and a close with 1006. */
  fail(message = "connection failed"): void {
    if (this.readyState === 3) return;
    this.emit("error", { message });
    this.#close({ code: 1006, reason: "", wasClean: false });
  }

  #close(event: CloseEventLike): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.emit("close", event);
  }
}

/** Sockets made one after another by the program under test. */
export interface ScriptedWebSockets {
  /** Hand this to the program in place of `WebSocket`. */
  readonly WebSocket: WebSocketConstructor;
  /** Every socket that was made, the oldest first. */
  readonly made: readonly ScriptedWebSocket[];
  /** The newest socket. Throws when none was made. */
  readonly last: ScriptedWebSocket;
  /** The next constructions throw this, as for a malformed address; undefined ends it. */
  constructionError: Error | undefined;
  /** Called with each socket as it is made, so that a peer can take it over. */
  onmade: ((socket: ScriptedWebSocket) => void) | undefined;
}

/** A constructor for {@link ScriptedWebSocket}s that keeps every socket it makes. */
export function scriptedWebSockets(): ScriptedWebSockets {
  const made: ScriptedWebSocket[] = [];
  const sockets: ScriptedWebSockets = {
    made,
    constructionError: undefined,
    onmade: undefined,
    get last(): ScriptedWebSocket {
      const socket = made.at(-1);
      if (!socket) throw new Error("no socket was made");
      return socket;
    },
    WebSocket: class extends ScriptedWebSocket {
      constructor(url: string, protocols?: string | string[]) {
        if (sockets.constructionError) throw sockets.constructionError;
        super(url, protocols);
        made.push(this);
        sockets.onmade?.(this);
      }
    },
  };
  return sockets;
}
