import { TautlineError, type TimerHandle } from "@tautline/protocol";
import { BaseEventTarget, defaultWebSocket, encodedLength, makeEvent } from "../platform.js";
import { Attempt, cut, type End } from "./attempt.js";
import {
  invalid,
  longestMs,
  type ProtocolsProvider,
  type ReconnectingWebSocketOptions,
  type Settings,
  settingsOf,
  type UrlProvider,
} from "./options.js";
import { delayAfter } from "./retry-delay.js";
import type { CloseReason } from "./retry-policy.js";
import { SendQueue, type SendResult, type SocketData } from "./send-queue.js";
import type { ReconnectingWebSocketEvents as Events, Fields, Handler } from "./socket-events.js";
import { type Effect, type Event, type State, transition } from "./state.js";

const types = ["open", "message", "error", "close", "retry"] as const;
const readyStates: { readonly [S in State]?: 1 | 2 | 3 } = { open: 1, closing: 2, closed: 3 };

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
 */
export class ReconnectingWebSocket extends BaseEventTarget {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;
  readonly CONNECTING = 0;
  readonly OPEN = 1;
  readonly CLOSING = 2;
  readonly CLOSED = 3;

  readonly #url: UrlProvider;
  readonly #protocols: ProtocolsProvider;
  readonly #settings: Settings;
  readonly #queue: SendQueue;
  #state: State = "closed";
  #timer: TimerHandle;
  #unsubscribe: (() => void) | undefined;
  #attempt: Attempt | undefined;
  /** Attempts made to come back, and since when: a run begins when a stable connection is lost. */
  #attempts = 0;
  #since = 0;
  #binaryType: "blob" | "arraybuffer" = "blob";

  declare onopen: Handler<"open">;
  declare onmessage: Handler<"message">;
  declare onerror: Handler<"error">;
  declare onclose: Handler<"close">;
  declare onretry: Handler<"retry">;

