import { type CloseEventLike, invalidOption, limits, TautlineError, utf8Length } from "@tautline/protocol";
import { Emitter, invoke, type Listener, type ListenOptions } from "../emitter.js";
import { reportError } from "../platform.js";
import { Lifecycle, later } from "./lifecycle.js";
import {
  type ProtocolsProvider,
  type ReconnectingWebSocketOptions,
  settingsOf,
  type UrlProvider,
} from "./options.js";
import { SendQueue, type SocketData } from "./send-queue.js";
import type { ReconnectingWebSocketEvents as Events, SocketEvent } from "./socket-events.js";
import type { State } from "./state.js";

/** What became of a message: handed to the socket, kept for the next connection, or lost. */
export type SendResult = "sent" | "queued" | "dropped";

type Handler<Name extends keyof Events> = ((event: Events[Name]) => unknown) | null;

const readyStates: Record<State["kind"], 0 | 1 | 2 | 3> = {
  connecting: 0,
  deciding: 0,
  waiting: 0,
  open: 1,
  closing: 2,
  closed: 3,
};

/**
 * A [`WebSocket`](https://websockets.spec.whatwg.org/#the-websocket-interface) that connects again when it is cut.
 *
 * It has the constructor, constants, properties, methods and events of `WebSocket`. The differences:
 *
 * - `open` comes each time a connection opens, `close` each time an open one ends and once at the final end
 *   (`willReconnect` tells which); while it reconnects, `readyState` is `CONNECTING`.
 * - Attempts that fail and will be repeated make a `retry` event, no `error` and no `close`.
 * - `send` may be called at any time and tells what became of the message. What is sent from within an `open`
 *   listener goes before what waited.
 * - After `close()`, a final close code or the last attempt it stays closed until {@link reconnect}.
 * - Events are plain objects.
 */
export class ReconnectingWebSocket {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;
  readonly CONNECTING = 0;
  readonly OPEN = 1;
  readonly CLOSING = 2;
  readonly CLOSED = 3;

  onopen: Handler<"open"> = null;
  onmessage: Handler<"message"> = null;
  onerror: Handler<"error"> = null;
  onclose: Handler<"close"> = null;
  onretry: Handler<"retry"> = null;

  readonly #emitter = new Emitter<Events>((error, type) => this.#thrown(error, type));
  readonly #address: string;
  readonly #queue: SendQueue;
  readonly #life: Lifecycle;
  #binaryType: "blob" | "arraybuffer" = "blob";

  /**
   * Connects, unless `autoConnect` is false.
   *
   * @param url - where to, or a function that says so before each attempt.
   * @param protocols - the subprotocols to offer, or a function that says so before each attempt.
   * @throws TautlineError `INVALID_OPTION`; and what the runtime's `WebSocket` throws for an address (given as such,
   * not as a function) that can never work.
   */
  constructor(url: UrlProvider, protocols?: ProtocolsProvider, options: ReconnectingWebSocketOptions = {}) {
    const settings = settingsOf(options);
    this.#address = typeof url === "function" ? "" : String(url);
    this.#queue = new SendQueue(settings.queue);
    this.#life = new Lifecycle([url, protocols], settings, {
      made: (socket) => {
        socket.binaryType = this.#binaryType;
      },
      opened: () => this.#opened(),
      message: (data) => this.#tell("message", { data }),
      closed: (close, willReconnect) => this.#closed(close, willReconnect),
      waiting: ({ attempt, delayMs, reason }) =>
        later(() => this.#tell("retry", { attempt, delayMs, reason })),
      policyFailed: (error) => later(() => this.#fail(error)),
    });
    if (settings.autoConnect) this.reconnect();
  }

