import type { Heartbeat } from "./client-envelope.js";
import type { Envelope, From } from "./envelope.js";
import type { WireError } from "./tautline-error.js";

/** Why a room could not be recovered from the position that was asked for. */
export type NotRecoveredReason = "new-epoch" | "trimmed" | "too-many" | "no-history";

/** How a join ended. Rooms without history have neither epoch nor offset nor head. */
export interface JoinResult {
  /** The room's name. */
  readonly room: string;
  /** Names the present life of the room's history. */
  readonly epoch?: string | undefined;
  /** Where the client's position now stands: the publications after it follow. */
  readonly offset?: number | undefined;
  /** The newest offset of the room. */
  readonly head?: number | undefined;
  /** Whether everything since the position that was asked for follows. */
  readonly recovered: boolean;
  /** Why it was not recovered, where a position was asked for. */
  readonly reason?: NotRecoveredReason | undefined;
}

/** A room of `$hello` that could not be joined. */
export interface JoinRefusal {
  /** The room's name. */
  readonly room: string;
  /** Why. */
  readonly error: WireError;
}

/** What the server allows, in bytes and counts. */
export interface PeerLimits {
  /** The largest message to the server. */
  readonly messageBytes: number;
  /** The most rooms of one connection. */
  readonly rooms: number;
  /** The most messages with an id that may wait for their answers. */
  readonly unanswered: number;
}

/** The first envelope to a full peer. */
export interface Welcome extends Envelope {
  readonly type: "$welcome";
  readonly data: {
    /** Names this connection, in logs. */
    readonly connection: string;
    /** The id of the user that the client was taken for. */
    readonly user: string;
    /** The client's public name in rooms. */
    readonly member: string;
    /** Whether the server still has the complete record of this client's messages. */
    readonly resumed: boolean;
    /** Silence longer than this and the grace means that the peer is gone. */
    readonly heartbeatMs: number;
    /** What the server allows. */
    readonly limits: PeerLimits;
    /** What became of each room of `$hello`, in its order. */
    readonly rooms: readonly (JoinResult | JoinRefusal)[];
  };
}

/** The client is in a room now. What it missed follows, then what is new. */
export interface Joined extends Envelope {
  readonly type: "$joined";
  readonly data: JoinResult;
}

/** The server took the client out of a room. */
export interface Left extends Envelope {
  readonly type: "$left";
  readonly data: { readonly room: string; readonly error?: WireError | undefined };
}

/** One member as others see it. */
export interface PresenceMember {
  /** The user's id. */
  readonly user: string;
  /** The public name of the client instance. */
  readonly member: string;
  /** What it tells about itself, as the contract says. */
  readonly state?: unknown;
}

/**
 * Who is in a room. A snapshot comes in pages: `snapshot` counts down to 0 pages left. Changes follow with `version` + 1
 * each; a hole in the versions asks for a new snapshot.
 */
export interface Presence extends Envelope {
  readonly type: "$presence";
  readonly data: {
    readonly room: string;
    /** Grows by one a change, for each connection and room. */
    readonly version: number;
    /** Present on a page of a snapshot: how many pages follow. `joined` holds its members. */
    readonly snapshot?: number | undefined;
    readonly joined?: readonly PresenceMember[] | undefined;
    /** The public names of those who left. */
    readonly left?: readonly string[] | undefined;
    readonly updated?: readonly PresenceMember[] | undefined;
    /** How many there are, in place of everything else, where they are too many to be named. A snapshot of its own. */
    readonly count?: number | undefined;
  };
}

/** Something that cannot be recovered. The room goes on after (epoch, offset), which replaces the position. */
export interface Gap extends Envelope {
  readonly type: "$gap";
  readonly data: {
    readonly room: string;
    readonly reason: NotRecoveredReason;
    readonly epoch: string;
    readonly offset: number;
    /** The first offset that is missing, where it is of the same epoch. */
    readonly from?: number | undefined;
    /** The last offset that is missing. */
    readonly to?: number | undefined;
  };
}

/** The credentials of this connection end soon. */
export interface TokenExpiry extends Envelope {
  readonly type: "$token";
  readonly data: { readonly expiresInMs: number };
}

/** Come back at a random moment within the span. */
export interface Reconnect extends Envelope {
  readonly type: "$reconnect";
  readonly data: { readonly withinMs: number };
}

/** Message `id` was taken. */
export interface Ack extends Envelope {
  readonly type: "$ack";
  readonly id: number;
}

/** The answer to message `id`. */
export interface Reply extends Envelope {
  readonly type: "$reply";
  readonly id: number;
}

/** Message `id`, or something without an id, was refused or failed. */
export interface ErrorEnvelope extends Envelope {
  readonly type: "$error";
  /** The type of the message, where that has no id. */
  readonly data?: { readonly type: string } | undefined;
  readonly error: WireError;
}

/** An event of the application, to one connection, one user or everyone. */
export interface ServerEvent extends Envelope {
  readonly type: string;
}

/** One publication in a room; kept ones carry an offset. */
export interface Publication extends Envelope {
  readonly room: string;
  readonly from?: From | undefined;
}

/** What travels from a server to a client. */
export type ServerEnvelope =
  | Welcome
  | Joined
  | Left
  | Presence
  | Gap
  | TokenExpiry
  | Reconnect
  | Ack
  | Reply
  | ErrorEnvelope
  | Heartbeat
  | ServerEvent
  | Publication;
