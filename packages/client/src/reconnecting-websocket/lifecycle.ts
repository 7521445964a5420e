import { type CloseEventLike, closeCodes, type TimerHandle, type WebSocketLike } from "@tautline/protocol";
import { defaultWebSocket } from "../platform.js";
import { Attempt } from "./attempt.js";
import { longestMs, type ProtocolsProvider, type Settings, type UrlProvider } from "./options.js";
import { delayAfter } from "./retry-delay.js";
import type { CloseReason } from "./retry-policy.js";
import { closed, type Effect, type Event, type State, transition } from "./state.js";

/** What the sockets' life tells, in the order in which it happened. No call may throw. */
export interface LifecycleEvents {
  /** A new socket is opening. */
  made(socket: WebSocketLike): void;
  opened(): void;
  message(data: unknown): void;
  /** An open connection ended, or everything did. */
  closed(close: CloseEventLike & { readonly error?: unknown }, willReconnect: boolean): void;
  /** The next attempt is made in `delayMs`. */
  waiting(retry: { readonly attempt: number; readonly delayMs: number; readonly reason: CloseReason }): void;
  /** The program's retry policy failed. */
  policyFailed(error: unknown): void;
}

/** One socket after another: carries out what the transition table says, and nothing else. */
export class Lifecycle {
  readonly #url: UrlProvider;
  readonly #protocols: ProtocolsProvider;
  readonly #settings: Settings;
  readonly #events: LifecycleEvents;
  #state: State = closed;
  #timer: TimerHandle;
  #attempt: Attempt | undefined;
  #unsubscribe: (() => void) | undefined;

  constructor(
    [url, protocols]: readonly [UrlProvider, ProtocolsProvider],
    settings: Settings,
    events: LifecycleEvents,
  ) {
    this.#url = url;
    this.#protocols = protocols;
    this.#settings = settings;
    this.#events = events;
  }

  get state(): State["kind"] {
    return this.#state.kind;
  }

  /** The newest socket, whatever its state. */
  get socket(): WebSocketLike | undefined {
    return this.#attempt?.socket;
  }

  /** Begins anew, whatever there was. */
  connect(): void {
    this.#dispatch({ kind: "connect", at: this.#settings.clock.monotonic() });
  }

  /** Ends it until {@link connect}. */
  close(asked: CloseEventLike): void {
    this.#dispatch({ kind: "close", asked });
  }

  #dispatch(event: Event): void {
    const { clock, network } = this.#settings;
    const { state, effects } = transition(this.#state, event);
    if (state !== this.#state) clock.clearTimeout(this.#timer);
    this.#state = state;
    if (state.kind === "closed") {
      this.#unsubscribe?.();
      this.#unsubscribe = undefined;
    } else {
      this.#unsubscribe ??= network?.subscribe(
        (change) => change !== "offline" && this.#dispatch({ kind: "wake" }),
      );
    }
    for (const effect of effects) this.#perform(effect);
  }

  #perform(effect: Effect): void {
    switch (effect.kind) {
      case "attempt":
        this.#begin();
        break;
      case "drop":
        this.#attempt?.drop(effect.close);
        break;
      case "goodbye":
        this.socket?.close(effect.close.code, effect.close.reason);
        break;
      case "timer":
        this.#startTimer(this.#settings[effect.name]);
        break;
      case "decide":
        this.#dispatch({ kind: "decided", delayMs: this.#delayAfter(effect) });
        break;
      case "wait":
        this.#startTimer(effect.delayMs);
        this.#events.waiting(effect);
        break;
      case "announce-open":
        this.#events.opened();
        break;
      case "announce-close":
        this.#events.closed(effect.close, effect.willReconnect);
        break;
    }
  }

  #begin(): void {
    const isFirst = !this.#attempt;
    const attempt = new Attempt({
      made: (socket) => this.#events.made(socket),
      failed: (error) => this.#dispatch({ kind: "failed", error }),
      opened: () => this.#dispatch({ kind: "opened" }),
      message: (data) => this.#state.kind === "open" && this.#events.message(data),
      ended: (close, error) =>
        this.#dispatch({ kind: "ended", close, error, at: this.#settings.clock.monotonic() }),
    });
    this.#attempt = attempt;
    try {
      const WebSocket = this.#settings.WebSocket ?? defaultWebSocket();
      attempt.start({ url: this.#url, protocols: this.#protocols, WebSocket });
    } catch (error) {
      // As WebSocket: an address that can never work is refused to the one who gave it.
      if (isFirst) {
        this.close({ code: closeCodes.abnormal, reason: "", wasClean: false });
        throw error;
      }
      later(() => attempt.fail(error));
    }
  }

  #delayAfter({ run, reason }: Effect & { kind: "decide" }): number | null {
    const elapsedMs = this.#settings.clock.monotonic() - run.since;
    return delayAfter({ attempt: run.attempt, elapsedMs, reason }, this.#settings, (error) =>
      this.#events.policyFailed(error),
    );
  }

  #startTimer(ms: number): void {
    this.#timer = this.#settings.clock.setTimeout(
      () => this.#dispatch({ kind: "timer" }),
      Math.min(ms, longestMs),
    );
  }
}

/** Calls back after the running code, before timers and I/O. */
export const later = (callback: () => void): void => void Promise.resolve().then(callback);
