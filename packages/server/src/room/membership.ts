import type { RoomConnection } from "./room-connection.js";

/** How far a member has come in its room. */
export type Progress =
  /** Admitted, and not told so yet: nothing may be pushed before its `$joined`. */
  | { readonly kind: "admitted" }
  /** Reads history after `cursor`; what is published meanwhile only raises the room's head. */
  | { readonly kind: "catching-up"; readonly cursor: number }
  /** Gets what is delivered, from the offset after `after` on: up to there it came from history. */
  | { readonly kind: "live"; readonly after: number }
  | { readonly kind: "gone" };

/** What a member is to others, and they to it. */
export interface MemberPresence {
  /** As it was last set. */
  state: unknown;
  /** How often it was begun to tell it who is there: what an earlier join began ends with the next. */
  turn: number;
}

/** One connection in one room. */
export class Membership {
  readonly connection: RoomConnection;
  progress: Progress = { kind: "admitted" };
  /** The life of the room's history that the member's offsets belong to. */
  epoch: string = "";
  /** Undefined: it never set a state, and was never told who is there. */
  #presence: MemberPresence | undefined;
  /** Whether the application was told that it joined. */
  announced: boolean = false;

  constructor(connection: RoomConnection) {
    this.connection = connection;
  }

  /** Its presence, to be changed. */
  get shown(): MemberPresence {
    this.#presence ??= { state: undefined, turn: 0 };
    return this.#presence;
  }

  get isGone(): boolean {
    return this.progress.kind === "gone";
  }
}
