import { type LimitTotals, noLimitTotals } from "./limits/limit-catalogue.js";
import { noRecoveryTotals, type RecoveryTotals } from "./room/recovery-totals.js";

/** Figures of one moment. Totals count since the server was made. */
export interface ServerStats {
  /** Names this server among those that share a broker, and in what it publishes to diagnostics channels. */
  readonly node: string;
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
  /** Bytes that wait for all readers. */
  readonly bufferedBytes: number;
  /** Messages that are being handled, also those whose connection has gone. */
  readonly handling: number;
  /** Records of what became of clients' messages; 0 where the broker keeps them elsewhere. */
  readonly records: number;
  /** Whether the broker fails, or has failed within the last seconds: then nothing can be published or joined. */
  readonly degraded: boolean;
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
  /** Repeated messages that got the answer of the first. */
  repeatsAnswered: number;
  /** Messages answered with `OUTCOME_UNKNOWN`. */
  outcomesUnknown: number;
  heartbeatsMissed: number;
  /** Closed with 4410. */
  tooSlow: number;
  /** Came over the broker from no node that this one understands (a newer version, a stranger), and was left out. */
  brokerMessagesIgnored: number;
  /** How often each limit was reached, by the path of its option. */
  readonly limits: LimitTotals;
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
    repeatsAnswered: 0,
    outcomesUnknown: 0,
    heartbeatsMissed: 0,
    tooSlow: 0,
    brokerMessagesIgnored: 0,
    limits: noLimitTotals(),
  };
}
