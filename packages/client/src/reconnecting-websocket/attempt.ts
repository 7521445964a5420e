import type {
  CloseEventLike,
  MessageEventLike,
  WebSocketConstructor,
  WebSocketLike,
} from "@tautline/protocol";
import type { ProtocolsProvider, Provider, UrlProvider } from "./options.js";

/** What one attempt needs. */
export interface Plan {
  readonly url: UrlProvider;
  readonly protocols: ProtocolsProvider;
  readonly WebSocket: WebSocketConstructor;
}

/** What one socket tells, until it is dropped. */
export interface AttemptEvents {
  /** The socket exists and is opening. */
  made(socket: WebSocketLike): void;
  /** No socket could be made, or its address was not to be had. */
  failed(error: unknown): void;
  opened(): void;
  message(data: unknown): void;
  ended(close: CloseEventLike, error: unknown): void;
}

const ask = async <T>(provider: Provider<T>): Promise<T> =>
  typeof provider === "function" ? (provider as () => T | PromiseLike<T>)() : provider;

/**
 * One life of one socket, from the question for its address to its last event. After {@link drop} it tells nothing
 * more: this is what keeps late events of an old socket from the program.
 */
export class Attempt {
  socket: WebSocketLike | undefined;
  #events: AttemptEvents | undefined;

  constructor(events: AttemptEvents) {
    this.#events = events;
  }

  /** Begins. Throws what the constructor of the socket throws, where the address needs no asking. */
  start({ url, protocols, WebSocket }: Plan): void {
    if (typeof url !== "function" && typeof protocols !== "function") {
      this.#make(WebSocket, String(url), protocols);
      return;
    }
    Promise.all([ask(url), ask(protocols)])
      .then(([address, offered]) => this.#make(WebSocket, String(address), offered))
      .catch(this.fail);
  }

  /** Tells that no socket could be made. */
  readonly fail = (error: unknown): void => this.#events?.failed(error);

  /** Ends it at once. With `close` the peer is told why, without it the socket is cut where that is possible. */
  drop(close?: CloseEventLike): void {
    this.#events = undefined;
    const socket = this.socket as (WebSocketLike & { terminate?(): void }) | undefined;
    try {
      if (close) socket?.close(close.code, close.reason);
      // A browser has no terminate; its close returns at once, and what follows is nobody's business.
      else if (socket?.terminate) socket.terminate();
      else socket?.close();
    } catch {
      // Some implementations throw when a socket is closed while it opens. It is gone all the same.
    }
  }

  #make(WebSocket: WebSocketConstructor, url: string, protocols: string | string[] | undefined): void {
    if (!this.#events) return;
    const socket = protocols === undefined ? new WebSocket(url) : new WebSocket(url, protocols);
    let lastError: unknown;
    // First, and never taken off: an error of `ws` that nobody listens to ends a Node process.
    socket.onerror = (event: { readonly error?: unknown }) => {
      lastError = event.error;
    };
    socket.onopen = () => this.#events?.opened();
    socket.onmessage = (event: MessageEventLike) => this.#events?.message(event.data);
    socket.onclose = (event: CloseEventLike) => this.#events?.ended(event, lastError);
    this.socket = socket;
    this.#events.made(socket);
  }
}
