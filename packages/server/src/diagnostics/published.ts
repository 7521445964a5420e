import type { NotRecoveredReason } from "@tautline/protocol";
import type { LimitName } from "../limits/limit-catalogue.js";

/** What everything that is published says. */
export interface Diagnosed {
  /** The server that tells it, as in `stats().node`: a process may have several. */
  readonly node: string;
}

/** What is published about a connection. */
export interface ConnectionDiagnostics extends Diagnosed {
  /** The connection's id. */
  readonly connection: string;
  /** The user's id; empty as long as nobody was authenticated. */
  readonly user: string;
  readonly peer: "full" | "plain";
}

/** What is published about a connection that has ended. */
export interface CloseDiagnostics extends ConnectionDiagnostics {
  readonly code: number;
  readonly reason: string;
}

/** What is published about a connection that is refused, before or after it was admitted. */
export interface RefusalDiagnostics extends ConnectionDiagnostics {
  /** A code of the error catalogue. */
  readonly code: string;
}

/** What is published about a slow reader. */
export interface BacklogDiagnostics extends ConnectionDiagnostics {
  /** Bytes that wait for it. */
  readonly bufferedBytes: number;
  /** Whether more waits than `backpressure.highWaterBytes`. */
  readonly isBehind: boolean;
}

/** What is published about a message that begins to be handled. */
export interface MessageDiagnostics extends Diagnosed {
  readonly connection: string;
  readonly user: string;
  readonly type: string;
  readonly room: string | undefined;
  /** The room's pattern in the contract, as `chat/:id`: there are few of them, however many rooms there are. */
  readonly pattern: string | undefined;
  /** The sender's W3C traceparent. */
  readonly trace: string | undefined;
}

/** What is published when a message was answered, or its handler has ended without anybody waiting for the answer. */
export interface SettledDiagnostics {
  /** The very object that `tautline:message` told. */
  readonly message: MessageDiagnostics;
  /** A code of the error catalogue; undefined: it succeeded. */
  readonly code: string | undefined;
}

/** What is published about a message that was refused or failed. */
export interface ErrorDiagnostics extends Diagnosed {
  readonly connection: string;
  /** A code of the error catalogue. */
  readonly code: string;
}

/** What is published about an upgrade that was refused. */
export interface RefusedUpgrade extends Diagnosed {
  readonly status: number;
  readonly reason: string;
}

/** What is published about a limit that was reached. */
export interface LimitDiagnostics extends Diagnosed {
  /** The path of its option, as `limits.connectionsPerUser`. */
  readonly limit: LimitName;
  /** The connection's id, where it was one's doing. */
  readonly connection?: string | undefined;
}

/** What is published about a member that joins, with a position or without. */
export interface RecoveryDiagnostics extends Diagnosed {
  readonly connection: string;
  readonly room: string;
  /** `fresh`: it brought no position. `recovered`: it gets everything since. Otherwise why it cannot. */
  readonly verdict: "fresh" | "recovered" | NotRecoveredReason;
  /** Publications of history that it is given. */
  readonly publications: number;
}

/** What is published when a member is told of a gap while it is there: `$gap`. */
export interface GapDiagnostics extends Diagnosed {
  readonly connection: string;
  readonly room: string;
  readonly reason: NotRecoveredReason;
  /** The first and last offset that it cannot get; undefined where a new life of the room has begun. */
  readonly from: number | undefined;
  readonly to: number | undefined;
}
