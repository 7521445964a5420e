import { noRecoveryTotals, type RecoveryTotals } from "./room/recovery-totals.js";

/** Figures of one moment. Totals count since the server was made. */
export interface ServerStats {
  readonly connections: number;
  /** Connections that were not admitted yet. */
  readonly pending: number;
  readonly users: number;
  /** Rooms with members on this node. */
  readonly rooms: number;
  readonly memberships: number;
  /** Memberships that still read history: they were away, or read too slowly. */
  readonly catchingUp: number;
  /** Connections for which more than the high-water mark waits. */
  readonly lagging: number;
  /** Messages that are being handled. */
  readonly handling: number;
  readonly totals: Readonly<Totals>;
}

/** What is counted. */
export interface Totals extends RecoveryTotals {
  accepted: number;
  refused: number;
  messagesReceived: number;
  bytesReceived: number;
  framesSent: number;
  bytesSent: number;
  errorsSent: number;
  rateLimited: number;
  heartbeatsMissed: number;
  /** Closed with 4410. */
  tooSlow: number;
  /** Came over the broker from no node that this one understands: a newer version, or a stranger. */
  nodeMessagesIgnored: number;
}

/** Nothing counted yet. */
export function noTotals(): Totals {
  return {
    ...noRecoveryTotals(),
    accepted: 0,
    refused: 0,
    messagesReceived: 0,
    bytesReceived: 0,
    framesSent: 0,
    bytesSent: 0,
    errorsSent: 0,
    rateLimited: 0,
    heartbeatsMissed: 0,
    tooSlow: 0,
    nodeMessagesIgnored: 0,
  };
}