  /**
   * Connects, unless `autoConnect` is false.
   *
   * @param url - where to, or a function that says so before each attempt.
   * @param protocols - the subprotocols to offer, or a function that says so before each attempt.
   * @throws TautlineError `INVALID_OPTION`. What is no address at all ends with `error` and `close` instead.
   */
  constructor(url: UrlProvider, protocols?: ProtocolsProvider, options: ReconnectingWebSocketOptions = {}) {
    super();
    this.#url = url;
    this.#protocols = protocols;
    this.#settings = settingsOf(options);
    this.#queue = new SendQueue(this.#settings.queue);
    for (const type of types) {
      this[`on${type}`] = null;
      this.addEventListener(type, (event) => this[`on${type}`]?.(event as never));
    }
    if (this.#settings.autoConnect) this.reconnect();
  }

  /** 0 connecting or between attempts, 1 open, 2 closing, 3 closed for good (or until {@link reconnect}). */
  get readyState(): 0 | 1 | 2 | 3 {
    return readyStates[this.#state] ?? 0;
  }

  /** The address of the newest socket; empty while a function has not answered yet. */
  get url(): string {
    return this.#attempt?.socket?.url ?? (typeof this.#url === "function" ? "" : String(this.#url));
  }

  /** The subprotocol the server chose for the newest connection. */
  get protocol(): string {
    return this.#attempt?.socket?.protocol ?? "";
  }

  /** The extensions the server chose for the newest connection. */
  get extensions(): string {
    return this.#attempt?.socket?.extensions ?? "";
  }

  /** Bytes that wait: in the socket, and in the queue for the next connection. */
  get bufferedAmount(): number {
    return (this.#attempt?.socket?.bufferedAmount ?? 0) + this.#queue.bytes;
  }

  /** How binary messages are handed over. Holds for all sockets to come. @default "blob", in Node too */
  get binaryType(): "blob" | "arraybuffer" {
    return this.#binaryType;
  }

  set binaryType(type: "blob" | "arraybuffer") {
    this.#binaryType = type;
    if (this.#attempt?.socket) this.#attempt.socket.binaryType = type;
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
    const dropped = this.#queue.add(data);
    void later(() => this.#tellDropped(dropped));
    return dropped < 0 ? "dropped" : "queued";
  }

  /**
   * Closes for good; what waits is dropped. `close` follows when the peer has answered.
   *
   * @param code - 1000, or 3000–4999. @default 1000
   * @param reason - at most 123 bytes of UTF-8.
   * @throws TautlineError `INVALID_OPTION`
   */
  close(code = 1000, reason = ""): void {
    const isSendable = code === 1000 || (code >= 3000 && code < 5000);
    // limits.closeReasonBytes, without the other limits.
    if (!isSendable || encodedLength(reason) > 123)
      throw invalid("close", "1000, 3000-4999, 123 bytes", code);
    this.#dispatch("close", { code, reason, wasClean: true });
  }

  /**
   * Connects now: in place of an open connection, of waiting, or after the end. Attempts are counted anew.
   */
  reconnect(): void {
    this.#dispatch("connect", { code: 1000, reason: "", wasClean: true });
  }

  #dispatch(event: Event, end: End = cut, delayMs = 0): void {
    const [state, ...effects] = transition(this.#state, event);
    this.#state = state;
    for (const effect of effects) this.#effects[effect](end, delayMs);
  }

  /** The one place that acts. What calls the program's listeners at once comes last in its row of the table. */
  readonly #effects: Record<Effect, (end: End, delayMs: number) => void> = {
    settle: () => {
      this.#attempts = 0;
    },
    attempt: () => {
      const { connectTimeoutMs, WebSocket = defaultWebSocket() } = this.#settings;
      this.#startTimer(connectTimeoutMs);
      this.#attempt = new Attempt({
        opened: () => this.#dispatch("opened"),
        message: (data) => {
          if (this.#state === "open") this.#tell("message", { data });
        },
        ended: (end) => this.#ended(end),
      });
      void this.#attempt.start({ url: this.#url, protocols: this.#protocols, WebSocket });
    },
    timeout: () => this.#ended({ kind: "timeout", ...cut }),
    drop: (end) => this.#attempt?.drop(end),
    open: () => {
      this.#startTimer(this.#settings.stableAfterMs);
      // Before the first message; what was set while there was no socket holds too.
      this.binaryType = this.#binaryType;
      this.#tell("open", {});
      this.#queue.flush((data) => this.#transmit(data));
    },
    goodbye: ({ code, reason }) => this.#attempt?.socket?.close(code, reason),
    wait: (end, delayMs) => {
      const attempt = this.#attempts++;
      this.#startTimer(delayMs);
      this.#unsubscribe = this.#settings.network?.subscribe(() => this.#dispatch("wake"));
      void later(() => this.#tell("retry", { attempt, delayMs, reason: end as CloseReason }));
    },
    close: (end) => {
      const willReconnect = this.#state !== "closed";
      const dropped = willReconnect ? 0 : this.#queue.clear();
      this.#startTimer();
      // All in one: what a program does on `error` must not come before the `close` that belongs to it.
      void later(() => {
        if (!willReconnect && !end.wasClean) {
          this.#fail(end.error ?? new TautlineError("CLOSED", `closed ${end.code}`));
        }
        this.#tellDropped(dropped);
        this.#tell("close", { ...end, willReconnect });
      });
    },
  };

  /** Starts the state's timer, in place of what the state before waited for. */
  #startTimer(ms?: number): void {
    this.#settings.clock.clearTimeout(this.#timer);
    this.#unsubscribe?.();
    if (ms === undefined) return;
    this.#timer = this.#settings.clock.setTimeout(() => this.#dispatch("timer"), Math.min(ms, longestMs));
  }

  #ended(reason: CloseReason): void {
    const now = this.#settings.clock.monotonic();
    if (!this.#attempts) this.#since = now;
    const context = { attempt: this.#attempts, elapsedMs: now - this.#since, reason };
    const delayMs =
      this.#state === "closing" ? null : delayAfter(context, this.#settings, (error) => this.#fail(error));
    this.#dispatch(delayMs === null ? "ended" : "lost", reason, delayMs as number);
  }

  #transmit(data: SocketData): boolean {
    const socket = this.#attempt?.socket;
    // A socket that is about to end takes messages and loses them: those wait for the next one.
    if (this.#state !== "open" || socket?.readyState !== 1) return false;
    socket.send(data as string | ArrayBufferLike | ArrayBufferView);
    return true;
  }

  #tellDropped(count: number): void {
    if (count > 0) this.#fail(new TautlineError("DROPPED", `dropped ${count}`));
  }

  #fail(error: unknown): void {
    this.#tell("error", { error, message: String(error) });
  }

  #tell<Type extends keyof Events>(type: Type, fields: Fields<Type>): void {
    this.dispatchEvent(makeEvent(type, fields));
  }
}

/** After the running code: as with `WebSocket`, no event comes from within a call that caused it. */
async function later(callback: () => void): Promise<void> {
  await undefined;
  callback();
}
