import type { Heartbeat } from "./client-envelope.js";
import type { Envelope, From } from "./envelope.js";
import type { WireError } from "./tautline-error.js";

/** Why a room could not be recovered from the position that was asked for. */
export type NotRecoveredReason = "new-epoch" | "trimmed" | "too-many" | "no-history";

/** How a join ended. Rooms without history have neither epoch nor offset nor head. */
export interface JoinResult {
  readonly room: string;
  readonly epoch?: string | undefined;
  /** Where the client's position now stands: the publications after it follow. */
  readonly offset?: number | undefined;
  /** The newest offset of the room. */
  readonly head?: number | undefined;
  readonly recovered: boolean;
  readonly reason?: NotRecoveredReason | undefined;
}

/** A room of `$hello` that could not be joined. */
export interface JoinRefusal {
  readonly room: string;
  readonly error: WireError;
}

/** What the server allows, in bytes and counts. */
export interface PeerLimits {
  readonly messageBytes: number;
  readonly rooms: number;
  readonly unanswered: number;
}

/** The first envelope to a full peer. */
export interface Welcome extends Envelope {
  readonly type: "$welcome";
  readonly data: {
    readonly connection: string;
    readonly user: string;
    readonly member: string;
    /** Whether the server still has the complete record of this client's messages. */
    readonly resumed: boolean;
    /** Silence longer than this and the grace means that the peer is gone. */
    readonly heartbeatMs: number;
    readonly limits: PeerLimits;
    readonly rooms: readonly (JoinResult | JoinRefusal)[];
  };
}

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
  readonly user: string;
  readonly member: string;
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
    readonly version: number;
    /** Present on a page of a snapshot: how many pages follow. `joined` holds its members. */
    readonly snapshot?: number | undefined;
    readonly joined?: readonly PresenceMember[] | undefined;
    readonly left?: readonly string[] | undefined;
    readonly updated?: readonly PresenceMember[] | undefined;
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
    readonly from?: number | undefined;
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
