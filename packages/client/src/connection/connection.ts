import {
  type Clock,
  type CloseEventLike,
  type Envelope,
  type Reconnect,
  TautlineError,
  type TimerHandle,
} from "@tautline/protocol";
import { breach } from "../breach.js";
import { deadline } from "../deadline.js";
import { encode } from "../frames.js";
import { closeReasonBytes } from "../limits.js";
import type { ClientSettings } from "../options.js";
import { peerError } from "../peer-error.js";
import { ask, cut } from "../reconnecting-websocket/attempt.js";
import type { CloseReason } from "../reconnecting-websocket/retry-policy.js";
import { errorOf, retryDelay } from "./ending.js";
import { welcomeOf } from "./handshake.js";
import { Heartbeat } from "./heartbeat.js";
import { Link } from "./link.js";
import type { Session } from "./session.js";
import {
  type ClientState,
  type ConnectionEffect,
  type ConnectionEvent,
  initialStanding,
  transition,
  verdictOf,
} from "./state.js";

// closeCodes.normal
const goodbye = { code: 1000, reason: "", wasClean: true };

/** Has at most one socket at a time, and carries out what the table in state.ts says. */
export class Connection {
  readonly #settings: ClientSettings;
  readonly #clock: Clock;
  readonly #session: Session;
  readonly #heartbeat: Heartbeat;
  readonly #events: ConnectionEvent[] = [];
  #acting = false;
  #standing = initialStanding;
  #link: Link | undefined;
  #timer: TimerHandle;
  #leaving: TimerHandle;
  /** Asked to leave, and only waiting for answers: nothing new is written. */
  #isLeaving = false;
  #lostAt = 0;
  /** The `$error` without an id that came last: it says why the socket is closed after it. */
  #refusal: TautlineError | undefined;
  /** How to take leave of the socket when it is dropped: undefined cuts it. */
  #farewell: CloseEventLike | undefined;
  #closing: Promise<void> = Promise.resolve();
  #unsubscribe: (() => void) | undefined;

