import type { Envelope, Reconnect, TautlineError, TimerHandle, Welcome } from "@tautline/protocol";
import type { Core } from "../core.js";
import { deadline } from "../deadline.js";
import type { Encoded } from "../frames.js";
import { receive } from "../inbound.js";
import { ask } from "../reconnecting-websocket/attempt.js";
import type { CloseReason } from "../reconnecting-websocket/retry-policy.js";
import { errorOf, retryDelay } from "./ending.js";
import { greeting } from "./handshake.js";
import { Link, type LinkOwner } from "./link.js";
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

/** What carries out the effects that concern what lives on over connections; the others are the sockets' own. */
type Session = Record<
  Exclude<ConnectionEffect, "attempt" | "greet" | "switch" | "leave" | "drop">,
  (welcome: Welcome["data"], error: TautlineError | undefined) => void
>;

/** The least time between two moves: how long it stays where a new connection could not be had, or was told to leave at once. */
const restMs = 1_000;

/** Carries out what the table in state.ts says, on one socket, or on two while it moves from one to the other. */
export class Connection implements LinkOwner {
  readonly #core: Core;
  #events: ConnectionEvent[] = [];
  #standing = initialStanding;
  /** The sockets, the oldest first: on a move one is being opened beside the one that serves, or has answers to give beside it. */
  #links: Link[] = [];
  /** The socket that serves. */
  #link: Link | undefined;
  #timer: TimerHandle;
  #moveTimer: TimerHandle;
  /** Until when an old socket may answer. */
  #leaveAt = 0;
  /** When it may move at the earliest. */
  #moveFrom = 0;
  #lostAt = 0;
  /** Whether the token provider is being asked for a new token. */
  #isAsking = false;
  #closing: Promise<unknown> = Promise.resolve();
  #unsubscribe: (() => void) | undefined;

  constructor(core: Core) {
    this.#core = core;
  }

  get state(): ClientState {
    return this.#standing.state;
  }

  connect(): void {
    this.dispatch({ kind: "connect" });
  }

  /** Resolves when the sockets have ended too: the peer has three seconds to say goodbye. */
  async close(): Promise<void> {
    this.dispatch({ kind: "close" });
    await this.#closing;
  }