  /** 0 connecting or between attempts, 1 open, 2 closing, 3 closed for good (or until {@link reconnect}). */
  get readyState(): 0 | 1 | 2 | 3 {
    return readyStates[this.#life.state];
  }

  /** The address of the newest socket; empty while a function has not answered yet. */
  get url(): string {
    return this.#life.socket?.url ?? this.#address;
  }

  /** The subprotocol the server chose for the newest connection. */
  get protocol(): string {
    return this.#life.socket?.protocol ?? "";
  }

  /** The extensions the server chose for the newest connection. */
  get extensions(): string {
    return this.#life.socket?.extensions ?? "";
  }

  /** Bytes that wait: in the socket, and in the queue for the next connection. */
  get bufferedAmount(): number {
    return (this.#life.socket?.bufferedAmount ?? 0) + this.#queue.bytes;
  }

  /** How binary messages are handed over. Holds for all sockets to come. @default "blob", in Node too */
  get binaryType(): "blob" | "arraybuffer" {
    return this.#binaryType;
  }

  set binaryType(type: "blob" | "arraybuffer") {
    // As WebSocket: anything else is ignored.
    if (type !== "blob" && type !== "arraybuffer") return;
    this.#binaryType = type;
    if (this.#life.socket) this.#life.socket.binaryType = type;
  }

  /**
   * Sends text or bytes, or keeps them for the next connection.
   *
   * @returns `"sent"`: handed to the socket (whether it arrives, only an answer can tell); `"queued"`: sent when a
   * connection opens, or dropped with an `error` event of code `DROPPED`; `"dropped"`: closed, or the queue is full.
   */
  send(data: SocketData): SendResult {
    if (this.#transmit(data)) return "sent";
    if (this.readyState > 1) return "dropped";
    const outcome = this.#queue.add(data);
    if (outcome > 0) later(() => this.#tellDropped(outcome));
    return outcome < 0 ? "dropped" : "queued";
  }

  /**
   * Closes for good; what waits is dropped. `close` follows when the peer has answered, or after `closeTimeoutMs`.
   *
   * @param code - 1000, or 3000–4999. @default 1000
   * @param reason - at most 123 bytes of UTF-8.
   * @throws TautlineError `INVALID_OPTION`
   */
  close(code = 1000, reason = ""): void {
    if (code !== 1000 && !(code >= 3000 && code <= 4999))
      throw invalidOption("code", "1000 or 3000–4999", code);
    if (utf8Length(reason) > limits.closeReasonBytes) {
      throw invalidOption("reason", `at most ${limits.closeReasonBytes} bytes`, reason);
    }
    this.#life.close({ code, reason, wasClean: true });
  }

  /**
   * Connects now: in place of an open connection, instead of waiting for the next attempt, or after the end. The count
   * of attempts begins anew.
   */
  reconnect(): void {
    this.#life.connect();
  }

  /** Adds a listener. As in the DOM, one that is there already is not added again. */
  addEventListener<Name extends keyof Events>(
    type: Name,
    listener: Listener<Events[Name]> | null,
    options?: ListenOptions | boolean,
  ): void {
    if (!listener || this.#emitter.has(type, listener)) return;
    this.#emitter.on(type, listener, typeof options === "object" ? options : {});
  }

  /** Removes a listener. */
  removeEventListener<Name extends keyof Events>(type: Name, listener: Listener<Events[Name]> | null): void {
    if (listener) this.#emitter.off(type, listener);
  }

  /** Hands an event of the program's own making to the listeners of its type. */
  dispatchEvent(event: { readonly type: string }): boolean {
    this.#deliver(event.type as keyof Events, event as never);
    return true;
  }

  #transmit(data: SocketData): boolean {
    const { state, socket } = this.#life;
    // A socket that is about to end takes messages and loses them: those wait for the next one.
    if (state !== "open" || socket?.readyState !== 1) return false;
    socket.send(data as string | ArrayBufferLike | ArrayBufferView);
    return true;
  }

  #opened(): void {
    this.#tell("open", {});
    this.#queue.flush((data) => this.#transmit(data));
  }

  #closed(close: CloseEventLike & { readonly error?: unknown }, willReconnect: boolean): void {
    const { code, reason, wasClean } = close;
    const dropped = willReconnect ? 0 : this.#queue.clear();
    // As with WebSocket, no event comes from within the call that caused it.
    later(() => {
      if (!willReconnect && !wasClean) {
        this.#fail(close.error ?? new TautlineError("CLOSED", `CLOSED: expected open, got ${code}`));
      }
      this.#tellDropped(dropped);
      this.#tell("close", { code, reason, wasClean, willReconnect });
    });
  }

  #tellDropped(count: number): void {
    if (count) this.#fail(new TautlineError("DROPPED", `DROPPED: expected room, got ${count} too many`));
  }

  #fail(error: unknown): void {
    const { message = String(error) } = Object(error) as { message?: string };
    this.#tell("error", { error, message });
  }

  #tell<Name extends keyof Events>(type: Name, fields: Omit<Events[Name], keyof SocketEvent>): void {
    this.#deliver(type, { ...fields, type, target: this, currentTarget: this } as unknown as Events[Name]);
  }

  #deliver<Name extends keyof Events>(type: Name, event: Events[Name]): void {
    const handler = this[`on${type}`] as Listener<Events[Name]> | null;
    if (handler) invoke(handler, event, (error) => this.#thrown(error, type));
    this.#emitter.emit(type, event);
  }

  /** A listener threw: shown where a browser shows it, and told to whoever listens to errors. */
  #thrown(error: unknown, type: keyof Events): void {
    reportError(error);
    if (type !== "error") this.#fail(error);
  }
}
