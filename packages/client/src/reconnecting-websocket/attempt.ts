import type {
  CloseEventLike,
  MessageEventLike,
  WebSocketConstructor,
  WebSocketLike,
} from "@tautline/protocol";
import type { ProtocolsProvider, Provider, UrlProvider } from "./options.js";
import type { CloseReason } from "./retry-policy.js";

/** What one attempt needs. */
export interface Plan {
  readonly url: UrlProvider;
  readonly protocols: ProtocolsProvider;
  readonly WebSocket: WebSocketConstructor;
}

/** What one socket tells, until it is dropped. */
export interface AttemptEvents {
  opened(): void;
  message(data: unknown): void;
  /** The socket ended, or none could be made. */
  ended(end: CloseReason): void;
}

/** An end, as far as the program is told. */
export type End = CloseEventLike & { readonly error?: unknown };

/** An end that no peer took part in. The code is `closeCodes.abnormal`. */
export const cut: End = { code: 1006, reason: "", wasClean: false };

/** The value, or the function's answer. */
export const ask = <T>(provider: Provider<T>): T | PromiseLike<T> =>
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

  /** Asks for the address and makes a socket. */
  async start({ url, protocols, WebSocket }: Plan): Promise<void> {
    try {
      const address = await ask(url);
      const offered = await ask(protocols);
      if (this.#events) this.#listen(new WebSocket(String(address), offered));
    } catch (error) {
      this.#events?.ended({ kind: "address", ...cut, error });
    }
  }

  /** Ends it at once, and tells the peer why. With code 1006 it is cut instead, where that is possible. */
  drop({ code, reason }: CloseEventLike = cut): void {
    const socket = this.socket as (WebSocketLike & { terminate?(): void }) | undefined;
    this.#events = undefined;
    try {
      // Throws for 1006, which cannot be sent, and in some implementations while the socket opens.
      socket?.close(code, reason);
    } catch {
      socket?.terminate?.();
      socket?.close();
    }
  }

  #listen(socket: WebSocketLike): void {
    let kind: "refused" | "dropped" = "refused";
    let error: unknown;
    // First, and never taken off: an error of `ws` that nobody listens to ends a Node process.
    socket.onerror = (event: { readonly error?: unknown }) => {
      error = event.error;
    };
    socket.onopen = () => {
      kind = "dropped";
      this.#events?.opened();
    };
    socket.onmessage = ({ data }: MessageEventLike) => this.#events?.message(data);
    socket.onclose = ({ code, reason, wasClean }: CloseEventLike) =>
      this.#events?.ended({ kind, code, reason, wasClean, error });
    this.socket = socket;
  }
}
