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

/**
 * What must be done about it:
 *
 * - `ask`: ask the server to be let in, where there is a connection; the next hello asks otherwise;
 * - `ask-later`: the same after a while;
 * - `tell-leave`: tell the server, and forget everything of the room;
 * - `admit`: tell the joins and messages that wait for the room;
 * - `reject`: tell them that they wait in vain.
 */
export type RoomEffect = "ask" | "ask-later" | "tell-leave" | "admit" | "reject";

/** What comes after an event, and what is to be done. */
export interface RoomStep {
  readonly state: RoomState;
  readonly effect?: RoomEffect;
}

/** The whole life of a membership. Events that mean nothing in a state leave it as it is. */
export function transition(state: RoomState, event: RoomEvent): RoomStep {
  const isIn = state.kind !== "left";
  const isJoined = state.kind === "joined";
  switch (event.kind) {
    case "want":
      if (!isIn) return { state: { kind: "joining" }, effect: "ask" };
      break;
    case "leave":
      if (isIn) return { state: { kind: "left" }, effect: "tell-leave" };
      break;
    case "joined":
      // The answer to a join that was taken back meanwhile.
      if (!isIn && event.asked) return { state, effect: "tell-leave" };
      return { state: isJoined ? state : { kind: "joined" }, effect: "admit" };
    case "put-off":
      if (isIn) return { state: isJoined ? { kind: "joining" } : state, effect: "ask-later" };
      break;
    case "refused":
      if (isIn) return { state: { kind: "left", error: event.error }, effect: "reject" };
      break;
    case "hole":
      if (isJoined) return { state: { kind: "joining" }, effect: "ask" };
      break;
    case "suspend":
      if (isJoined) return { state: { kind: "joining" } };
  }
  return { state };
}