  /** Writes a message; false where there is no connection, or it is about to be another one. */
  write(frame: Encoded): boolean {
    if (this.state.kind !== "connected" || this.#standing.move) return false;
    this.#link?.send(frame);
    return true;
  }

  /** Writes one of the protocol's own envelopes; false where there is no connection, or the next one's hello will say it. */
  tell(type: string, data: object): boolean {
    const { state, move = "answers" } = this.#standing;
    if (state.kind !== "connected" || move !== "answers") return false;
    try {
      this.#link?.send(this.#core.settings.speech.encode({ type, data }));
      return true;
    } catch {
      // What the program handed in was checked; it has changed since into what JSON cannot say.
      return false;
    }
  }

  /** One event at a time: what happens while its effects are carried out waits its turn. */
  dispatch(event: ConnectionEvent): void {
    if (this.#events.push(event) > 1) return;
    try {
      for (const next of this.#events) this.#act(next);
    } finally {
      this.#events = [];
    }
  }

  #act(event: ConnectionEvent): void {
    const before = this.state;
    const { standing, effects } = transition(this.#standing, event);
    this.#standing = standing;
    for (const effect of effects) this.#carryOut(effect, event);
    if (standing.state !== before) this.#entered(standing.state);
    this.#leaveIfIdle();
  }

  #carryOut(effect: ConnectionEffect, event: ConnectionEvent): void {
    const newest = this.#links.at(-1);
    switch (effect) {
      case "attempt":
        if (newest) this.#moveFrom = this.#core.clock.monotonic() + restMs;
        this.#links.push(new Link(this.#core.settings, this));
        return;
      case "greet":
        for (const frame of greeting(this.#core, newest?.token)) newest?.send(frame);
        return;
      case "switch":
        this.#link = newest;
        if (this.#links.length > 1) this.#later(this.#leaveAt - this.#core.clock.monotonic(), "answered");
        return;
      case "leave":
        void this.#links.shift()?.drop(goodbye);
        return this.#later();
      case "drop": {
        const farewell = event.kind === "close" ? goodbye : undefined;
        this.#closing = Promise.all(this.#links.map((link) => link.drop(farewell)));
        this.#links = [];
        return this.#later();
      }
      default: {
        if (effect === "stay") {
          void this.#links.pop()?.drop();
          this.#move();
        }
        const error = event.kind === "ended" ? event.error : undefined;
        const session: Session = this.#core;
        // Where the table restores or resumes, a socket was welcomed.
        session[effect](this.#link?.welcome as Welcome["data"], error);
      }
    }
  }

  /** Each state has at most one timer, and leaving the state ends it. */
  #entered(state: ClientState): void {
    const { stableAfterMs, network } = this.#core.settings;
    const isConnected = state.kind === "connected";
    const ms = isConnected ? stableAfterMs : state.kind === "waiting" ? state.delayMs : Infinity;
    this.#timer = this.#after(this.#timer, ms, isConnected ? "stable" : "due");
    if (state.kind === "closed") {
      this.#unsubscribe?.();
      this.#unsubscribe = undefined;
    } else {
      this.#unsubscribe ??= network?.subscribe(() => {
        this.dispatch({ kind: "wake" });
        this.#link?.probe();
      });
    }
    this.#core.changed(state);
  }

  /** An event after a while, in place of the one that another timer would have brought. */
  #after(timer: TimerHandle, ms: number, kind: "answered" | "due" | "move" | "stable"): TimerHandle {
    this.#core.clock.clearTimeout(timer);
    return deadline(this.#core.clock, ms, () => this.dispatch({ kind }));
  }

  received(envelope: Envelope, link: Link): void {
    const { type, id, offset } = envelope;
    // What it still publishes comes over the new one.
    if (link !== this.#link && id === undefined) return;
    const isUnkept = id === undefined && offset === undefined && !type.startsWith("$");
    // The new one may bring it too, from when its hello has arrived, and nothing would tell that it is the same.
    if (isUnkept && this.#standing.move === "hello") return;
    if (type === "$reconnect") {
      this.#leaveAt = this.#core.clock.monotonic() + (envelope as Reconnect).data.withinMs;
      this.#move();
    } else if (type === "$token") void this.#renewToken();
    else receive(this.#core, envelope);
    this.#leaveIfIdle();
  }

  /** Moves at a moment of its own within what is left of the span, so that not all come at once. */
  #move(): void {
    const now = this.#core.clock.monotonic();
    const from = Math.max(now, this.#moveFrom);
    const leftMs = this.#leaveAt - from;
    if (leftMs >= 0) this.#later(from - now + this.#core.settings.random.float() * leftMs, "move");
  }

  /** The next step of a move; none at all where nothing is said. */
  #later(ms = Infinity, kind: "move" | "answered" = "move"): void {
    this.#moveTimer = this.#after(this.#moveTimer, ms, kind);
  }

  #leaveIfIdle(): void {
    if (this.#standing.move === "answers" && this.#core.requests.isIdle) this.dispatch({ kind: "answered" });
  }

  async #renewToken(): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    try {
      const token = await ask(this.#core.settings.token);
      if (token) this.tell("$token", { token });
    } catch (error) {
      this.#core.report(error);
    }
    this.#isAsking = false;
  }

  dead(link: Link): void {
    this.#lost();
    this.dispatch({ kind: link === this.#link ? "renew" : "answered" });
  }

  ended(reason: CloseReason, link: Link): void {
    const { attempts: attempt, state } = this.#standing;
    if (link !== this.#link && state.kind === "connected") {
      return this.dispatch({ kind: link.welcome ? "answered" : "move-failed" });
    }
    this.#lost();
    const { settings, report } = this.#core;
    const verdict = verdictOf(reason.code, link.refusal?.code);
    const error = link.refusal ?? errorOf(reason);
    const elapsedMs = this.#core.clock.monotonic() - this.#lostAt;
    const retry = { attempt, elapsedMs, reason, retryAfterMs: error.retryAfterMs };
    this.dispatch({ kind: "ended", verdict, error, delayMs: retryDelay(verdict, retry, settings, report) });
  }

  /** From now on it is away, unless it was before. */
  #lost(): void {
    if (this.#standing.attempts === 0) this.#lostAt = this.#core.clock.monotonic();
  }
}
