import {
  closeCodes,
  type ErrorCode,
  isRetryable,
  type TautlineError,
  type Welcome,
} from "@tautline/protocol";

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
  | { readonly kind: "connect" }
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
  | { readonly kind: "close" };

/** What must be done about it, in order. */
export type ConnectionEffect =
  | { readonly kind: "attempt" }
  | { readonly kind: "say-hello" }
  | { readonly kind: "restore"; readonly welcome: Welcome["data"] }
  /** The connection is over: what relied on it waits for the next. */
  | { readonly kind: "suspend" }
  | { readonly kind: "drop-socket" }
  | { readonly kind: "become-another"; readonly error: TautlineError }
  /** Nothing will be tried any more: what waits is told so. */
  | { readonly kind: "give-up"; readonly error: TautlineError | undefined };

export interface Transition {
  readonly standing: Standing;
  readonly effects: readonly ConnectionEffect[];
}

const over: readonly ConnectionEffect[] = [{ kind: "suspend" }, { kind: "drop-socket" }];

export const initialStanding: Standing = { state: { kind: "idle" }, attempts: 0, refused: false };

/** What a close code, and the `$error` before it, mean for the next attempt. */
export function verdictOf(closeCode: number, errorCode: ErrorCode | undefined): Verdict {
  if (errorCode === "USER_CHANGED") return "another-user";
  if (closeCode === closeCodes.policyViolation) return "refused";
  return isRetryable(closeCode) ? "retry" : "final";
}

/** The whole life of a client's connection. Events that mean nothing in a state leave it as it is. */
export function transition(standing: Standing, event: ConnectionEvent): Transition {
  switch (event.kind) {
    case "close":
      return afterClose(standing);
    case "ended":
      return afterEnd(standing, event);
  }
  const { state } = standing;
  switch (state.kind) {
    case "idle":
    case "closed":
      return event.kind === "connect" ? attempt(standing, 0) : stay(standing);
    case "waiting":
      if (event.kind === "wake" && state.error.retryAfterMs !== undefined) return stay(standing);
      if (event.kind !== "connect" && event.kind !== "due" && event.kind !== "wake") return stay(standing);
      return attempt(standing, standing.attempts + 1);
    case "connecting":
      return progress(standing, state.step, event);
    case "connected":
      if (event.kind === "stable")
        return { standing: { ...standing, attempts: 0, refused: false }, effects: [] };
      if (event.kind !== "renew") return stay(standing);
      return attempt(standing, standing.attempts + 1, over);
  }
}

function progress(standing: Standing, step: "socket" | "hello", event: ConnectionEvent): Transition {
  if (step === "socket" && event.kind === "opened") {
    const state: ClientState = { kind: "connecting", step: "hello" };
    return { standing: { ...standing, state }, effects: [{ kind: "say-hello" }] };
  }
  if (step === "hello" && event.kind === "welcome") {
    const { connection, user, member } = event.welcome;
    const state: ClientState = { kind: "connected", connection, user, member };
    return { standing: { ...standing, state }, effects: [{ kind: "restore", welcome: event.welcome }] };
  }
  return stay(standing);
}

function attempt(standing: Standing, attempts: number, before: readonly ConnectionEffect[] = []): Transition {
  const state: ClientState = { kind: "connecting", step: "socket" };
  return { standing: { ...standing, state, attempts }, effects: [...before, { kind: "attempt" }] };
}

function afterEnd(standing: Standing, event: ConnectionEvent & { readonly kind: "ended" }): Transition {
  const { state, attempts } = standing;
  if (state.kind !== "connecting" && state.kind !== "connected") return stay(standing);
  const { verdict, error, delayMs } = event;
  const refused = verdict === "refused";
  if (verdict === "final" || delayMs === null || (refused && standing.refused)) {
    return {
      standing: { state: { kind: "closed", error }, attempts: 0, refused: false },
      effects: [...over, { kind: "give-up", error }],
    };
  }
  return {
    standing: { state: { kind: "waiting", delayMs, error }, attempts, refused: standing.refused || refused },
    effects: verdict === "another-user" ? [...over, { kind: "become-another", error }] : over,
  };
}

function afterClose(standing: Standing): Transition {
  const { kind } = standing.state;
  if (kind === "closed") return stay(standing);
  return {
    standing: { state: { kind: "closed" }, attempts: 0, refused: false },
    effects: [...over, { kind: "give-up", error: undefined }],
  };
}

function stay(standing: Standing): Transition {
  return { standing, effects: [] };
}
