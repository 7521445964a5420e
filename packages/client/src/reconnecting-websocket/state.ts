import { type CloseEventLike, closeCodes } from "@tautline/protocol";
import type { CloseReason } from "./retry-policy.js";

/** A run of attempts: it begins when a connection that was stable is lost, and ends when one is stable again. */
export interface Run {
  /** Attempts made to come back. The first connection of all is not one. */
  readonly attempt: number;
  /** When the run began, by the monotonic clock. */
  readonly since: number;
}

/** What a reconnecting socket is doing. Each state has at most one timer, and leaving the state ends it. */
export type State =
  /** At rest: never begun, closed by hand, or given up. */
  | { readonly kind: "closed" }
  /** The address is being asked for, or the socket is opening. Timer: the attempt takes too long. */
  | { readonly kind: "connecting"; readonly run: Run }
  /** Open. Timer, while there is a run: the connection is stable. */
  | { readonly kind: "open"; readonly run: Run | null }
  /** The policy is asked what comes next; lasts for that one call. */
  | { readonly kind: "deciding"; readonly run: Run; readonly end: CloseReason }
  /** Between attempts. Timer: the next attempt is due. */
  | { readonly kind: "waiting"; readonly run: Run }
  /** Closed by hand, the peer's answer is awaited. Timer: it does not come. */
  | { readonly kind: "closing"; readonly asked: CloseEventLike };

export type Event =
  /** The program wants a connection, or a new one. */
  | { readonly kind: "connect"; readonly at: number }
  /** The program wants none any more. */
  | { readonly kind: "close"; readonly asked: CloseEventLike }
  | { readonly kind: "opened" }
  /** The socket ended. `error`: what was known about why. */
  | { readonly kind: "ended"; readonly at: number; readonly close: CloseEventLike; readonly error?: unknown }
  /** No socket could be made. */
  | { readonly kind: "failed"; readonly error: unknown }
  | { readonly kind: "decided"; readonly delayMs: number | null }
  | { readonly kind: "timer" }
  /** The network came back, or someone looks at the page again. */
  | { readonly kind: "wake" };

/** The setting that says how long. */
export type TimerName = "connectTimeoutMs" | "stableAfterMs" | "closeTimeoutMs";

export type Effect =
  /** Ask for the address and make a socket. */
  | { readonly kind: "attempt" }
  /** Let go of the socket: nothing it does counts any more. `close` says goodbye first. */
  | { readonly kind: "drop"; readonly close?: CloseEventLike }
  /** Say goodbye and wait for the answer. */
  | { readonly kind: "goodbye"; readonly close: CloseEventLike }
  /** Start this state's timer. */
  | { readonly kind: "timer"; readonly name: TimerName }
  | {
      readonly kind: "wait";
      readonly delayMs: number;
      readonly attempt: number;
      readonly reason: CloseReason;
    }
  /** Ask the policy and come back with `decided`. */
  | { readonly kind: "decide"; readonly run: Run; readonly reason: CloseReason }
  /** Tell the program that messages flow. */
  | { readonly kind: "announce-open" }
  /** Tell the program that they no longer do. An `error` goes before a final end that was not clean. */
  | {
      readonly kind: "announce-close";
      readonly close: CloseEventLike & { readonly error?: unknown };
      readonly willReconnect: boolean;
    };

export interface Step {
  readonly state: State;
  readonly effects: readonly Effect[];
}

export const closed: State = { kind: "closed" };

/** An end that no peer took part in. */
const cut: CloseEventLike = { code: closeCodes.abnormal, reason: "", wasClean: false };

/** What the program sees when it asks for a new connection while one is open. */
const replaced: CloseEventLike = { code: closeCodes.normal, reason: "", wasClean: true };

/** What comes after `event` in `state`, and what is to be done. Total: what does not matter changes nothing. */
export function transition(state: State, event: Event): Step {
  switch (state.kind) {
    case "closed":
      return event.kind === "connect" ? fresh(event.at) : stay(state);
    case "connecting":
      return whileConnecting(state, event);
    case "open":
      return whileOpen(state, event);
    case "deciding":
      return whileDeciding(state, event);
    case "waiting":
      return whileWaiting(state, event);
    case "closing":
      return whileClosing(state, event);
  }
}

