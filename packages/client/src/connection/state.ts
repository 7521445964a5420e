import { type ErrorCode, isRetryable, type TautlineError, type Welcome } from "@tautline/protocol";

/** What a client's connection is doing. The same object until it changes. */
export type ClientState =
  /** Nothing was asked for yet. */
  | { readonly kind: "idle" }
  /** An attempt is under way. `socket`: token and address are asked for, the socket opens. `hello`: `$welcome` is awaited. */
  | { readonly kind: "connecting"; readonly step: "socket" | "hello" }
  | {
      readonly kind: "connected";
      /** The name of this connection in the server's logs. */
      readonly connection: string;
      /** Who the server takes this client for. */
      readonly user: string;
      /** This client as other members see it: `from.member` of its own publications. */
      readonly member: string;
    }
  /** The next attempt comes `delayMs` after this state began, or as soon as the device is online or looked at again. */
  | { readonly kind: "waiting"; readonly delayMs: number; readonly error: TautlineError }
  /** No further attempt, until `connect()`. Without `error`, the program itself closed it. */
  | { readonly kind: "closed"; readonly error?: TautlineError | undefined };

/** The state, and what must be remembered beside it to choose the next one. */
export interface Standing {
  readonly state: ClientState;
  /** Attempts made to come back since the connection was last stable. */
  readonly attempts: number;
  /** Whether the token was asked for again after a refusal, since the connection was last stable. */
  readonly refused: boolean;
}

/** What may come after an end: another attempt, one more with a new token, none, or one as another user. */
export type Verdict = "retry" | "refused" | "final" | "another-user";

/** What happens to a connection. */
export type ConnectionEvent =
  /** The program wants it open. */
  | { readonly kind: "connect" }
  /** The socket is open. */
  | { readonly kind: "opened" }
  | { readonly kind: "welcome"; readonly welcome: Welcome["data"] }
  /** It has lasted long enough for earlier failures to be forgotten. */
  | { readonly kind: "stable" }
  /** The socket, or an attempt to have one, ended. `delayMs` is the retry policy's answer: null for no more. */
  | {
      readonly kind: "ended";
      readonly verdict: Verdict;
      readonly error: TautlineError;
      readonly delayMs: number | null;
    }
  /** The peer was found gone, or asked for it: connect again without backoff. */
  | { readonly kind: "renew" }
  /** The time of the next attempt has come. */
  | { readonly kind: "due" }
  /** The device is online or looked at again: a good moment for an attempt, unless the server named one. */
  | { readonly kind: "wake" }
  /** The program wants it closed. */
  | { readonly kind: "close" };

/**
 * What must be done about it:
 *
 * - `attempt`: make a socket;
 * - `greet`: say hello on it;
 * - `restore`: welcomed: compare what the server was told to keep with what it kept;
 * - `suspend`: the connection is over: what relied on it waits for the next;
 * - `drop`: let go of the socket: nothing it does counts any more;
 * - `become-another`: nothing of the former user may be claimed or sent;
 * - `give-up`: nothing will be tried any more: what waits is told so.
 */
export type ConnectionEffect =
  | "attempt"
  | "greet"
  | "restore"
  | "suspend"
  | "drop"
  | "become-another"
  | "give-up";

/** What comes after an event, and what is to be done, in order. */
export interface Transition {
  readonly standing: Standing;
  readonly effects: readonly ConnectionEffect[];
}

/** Where every connection begins. */
export const initialStanding: Standing = { state: { kind: "idle" }, attempts: 0, refused: false };

/** What a close code, and the `$error` before it, mean for the next attempt. */
export function verdictOf(closeCode: number, errorCode: ErrorCode | undefined): Verdict {
  if (errorCode === "USER_CHANGED") return "another-user";
  // closeCodes.policyViolation
  if (closeCode === 1008) return "refused";
  return isRetryable(closeCode) ? "retry" : "final";
}

/** The whole life of a client's connection. Events that mean nothing in a state leave it as it is. */
export function transition(standing: Standing, event: ConnectionEvent): Transition {
  const { state, attempts, refused } = standing;
  const to = (changes: Partial<Standing>, ...effects: ConnectionEffect[]): Transition => ({
    standing: { ...standing, ...changes },
    effects,
  });
  const attempt = (attempts: number, ...before: ConnectionEffect[]): Transition =>
    to({ state: { kind: "connecting", step: "socket" }, attempts }, ...before, "attempt");
  const close = (error?: TautlineError): Transition =>
    to({ ...initialStanding, state: { kind: "closed", error } }, "suspend", "drop", "give-up");

  switch (event.kind) {
    case "connect":
      if (state.kind === "idle" || state.kind === "closed") return attempt(0);
      if (state.kind === "waiting") return attempt(attempts + 1);
      break;
    case "wake":
      if (state.kind === "waiting" && state.error.retryAfterMs === undefined) return attempt(attempts + 1);
      break;
    case "due":
      if (state.kind === "waiting") return attempt(attempts + 1);
      break;
    case "opened":
      if (state.kind !== "connecting" || state.step !== "socket") break;
      return to({ state: { kind: "connecting", step: "hello" } }, "greet");
    case "welcome": {
      if (state.kind !== "connecting" || state.step !== "hello") break;
      const { connection, user, member } = event.welcome;
      return to({ state: { kind: "connected", connection, user, member } }, "restore");
    }
    case "stable":
      if (state.kind === "connected") return to({ ...initialStanding, state });
      break;
    case "renew":
      if (state.kind === "connected") return attempt(attempts + 1, "suspend", "drop");
      break;
    case "ended": {
      if (state.kind !== "connecting" && state.kind !== "connected") break;
      const { verdict, delayMs, error } = event;
      const isRefused = verdict === "refused";
      if (verdict === "final" || delayMs === null || (isRefused && refused)) return close(error);
      const waiting = { state: { kind: "waiting", delayMs, error }, refused: refused || isRefused } as const;
      if (verdict === "another-user") return to(waiting, "suspend", "drop", "become-another");
      return to(waiting, "suspend", "drop");
    }
    case "close":
      if (state.kind !== "closed") return close();
  }
  return { standing, effects: [] };
}
