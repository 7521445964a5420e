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
  /**
   * How far the move to a new connection has come, while the old one still serves. `socket` and `hello`: as in `connecting`.
   * `answers`: the new one serves, and only answers are awaited from the old one.
   */
  readonly move?: "socket" | "hello" | "answers" | undefined;
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
  /** The peer was found gone: connect again without backoff. */
  | { readonly kind: "renew" }
  /** The server leaves: make a new connection, and keep this one until that is there. */
  | { readonly kind: "move" }
  /** The new connection of a move was not made. */
  | { readonly kind: "move-failed" }
  /** The old connection has answered everything, or there was no more time to wait for it. */
  | { readonly kind: "answered" }
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
 * - `switch`: welcomed: from now on this socket serves;
 * - `resume`: settle what was written and not answered, and let new messages go;
 * - `restore`: go on with the rooms from where they were;
 * - `stay`: go on with the old socket, also with what was held for the new one;
 * - `suspend`: the connection is over: what relied on it waits for the next;
 * - `leave`: let go of the older of two sockets;
 * - `drop`: let go of every socket: nothing they do counts any more;
 * - `become-another`: nothing of the former user may be claimed or sent;
 * - `give-up`: nothing will be tried any more: what waits is told so.
 */
export type ConnectionEffect =
  | "attempt"
  | "greet"
  | "switch"
  | "resume"
  | "restore"
  | "stay"
  | "suspend"
  | "leave"
  | "drop"
  | "become-another"
  | "give-up";

/** What comes after an event, and what is to be done, in order. */
export interface Transition {
  readonly standing: Standing;
  readonly effects: readonly ConnectionEffect[];
}

/** Where every connection begins. */
export const initialStanding: Standing = {
  state: { kind: "idle" },
  attempts: 0,
  refused: false,
  move: undefined,
};

/** What a close code, and the `$error` before it, mean for the next attempt. */
export function verdictOf(closeCode: number, errorCode: ErrorCode | undefined): Verdict {
  if (errorCode === "USER_CHANGED") return "another-user";
  // closeCodes.policyViolation
  if (closeCode === 1008) return "refused";
  return isRetryable(closeCode) ? "retry" : "final";
}

type To = (changes: Partial<Standing>, ...effects: ConnectionEffect[]) => Transition;

/** The step of the socket that is being opened, on a move or not. */
function stepOf({ state, move }: Standing): "socket" | "hello" | undefined {
  if (state.kind === "connecting") return state.step;
  return move === "answers" ? undefined : move;
}

function attempt(to: To, attempts: number, ...before: ConnectionEffect[]): Transition {
  return to(
    { state: { kind: "connecting", step: "socket" }, attempts, move: undefined },
    ...before,
    "attempt",
  );
}

function close(to: To, error?: TautlineError): Transition {
  return to({ ...initialStanding, state: { kind: "closed", error } }, "suspend", "drop", "give-up");
}

/** The whole life of a client's connection. Events that mean nothing in a state leave it as it is. */
export function transition(standing: Standing, event: ConnectionEvent): Transition {
  const { state, attempts, move } = standing;
  const to: To = (changes, ...effects) => ({ standing: { ...standing, ...changes }, effects });
  const isConnected = state.kind === "connected";
  const step = stepOf(standing);

  switch (event.kind) {
    case "connect":
      if (state.kind === "idle" || state.kind === "closed") return attempt(to, 0);
      if (state.kind === "waiting") return attempt(to, attempts + 1);
      break;
    case "wake":
    case "due":
      if (state.kind !== "waiting") break;
      if (event.kind === "wake" && state.error.retryAfterMs !== undefined) break;
      return attempt(to, attempts + 1);
    case "opened":
      if (step !== "socket") break;
      return to(isConnected ? { move: "hello" } : { state: { kind: "connecting", step: "hello" } }, "greet");
    case "welcome": {
      if (step !== "hello") break;
      const { connection, user, member } = event.welcome;
      const connected = { kind: "connected", connection, user, member } as const;
      // What the old connection has not answered comes first.
      if (isConnected) return to({ state: connected, move: "answers" }, "switch", "restore");
      // First what was written before is settled: a room that is joined again lets new messages go at once.
      return to({ state: connected }, "switch", "resume", "restore");
    }
    case "stable":
      if (isConnected) return to({ attempts: 0, refused: false });
      break;
    case "move":
      if (isConnected && !move) return to({ move: "socket" }, "attempt");
      break;
    case "move-failed":
      if (isConnected && step) return to({ move: undefined }, "stay");
      break;
    case "answered":
      if (move === "answers") return to({ move: undefined }, "leave", "resume");
      break;
    case "renew":
    case "ended":
      if (isConnected || (event.kind === "ended" && step)) return afterEnd(standing, event, to);
      break;
    case "close":
      if (state.kind !== "closed") return close(to);
  }
  return { standing, effects: [] };
}

/** The connection, or an attempt to have one, is over. */
function afterEnd(
  standing: Standing,
  event: Extract<ConnectionEvent, { readonly kind: "renew" | "ended" }>,
  to: To,
): Transition {
  const { state, attempts, refused } = standing;
  const step = stepOf(standing);
  // On a move the new one is under way already.
  if (state.kind === "connected" && step) {
    return to({ state: { kind: "connecting", step }, move: undefined }, "suspend", "leave");
  }
  if (event.kind === "renew") return attempt(to, attempts + 1, "suspend", "drop");
  const { verdict, delayMs, error } = event;
  const isRefused = verdict === "refused";
  if (delayMs === null || (isRefused && refused)) return close(to, error);
  const waiting = { kind: "waiting", delayMs, error } as const;
  const effects = [
    "suspend",
    "drop",
    ...(verdict === "another-user" ? ["become-another" as const] : []),
  ] as const;
  return to({ state: waiting, refused: refused || isRefused, move: undefined }, ...effects);
}