function whileConnecting(state: State & { kind: "connecting" }, event: Event): Step {
  const { run } = state;
  switch (event.kind) {
    case "opened":
      return step({ kind: "open", run }, { kind: "timer", name: "stableAfterMs" }, { kind: "announce-open" });
    case "ended":
      return decide(run, { kind: "refused", ...plain(event.close), error: event.error });
    case "failed":
      return decide(run, { kind: "address", ...cut, error: event.error });
    case "timer":
      return decide(run, { kind: "timeout", ...cut }, { kind: "drop" });
    case "close":
      return over(event.asked, { kind: "drop" });
    case "connect":
      return fresh(event.at, { kind: "drop" });
    default:
      return stay(state);
  }
}

function whileOpen(state: State & { kind: "open" }, event: Event): Step {
  switch (event.kind) {
    case "timer":
      return step({ kind: "open", run: null });
    case "ended": {
      const run = state.run ?? { attempt: 0, since: event.at };
      return decide(run, { kind: "dropped", ...plain(event.close), error: event.error });
    }
    case "close":
      return step(
        { kind: "closing", asked: event.asked },
        { kind: "goodbye", close: event.asked },
        { kind: "timer", name: "closeTimeoutMs" },
      );
    case "connect":
      return fresh(event.at, { kind: "drop", close: replaced }, goesOn(replaced));
    default:
      return stay(state);
  }
}

function whileDeciding(state: State & { kind: "deciding" }, event: Event): Step {
  const { run, end } = state;
  const dropped = end.kind === "dropped" ? [goesOn(end)] : [];
  switch (event.kind) {
    case "decided":
      if (event.delayMs === null) return over(end);
      return step({ kind: "waiting", run }, ...dropped, {
        kind: "wait",
        delayMs: event.delayMs,
        attempt: run.attempt,
        reason: end,
      });
    case "close":
      return over(end.kind === "dropped" ? end : event.asked);
    case "connect":
      return fresh(event.at, ...dropped);
    default:
      return stay(state);
  }
}

function whileWaiting(state: State & { kind: "waiting" }, event: Event): Step {
  switch (event.kind) {
    case "timer":
    case "wake":
      return attempt({ ...state.run, attempt: state.run.attempt + 1 });
    case "connect":
      return fresh(event.at);
    case "close":
      return over(event.asked);
    default:
      return stay(state);
  }
}

function whileClosing(state: State & { kind: "closing" }, event: Event): Step {
  switch (event.kind) {
    case "ended":
      return over(event.close);
    case "timer":
      return over({ ...cut, reason: state.asked.reason }, { kind: "drop" });
    case "connect":
      return fresh(event.at, { kind: "drop" }, goesOn(state.asked));
    default:
      return stay(state);
  }
}

const stay = (state: State): Step => ({ state, effects: [] });

const step = (state: State, ...effects: Effect[]): Step => ({ state, effects });

const attempt = (run: Run, ...before: Effect[]): Step =>
  step(
    { kind: "connecting", run },
    ...before,
    { kind: "timer", name: "connectTimeoutMs" },
    { kind: "attempt" },
  );

const fresh = (since: number, ...before: Effect[]): Step => attempt({ attempt: 0, since }, ...before);

const decide = (run: Run, end: CloseReason, ...before: Effect[]): Step =>
  step({ kind: "deciding", run, end }, ...before, { kind: "decide", run, reason: end });

const over = (close: CloseEventLike, ...before: Effect[]): Step =>
  step(closed, ...before, { kind: "announce-close", close, willReconnect: false });

const goesOn = (close: CloseEventLike): Effect => ({ kind: "announce-close", close, willReconnect: true });

/** A browser's event has getters that a spread does not copy. */
const plain = ({ code, reason, wasClean }: CloseEventLike): CloseEventLike => ({ code, reason, wasClean });
