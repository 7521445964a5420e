import type { Envelope } from "./envelope.js";

/** Where a client wants to join, and from where it wants to go on. */
export interface JoinRequest {
  /** The room's name. */
  readonly room: string;
  /** The epoch of the position already reached, for recovery. Comes with `offset`. */
  readonly epoch?: string | undefined;
  /** The offset of the position already reached: the publications after it are asked for. */
  readonly offset?: number | undefined;
  /** How many of the newest publications to get on a join without a position. */
  readonly last?: number | undefined;
  /** The member's presence state in this room. */
  readonly presence?: unknown;
}

/** The first envelope of a full peer: restores everything in one round trip. */
export interface Hello extends Envelope {
  readonly type: "$hello";
  readonly data: {
    /** The secret name of this client instance. */
    readonly client: string;
    /** Grows with each connection of this client; a lower one is refused. */
    readonly attempt: number;
    /** The last attempt whose `$welcome` has reached the client; absent: none has. */
    readonly welcomed?: number | undefined;
    /** Who the client was before, so that a change of user is noticed. */
    readonly user?: string | undefined;
    /** What `authenticate` is given. */
    readonly token?: string | undefined;
    /** The rooms it wants to be in. Those that do not fit follow as `$join`s. */
    readonly rooms: readonly JoinRequest[];
  };
}

/** Wants to be in a room, from now on or from a position. Answered by `$joined` or `$error`. */
export interface Join extends Envelope {
  readonly type: "$join";
  readonly data: JoinRequest;
}

/** Wants to be in a room no longer. */
export interface Leave extends Envelope {
  readonly type: "$leave";
  readonly data: { readonly room: string };
}

/** A member's own presence state has changed. */
export interface PresenceUpdate extends Envelope {
  readonly type: "$presence";
  readonly data: { readonly room: string; readonly state: unknown };
}

/** The answer to message `id` is no longer wanted. Best effort. */
export interface Cancel extends Envelope {
  readonly type: "$cancel";
  readonly data: { readonly id: number };
}

/** New credentials for the live connection. May not change the user. */
export interface Token extends Envelope {
  readonly type: "$token";
  readonly data: { readonly token: string };
}

/** "Are you there?" and "Yes". `ping` is answered by `pong` at once. */
export interface Heartbeat extends Envelope {
  readonly type: "ping" | "pong";
}

/** A message of the application: with `room` to a room, with `id` to be answered. */
export interface ClientMessage extends Envelope {
  readonly type: string;
}

/** What travels from a client to a server. */
export type ClientEnvelope =
  | Hello
  | Join
  | Leave
  | PresenceUpdate
  | Cancel
  | Token
  | Heartbeat
  | ClientMessage;