  constructor(settings: ClientSettings, session: Session) {
    this.#settings = settings;
    this.#clock = settings.clock;
    this.#session = session;
    this.#heartbeat = new Heartbeat(settings.clock, {
      ping: () => this.#send({ type: "ping" }),
      dead: () => this.dispatch({ kind: "renew" }),
    });
  }

  get state(): ClientState {
    return this.#standing.state;
  }

  connect(): void {
    this.dispatch({ kind: "connect" });
  }

  /** Resolves when the socket has ended too: the peer has three seconds to say goodbye. */
  close(): Promise<void> {
    this.#farewell = goodbye;
    this.dispatch({ kind: "close" });
    return this.#closing;
  }

  /** Writes a frame; false where there is no connection. */
  write(frame: string): boolean {
    if (this.state.kind !== "connected" || this.#isLeaving) return false;
    this.#heartbeat.sending();
    this.#link?.send(frame);
    return true;
  }

  /** Writes one of the protocol's own envelopes; false where there is no connection. */
  tell(envelope: Envelope): boolean {
    try {
      return this.write(encode(envelope));
    } catch {
      // What the program handed in was checked; it has changed since into what JSON cannot say.
      return false;
    }
  }

  /** One event at a time: what happens while its effects are carried out waits its turn. */
  dispatch(event: ConnectionEvent): void {
    this.#events.push(event);
    if (this.#acting) return;
    this.#acting = true;
    try {
      for (let next = this.#events.shift(); next; next = this.#events.shift()) this.#act(next);
    } finally {
      this.#acting = false;
    }
  }

  #act(event: ConnectionEvent): void {
    const before = this.state;
    const { standing, effects } = transition(this.#standing, event);
    this.#standing = standing;
    for (const effect of effects) this.#carryOut(effect, event);
    if (standing.state !== before) this.#entered(standing.state);
  }

  #carryOut(effect: ConnectionEffect, event: ConnectionEvent): void {
    const error = event.kind === "ended" ? event.error : undefined;
    switch (effect) {
      case "attempt":
        return this.#open();
      case "greet":
        for (const frame of this.#session.greet(this.#link?.token)) this.#link?.send(frame);
        return;
      case "restore":
        if (event.kind !== "welcome") return;
        this.#heartbeat.start(event.welcome.heartbeatMs + this.#settings.heartbeatGraceMs);
        return this.#session.restore(event.welcome);
      case "suspend":
        this.#heartbeat.stop();
        this.#clock.clearTimeout(this.#leaving);
        this.#isLeaving = false;
        return this.#session.suspend();
      case "drop":
        this.#closing = this.#link?.drop(this.#farewell) ?? this.#closing;
        this.#link = this.#farewell = undefined;
        return;
      case "become-another":
        if (error) this.#session.becomeAnother(error);
        return;
      case "give-up":
        return this.#session.giveUp(error);
    }
  }

  /** Each state has at most one timer, and leaving the state ends it. */
  #entered(state: ClientState): void {
    const { connectTimeoutMs, stableAfterMs, network } = this.#settings;
    this.#clock.clearTimeout(this.#timer);
    const after = (ms: number, act: () => void): void => {
      this.#timer = deadline(this.#clock, ms, act);
    };
    if (state.kind === "connecting") {
      this.#unsubscribe ??= network?.subscribe(() => {
        this.dispatch({ kind: "wake" });
        this.#heartbeat.probe();
      });
      after(connectTimeoutMs, () => this.#ended({ kind: "timeout", ...cut }));
    } else if (state.kind === "connected") {
      after(stableAfterMs, () => this.dispatch({ kind: "stable" }));
    } else if (state.kind === "waiting") {
      after(state.delayMs, () => this.dispatch({ kind: "due" }));
    } else {
      this.#unsubscribe?.();
      this.#unsubscribe = undefined;
    }
    this.#session.changed(state);
  }

  #open(): void {
    if (this.#standing.attempts === 0) this.#lostAt = this.#clock.monotonic();
    this.#refusal = undefined;
    this.#link = new Link(this.#settings, {
      opened: () => this.dispatch({ kind: "opened" }),
      envelope: (envelope) => this.#received(envelope),
      ended: (end) => this.#ended(end),
      broken: (what) => this.#broken(what),
    });
  }

  #received(envelope: Envelope): void {
    this.#heartbeat.received();
    const { type, error, id } = envelope;
    const isConnected = this.state.kind === "connected";
    const isRefusal = type === "$error" && id === undefined;
    this.#refusal = isRefusal && error ? peerError(error) : undefined;
    if (type === "ping") this.#send({ type: "pong" });
    else if (type === "$welcome" && !isConnected) {
      this.dispatch({ kind: "welcome", welcome: welcomeOf(envelope) });
    } else if (type !== "pong" && !(isRefusal && !isConnected)) {
      if (!isConnected || type === "$welcome") throw breach("one $welcome, first", type);
      if (type === "$reconnect") this.#comeBack(envelope as Reconnect);
      else if (type === "$token") void this.#renewToken();
      else this.#session.receive(envelope);
      if (this.#isLeaving && this.#session.isIdle()) this.#leave();
    }
  }

  /** Leaves at a moment of its own within the span, so that not all come at once, and waits for answers till its end. */
  #comeBack({ data: { withinMs } }: Reconnect): void {
    const atMs = this.#settings.random.float() * withinMs;
    this.#clock.clearTimeout(this.#leaving);
    this.#leaving = deadline(this.#clock, atMs, () => {
      this.#isLeaving = true;
      if (this.#session.isIdle()) this.#leave();
      else this.#leaving = deadline(this.#clock, withinMs - atMs, () => this.#leave());
    });
  }

  #leave(): void {
    this.#farewell = goodbye;
    this.dispatch({ kind: "renew" });
  }

  async #renewToken(): Promise<void> {
    try {
      const token = await ask(this.#settings.token);
      if (token) this.tell({ type: "$token", data: { token } });
    } catch (error) {
      this.#session.report(error);
    }
  }

  #broken(what: string): void {
    this.#refusal = new TautlineError("BAD_ENVELOPE", what);
    // closeCodes.serverBrokeProtocol
    const close = {
      code: 4400,
      reason: what.replace(/[^ -~]/g, "?").slice(0, closeReasonBytes),
      wasClean: true,
    };
    this.#farewell = close;
    this.#ended({ kind: "dropped", ...close });
  }

  #ended(reason: CloseReason): void {
    const { attempts: attempt, state } = this.#standing;
    const now = this.#clock.monotonic();
    if (state.kind === "connected" && attempt === 0) this.#lostAt = now;
    const verdict = verdictOf(reason.code, this.#refusal?.code);
    const error = this.#refusal ?? errorOf(reason);
    const retry = { attempt, elapsedMs: now - this.#lostAt, reason, retryAfterMs: error.retryAfterMs };
    const delayMs = retryDelay(verdict, retry, this.#settings, (failure) => this.#session.report(failure));
    this.dispatch({ kind: "ended", verdict, error, delayMs });
  }

  #send(envelope: Envelope): void {
    this.#link?.send(encode(envelope));
  }
}
