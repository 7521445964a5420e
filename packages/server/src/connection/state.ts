import { closeCodes } from "@tautline/protocol";

/** Where a connection stands, from the transport's first byte to its last. */
export type State =
  /** A full peer that has not said who it is. */
  | { readonly kind: "awaiting-hello" }
  /** The application is asked who the peer is. Nothing of the peer is handled yet. */
  | { readonly kind: "authenticating" }
  | { readonly kind: "open" }
  /** As open, but the peer was told to come back elsewhere. */
  | { readonly kind: "draining" }
  /** The goodbye is on its way; nothing is handled any more. */
  | { readonly kind: "closing"; readonly code: number; readonly reason: string }
  | { readonly kind: "closed"; readonly code: number; readonly reason: string };

export type Event =
  /** The peer said who it is. */
  | { readonly kind: "hello" }
  /** The application said who the peer is, and its rooms are joined. */
  | { readonly kind: "admitted" }
  /** The server is about to leave. */
  | { readonly kind: "drain" }
  /** We end it. */
  | { readonly kind: "close"; readonly code: number; readonly reason: string }
  /** The transport has ended, whoever ended it. */
  | { readonly kind: "ended"; readonly code: number; readonly reason: string };

/** What must be done on the way from one state to the next. */
export type Effect =
  /** Ask the application who the peer is. */
  | { readonly kind: "authenticate" }
  /** Tell the application of it, and handle what waited. */
  | { readonly kind: "announce" }
  /** Ask the peer to come back elsewhere. */
  | { readonly kind: "redirect" }
  /** Leave all rooms, abort all handlers, tell the application. */
  | { readonly kind: "depart"; readonly code: number; readonly reason: string }
  /** Send what waits, then a close frame; cut the transport if it hangs. */
  | { readonly kind: "say-goodbye"; readonly code: number; readonly reason: string }
  /** Let go of timers and of the connection itself. */
  | { readonly kind: "release" };

export interface Step {
  readonly state: State;
  readonly effects: readonly Effect[];
}

/** The steps of every connection: shared, since the state is kept as long as the connection. */
const toAuthenticating: Step = { state: { kind: "authenticating" }, effects: [{ kind: "authenticate" }] };
const toOpen: Step = { state: { kind: "open" }, effects: [{ kind: "announce" }] };

/** The next state, and what must be done. Defined for every state and every event. */
export function transition(state: State, event: Event): Step {
  switch (state.kind) {
    case "closed":
      return stay(state);
    case "closing":
      return event.kind === "ended" ? end(state.code, state.reason) : stay(state);
    case "awaiting-hello":
      return event.kind === "hello" ? toAuthenticating : beforeAdmission(state, event);
    case "authenticating":
      return event.kind === "admitted" ? toOpen : beforeAdmission(state, event);
    case "open":
      return event.kind === "drain"
        ? { state: { kind: "draining" }, effects: [{ kind: "redirect" }] }
        : afterAdmission(state, event);
    case "draining":
      return afterAdmission(state, event);
  }
}

function beforeAdmission(state: State, event: Event): Step {
  switch (event.kind) {
    case "hello":
      return goodbye(closeCodes.protocolError, "a second $hello");
    case "drain":
      return goodbye(closeCodes.serviceRestart, "the server is about to leave");
    case "close":
      return goodbye(event.code, event.reason);
    case "ended":
      return end(event.code, event.reason);
    case "admitted":
      return stay(state);
  }
}

function afterAdmission(state: State, event: Event): Step {
  switch (event.kind) {
    case "hello":
      return departing(closeCodes.protocolError, "a second $hello");
    case "close":
      return departing(event.code, event.reason);
    case "ended": {
      const { code, reason } = event;
      return {
        state: { kind: "closed", code, reason },
        effects: [{ kind: "depart", code, reason }, { kind: "release" }],
      };
    }
    case "admitted":
    case "drain":
      return stay(state);
  }
}

function stay(state: State): Step {
  return { state, effects: [] };
}

function goodbye(code: number, reason: string): Step {
  return { state: { kind: "closing", code, reason }, effects: [{ kind: "say-goodbye", code, reason }] };
}

function departing(code: number, reason: string): Step {
  return {
    state: { kind: "closing", code, reason },
    effects: [
      { kind: "depart", code, reason },
      { kind: "say-goodbye", code, reason },
    ],
  };
}

function end(code: number, reason: string): Step {
  return { state: { kind: "closed", code, reason }, effects: [{ kind: "release" }] };
}
