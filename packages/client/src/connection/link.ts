import type { Clock, CloseEventLike, Envelope, WebSocketLike } from "@tautline/protocol";
import { breach } from "../breach.js";
import { decode, subprotocol } from "../frames.js";
import type { ClientSettings } from "../options.js";
import { defaultWebSocket } from "../platform.js";
import { Attempt, ask } from "../reconnecting-websocket/attempt.js";
import type { CloseReason } from "../reconnecting-websocket/retry-policy.js";

/** What one socket tells, until it is dropped. */
export interface LinkEvents {
  opened(): void;
  /** Something arrived. Throws where it breaks the protocol. */
  envelope(envelope: Envelope): void;
  /** The socket ended, or none could be made. */
  ended(end: CloseReason): void;
  /** The peer does not speak the protocol. */
  broken(what: string): void;
}

/** How long a peer may take to answer a goodbye. */
const patienceMs = 3_000;

/** One socket that carries envelopes, from the question for its address and token to its end. */
export class Link {
  /** What to say in the hello; known when the socket is open. */
  token: string | undefined;
  readonly #attempt: Attempt;
  readonly #clock: Clock;
  readonly #events: LinkEvents;

  constructor({ url, token, WebSocket, clock }: ClientSettings, events: LinkEvents) {
    this.#clock = clock;
    this.#events = events;
    this.#attempt = new Attempt({
      opened: () => this.#opened(),
      message: (data) => this.#received(data),
      ended: (end) => events.ended(end),
    });
    const address = async (): Promise<string | { toString(): string }> => {
      const [given, asked] = await Promise.all([ask(url), ask(token)]);
      this.token = asked ?? undefined;
      return given;
    };
    void this.#attempt.start({
      url: address,
      protocols: [subprotocol],
      WebSocket: WebSocket ?? defaultWebSocket(),
    });
  }

  send(frame: string): void {
    try {
      this.#attempt.socket?.send(frame);
    } catch {
      // A socket that is closing; its close event follows.
    }
  }

  /** Ends it: nothing more is told. With `farewell` the peer is told why. Resolves when the socket has closed. */
  drop(farewell: CloseEventLike | undefined): Promise<void> {
    const { socket } = this.#attempt;
    this.#attempt.drop(farewell);
    return socket && farewell ? untilClosed(socket, this.#clock) : Promise.resolve();
  }

  #opened(): void {
    const chosen = this.#attempt.socket?.protocol;
    this.#guard(() => {
      if (chosen !== subprotocol) throw breach(`subprotocol ${subprotocol}`, chosen);
      this.#events.opened();
    });
  }

  #received(data: unknown): void {
    this.#guard(() => this.#events.envelope(decode(data)));
  }

  /** Nothing that a peer sends may throw into the socket. */
  #guard(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#events.broken(error instanceof Error ? error.message : String(error));
    }
  }
}

/** Resolves when a socket that was told to close has closed, or was cut because its peer took too long. */
function untilClosed(socket: WebSocketLike & { terminate?(): void }, clock: Clock): Promise<void> {
  if (socket.readyState === 3) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = clock.setTimeout(() => {
      // A browser cannot cut a socket; nobody waits for it any longer.
      socket.terminate?.();
      resolve();
    }, patienceMs);
    socket.onclose = () => {
      clock.clearTimeout(timer);
      resolve();
    };
  });
}
