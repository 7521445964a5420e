import {
  type Clock,
  type CloseEventLike,
  closeCodes,
  cutToBytes,
  type Envelope,
  type Frame,
  jsonCodec,
  limits,
  type Reconnect,
  TautlineError,
  type TimerHandle,
  type Welcome,
} from "@tautline/protocol";
import { breach } from "../inbound.js";
import type { ClientSettings } from "../options.js";
import { peerError } from "../peer-error.js";
import { cut } from "../reconnecting-websocket/attempt.js";
import type { CloseReason } from "../reconnecting-websocket/retry-policy.js";
import { errorOf, retryDelay } from "./ending.js";
import { welcomeOf } from "./handshake.js";
import { Heartbeat } from "./heartbeat.js";
import { Link } from "./link.js";
import {
  type ClientState,
  type ConnectionEffect,
  type ConnectionEvent,
  initialStanding,
  transition,
  verdictOf,
} from "./state.js";

/** What lives on over connections, and is told what becomes of them. No call may throw, but `receive`. */
export interface Session {
  /** What to send first on a new socket. */
  greet(token: string | undefined): readonly Envelope[];
  /** Connected: everything the server was told to keep is compared with what it kept. */
  restore(welcome: Welcome["data"]): void;
  /** One envelope that is not the connection's own affair. Throws where it breaks the protocol. */
  receive(envelope: Envelope): void;
  suspend(): void;
  becomeAnother(error: TautlineError): void;
  giveUp(error: TautlineError): void;
  changed(state: ClientState): void;
  report(error: unknown): void;
}

const goodbye = { code: closeCodes.normal, reason: "", wasClean: true };

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
      ping: () => this.tell({ type: "ping" }),
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
  write(frame: Frame): boolean {
    if (this.state.kind !== "connected") return false;
    this.#heartbeat.sending();
    this.#link?.send(frame);
    return true;
  }

  /** Writes one of the protocol's own envelopes; false where there is no connection. */
  tell(envelope: Envelope): boolean {
    const frame = jsonCodec.encode(envelope);
    return frame.ok && this.write(frame.value);
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
    for (const effect of effects) this.#carryOut(effect);
    if (standing.state !== before) this.#entered(standing.state);
  }

  #carryOut(effect: ConnectionEffect): void {
    switch (effect.kind) {
      case "attempt":
        return this.#open();
      case "say-hello":
        for (const envelope of this.#session.greet(this.#link?.token)) this.#send(envelope);
        return;
      case "restore":
        this.#heartbeat.start(effect.welcome.heartbeatMs + this.#settings.heartbeatGraceMs);
        return this.#session.restore(effect.welcome);
      case "suspend":
        this.#heartbeat.stop();
        this.#clock.clearTimeout(this.#leaving);
        return this.#session.suspend();
      case "drop-socket":
        this.#closing = this.#link?.drop(this.#farewell) ?? this.#closing;
        this.#link = this.#farewell = undefined;
        return;
      case "become-another":
        return this.#session.becomeAnother(effect.error);
      case "give-up":
        return this.#session.giveUp(effect.error ?? new TautlineError("CLOSED", "closed by the program"));
    }
  }

  /** Each state has at most one timer, and leaving the state ends it. */
  #entered(state: ClientState): void {
    const { connectTimeoutMs, stableAfterMs, network } = this.#settings;
    this.#clock.clearTimeout(this.#timer);
    const after = (ms: number, act: () => void): void => {
      this.#timer = this.#clock.setTimeout(act, ms);
    };
    if (state.kind === "connecting") {
      this.#unsubscribe ??= network?.subscribe((change) => change !== "offline" && this.#wake());
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

  #wake(): void {
    this.dispatch({ kind: "wake" });
    this.#heartbeat.probe();
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
    const refused = type === "$error" && id === undefined && error;
    this.#refusal = refused ? peerError(error) : undefined;
    if (type === "ping") this.#send({ type: "pong" });
    else if (type === "$welcome" && this.state.kind !== "connected")
      this.dispatch({ kind: "welcome", welcome: welcomeOf(envelope) });
    else if (this.state.kind !== "connected") {
      if (!refused && type !== "pong") throw breach("$welcome first", type);
    } else if (type === "$reconnect") this.#comeBack(envelope as Reconnect);
    else if (type === "$token") void this.#renewToken();
    else if (type === "$welcome") throw breach("one $welcome", envelope.data);
    else if (type !== "pong") this.#session.receive(envelope);
  }

  /** A moment of its own for each client, so that they do not all come at once. */
  #comeBack({ data: { withinMs } }: Reconnect): void {
    this.#clock.clearTimeout(this.#leaving);
    this.#leaving = this.#clock.setTimeout(() => {
      this.#farewell = goodbye;
      this.dispatch({ kind: "renew" });
    }, this.#settings.random.float() * withinMs);
  }

  async #renewToken(): Promise<void> {
    const { token } = this.#settings;
    try {
      const renewed = await (typeof token === "function" ? token() : token);
      if (renewed) this.tell({ type: "$token", data: { token: renewed } });
    } catch (error) {
      this.#session.report(error);
    }
  }

  #broken(what: string): void {
    this.#refusal = new TautlineError("BAD_ENVELOPE", what);
    const { serverBrokeProtocol: code } = closeCodes;
    this.#farewell = { code, reason: cutToBytes(what, limits.closeReasonBytes), wasClean: true };
    this.#ended({ kind: "dropped", code, reason: what, wasClean: true });
  }

  #ended(reason: CloseReason): void {
    const { attempts, state } = this.#standing;
    if (state.kind === "connected" && attempts === 0) this.#lostAt = this.#clock.monotonic();
    const verdict = verdictOf(reason.code, this.#refusal?.code);
    const error = this.#refusal ?? errorOf(reason);
    const run = { attempt: attempts, elapsedMs: this.#clock.monotonic() - this.#lostAt, reason };
    const report = (cause: unknown): void => this.#session.report(cause);
    this.dispatch({
      kind: "ended",
      verdict,
      error,
      delayMs: retryDelay(verdict, run, error, this.#settings, report),
    });
  }

  #send(envelope: Envelope): void {
    const frame = jsonCodec.encode(envelope);
    if (frame.ok) this.#link?.send(frame.value);
    else this.#session.report(frame.error);
  }
}
