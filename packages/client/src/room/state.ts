import type { TautlineError } from "@tautline/protocol";

/** Where this client stands with a room. The same object until it changes. */
export type RoomState =
  /** Not a member. With `error`: the server refused, or took the client out. */
  | { readonly kind: "left"; readonly error?: TautlineError | undefined }
  /** Wanted: asked for, or to be asked for as soon as there is a connection. */
  | { readonly kind: "joining" }
  | { readonly kind: "joined" };

/** What happens to a membership. */
export type RoomEvent =
  /** The program wants to be a member. */
  | { readonly kind: "want" }
  /** The program no longer wants to. */
  | { readonly kind: "leave" }
  /** The server says that the client is a member. `asked`: in answer to a join. */
  | { readonly kind: "joined"; readonly asked: boolean }
  /** The server could not let it in just now. */
  | { readonly kind: "put-off"; readonly delayMs: number }
  /** The server refused, or took the client out. */
  | { readonly kind: "refused"; readonly error: TautlineError }
  /** Something is missing: the server must be asked again, from the position that was reached. */
  | { readonly kind: "hole" }
  /** The connection is over. */
  | { readonly kind: "suspend" };

/** What must be done about it. Joins without a connection need no effect: the next hello brings them. */
export type RoomEffect =
  | { readonly kind: "ask" }
  | { readonly kind: "ask-later"; readonly delayMs: number }
  | { readonly kind: "tell-leave" }
  /** Joins and messages that wait for the room are told. */
  | { readonly kind: "admit" }
  | { readonly kind: "reject"; readonly error: TautlineError };

export interface RoomStep {
  readonly state: RoomState;
  readonly effect?: RoomEffect;
}

const joining: RoomState = { kind: "joining" };

/** The whole life of a membership. Events that mean nothing in a state leave it as it is. */
export function transition(state: RoomState, event: RoomEvent): RoomStep {
  const isIn = state.kind !== "left";
  switch (event.kind) {
    case "want":
      return isIn ? { state } : { state: joining, effect: { kind: "ask" } };
    case "leave":
      return isIn ? { state: { kind: "left" }, effect: { kind: "tell-leave" } } : { state };
    case "joined":
      // The answer to a join that was taken back meanwhile.
      if (!isIn && event.asked) return { state, effect: { kind: "tell-leave" } };
      return { state: state.kind === "joined" ? state : { kind: "joined" }, effect: { kind: "admit" } };
    case "put-off":
      return isIn ? { state: joining, effect: { kind: "ask-later", delayMs: event.delayMs } } : { state };
    case "refused":
      if (!isIn) return { state };
      return {
        state: { kind: "left", error: event.error },
        effect: { kind: "reject", error: event.error },
      };
    case "hole":
      return state.kind === "joined" ? { state: joining, effect: { kind: "ask" } } : { state };
    case "suspend":
      return state.kind === "joined" ? { state: joining } : { state };
  }
}
