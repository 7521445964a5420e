import type {
  Clock,
  CloseEventLike,
  Envelope,
  TimerHandle,
  WebSocketLike,
  Welcome,
} from "@tautline/protocol";
import { TautlineError } from "@tautline/protocol";
import { breach } from "../breach.js";
import { deadline } from "../deadline.js";
import { type Encoded, maxBytes } from "../frames.js";
import { closeReasonBytes } from "../limits.js";
import type { ClientSettings } from "../options.js";
import { peerError } from "../peer-error.js";
import { bounded, defaultWebSocket } from "../platform.js";
import { Attempt, type AttemptEvents, ask, cut } from "../reconnecting-websocket/attempt.js";
import type { CloseReason } from "../reconnecting-websocket/retry-policy.js";
import { welcomeOf } from "./handshake.js";
import { Heartbeat, type HeartbeatActions } from "./heartbeat.js";

/** To whom a link tells what becomes of it, until it is dropped. */
export interface LinkOwner {
  /** Time for the hello, and later the answer to it. */
  dispatch(
    event: { readonly kind: "opened" } | { readonly kind: "welcome"; readonly welcome: Welcome["data"] },
  ): void;
  /** Something arrived after the welcome. Throws where it breaks the protocol. */
  received(envelope: Envelope, link: Link): void;
  /** The peer is gone, though the socket may not know it yet. */
  dead(link: Link): void;
  /** The socket ended, none could be made, or the peer does not speak the protocol. */
  ended(end: CloseReason, link: Link): void;
}

/** The shortest silence that ends a connection, whatever the server says. */
const leastBeatMs = 1_000;

/** What may wait to be read by the peer beside the messages of the outbox: joins, answers to pings, what is volatile. */
const unreadBytes = 16e6;

/** How long a peer may take to answer a goodbye. */
const patienceMs = 3_000;

/** One socket that carries envelopes, from the question for its address and token to its end, and sees to its own life. */
export class Link implements AttemptEvents, HeartbeatActions {
  /** What to say in the hello; known when the socket is open. */
  token: string | undefined;
  /** The answer to the hello. */
  welcome: Welcome["data"] | undefined;
  /** The `$error` without an id that came last: it says why the socket is closed after it. */
  refusal: TautlineError | undefined;
  readonly #settings: ClientSettings;
  readonly #owner: LinkOwner;
  readonly #attempt = new Attempt(this);
  readonly #heartbeat: Heartbeat;
  readonly #timer: TimerHandle;
  #gone: Promise<void> | undefined;

  constructor(settings: ClientSettings, owner: LinkOwner) {
    const { url, token, WebSocket, clock, connectTimeoutMs } = settings;
    this.#settings = settings;
    this.#owner = owner;
    this.#heartbeat = new Heartbeat(clock, this);
    this.#timer = deadline(clock, connectTimeoutMs, () => this.ended({ kind: "timeout", ...cut }));
    const address = async (): Promise<string | { toString(): string }> => {
      const [given, asked] = await Promise.all([ask(url), ask(token)]);
      this.token = asked ?? undefined;
      return given;
    };
    void this.#attempt.start({
      url: address,
      protocols: [settings.speech.subprotocol],
      WebSocket: bounded(WebSocket ?? defaultWebSocket(), maxBytes),
    });
  }

  send(frame: Encoded): void {
    this.#heartbeat.sending();
    this.#write(frame);
  }

  /** Asks for a sign of life. */
  probe(): void {
    this.#heartbeat.probe();
  }

  /** Ends it: nothing more is told. With `farewell` the peer is told why. Resolves when the socket has closed. */
  drop(farewell?: CloseEventLike): Promise<void> {
    this.#gone ??= this.#drop(farewell);
    return this.#gone;
  }

  async #drop(farewell: CloseEventLike | undefined): Promise<void> {
    const { clock } = this.#settings;
    const { socket } = this.#attempt;
    clock.clearTimeout(this.#timer);
    this.#heartbeat.stop();
    this.#attempt.drop(farewell);
    if (socket && farewell) await untilClosed(socket, clock);
  }

  ping(): void {
    this.#tell("ping");
  }

  dead(): void {
    this.#owner.dead(this);
  }

  ended(end: CloseReason): void {
    this.#owner.ended(end, this);
  }

  opened(): void {
    this.#guard(() => {
      // There is one: it has just opened.
      const socket = this.#attempt.socket as WebSocketLike;
      const { subprotocol } = this.#settings.speech;
      // What is binary is never a Blob, which can only be read later.
      socket.binaryType = "arraybuffer";
      if (socket.protocol !== subprotocol) throw breach(`subprotocol ${subprotocol}`, socket.protocol);
      this.#owner.dispatch({ kind: "opened" });
    });
  }

  message(data: unknown): void {
    this.#guard(() => this.#received(this.#settings.speech.decode(data)));
  }

  #received(envelope: Envelope): void {
    this.#heartbeat.received();
    const { type, error, id } = envelope;
    const isRefusal = type === "$error" && id === undefined;
    this.refusal = isRefusal && error ? peerError(error) : undefined;
    if (type === "ping") this.#tell("pong");
    else if (type === "pong" || (isRefusal && !this.welcome)) return;
    else if ((type === "$welcome") === !!this.welcome) throw breach("one $welcome, first", type);
    else if (this.welcome) this.#owner.received(envelope, this);
    else this.#welcomed(welcomeOf(envelope));
  }

  #welcomed(welcome: Welcome["data"]): void {
    const { clock, heartbeatGraceMs } = this.#settings;
    this.welcome = welcome;
    clock.clearTimeout(this.#timer);
    // Where the server would have it shorter, the connections that end so would follow each other too fast.
    this.#heartbeat.start(Math.max(welcome.heartbeatMs, leastBeatMs) + heartbeatGraceMs);
    this.#owner.dispatch({ kind: "welcome", welcome });
  }

  #tell(type: string): void {
    this.#write(this.#settings.speech.encode({ type }));
  }

  #write(frame: Encoded): void {
    const { socket } = this.#attempt;
    // A peer that writes and does not read is alive, and would have this grow without end.
    if (socket && socket.bufferedAmount > this.#settings.outbox.maxBytes + unreadBytes) {
      return this.ended({ kind: "dropped", ...cut });
    }
    try {
      socket?.send(frame);
    } catch {
      // A socket that is closing; its close event follows.
    }
  }

  /** Nothing that a peer sends may throw into the socket: it ends the socket instead. */
  #guard(act: () => void): void {
    try {
      act();
    } catch (error) {
      const what = String((error as Error)?.message ?? error);
      // closeCodes.serverBrokeProtocol. ASCII, whose characters are bytes.
      const reason = what.replace(/[^ -~]/g, "?").slice(0, closeReasonBytes);
      const close = { code: 4400, reason, wasClean: true };
      this.refusal = new TautlineError("BAD_ENVELOPE", what);
      void this.drop(close);
      this.ended({ kind: "dropped", ...close });
    }
  }
}

/** Resolves when a socket that was told to close has closed, or was cut because its peer took too long. */
function untilClosed(socket: WebSocketLike & { terminate?(): void }, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    if (socket.readyState === 3) return resolve();
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
