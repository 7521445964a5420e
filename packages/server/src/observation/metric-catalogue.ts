import type { ServerStats } from "../stats.js";

/** A figure, or one for each value of a label. */
export type Reading = number | Readonly<Record<string, number>>;

/** What is told of a server's figures, whoever collects them. */
export interface Metric {
  /** `gauge`: how things stand. `counter`: what has happened since the server was made. */
  readonly kind: "gauge" | "counter";
  readonly help: string;
  /** What parts a counter into several: the name of a label. */
  readonly label?: string | undefined;
  read(stats: ServerStats): Reading;
}

const gauge = (help: string, read: (stats: ServerStats) => number): Metric => ({ kind: "gauge", help, read });

const counter = (help: string, read: (totals: ServerStats["totals"]) => number): Metric => ({
  kind: "counter",
  help,
  read: ({ totals }) => read(totals),
});

/** Every figure, by its name: `connections` is `tautline_connections` to Prometheus and `tautline.connections` to OpenTelemetry. */
export const metricCatalogue: { readonly [name: string]: Metric } = {
  connections: gauge("Admitted connections", ({ connections }) => connections),
  connections_pending: gauge("Connections that were not admitted yet", ({ pending }) => pending),
  users: gauge("Users with connections", ({ users }) => users),
  rooms: gauge("Rooms with members on this node", ({ rooms }) => rooms),
  memberships: gauge("Members of rooms on this node", ({ memberships }) => memberships),
  memberships_catching_up: gauge("Members that still read history", ({ catchingUp }) => catchingUp),
  connections_lagging: gauge("Connections whose reader is behind", ({ lagging }) => lagging),
  send_queue_bytes: gauge("Bytes that wait for all readers", ({ bufferedBytes }) => bufferedBytes),
  messages_handling: gauge("Messages that are being handled", ({ handling }) => handling),
  records: gauge("Records of what became of clients' messages", ({ records }) => records),
  broker_degraded: gauge("1 while the broker fails", ({ degraded }) => (degraded ? 1 : 0)),
  connections_accepted: counter("Connections that were admitted", ({ accepted }) => accepted),
  connections_refused: counter("Connections that were refused", ({ refused }) => refused),
  messages_received: counter("Messages from peers", ({ messagesReceived }) => messagesReceived),
  received_bytes: counter("Bytes of messages from peers", ({ bytesReceived }) => bytesReceived),
  frames_sent: counter("Frames to peers", ({ framesSent }) => framesSent),
  sent_bytes: counter("Bytes of frames to peers", ({ bytesSent }) => bytesSent),
  errors_sent: counter("Errors to peers", ({ errorsSent }) => errorsSent),
  messages_rate_limited: counter("Messages over a rate", ({ rateLimited }) => rateLimited),
  repeats_answered: counter(
    "Repeated messages that got the first one's answer",
    (totals) => totals.repeatsAnswered,
  ),
  outcomes_unknown: counter(
    "Messages answered with OUTCOME_UNKNOWN",
    ({ outcomesUnknown }) => outcomesUnknown,
  ),
  heartbeats_missed: counter("Connections given up as dead", ({ heartbeatsMissed }) => heartbeatsMissed),
  readers_too_slow: counter("Connections closed with 4410", ({ tooSlow }) => tooSlow),
  readers_lagged: counter("Times that a member fell behind a room", ({ lagged }) => lagged),
  recoveries: counter("Joins from whose position everything followed", ({ recovered }) => recovered),
  gaps: {
    kind: "counter",
    help: "Times that a member was told of a gap, by reason",
    label: "reason",
    read: ({ totals }) => totals.gaps,
  },
  limits_reached: {
    kind: "counter",
    help: "Times that a limit was reached, by the path of its option",
    label: "limit",
    read: ({ totals }) => totals.limits,
  },
  broker_messages_ignored: counter(
    "What came over the broker and was not understood",
    ({ brokerMessagesIgnored }) => brokerMessagesIgnored,
  ),
};

/** How long messages were handled: measured only while somebody collects it. */
export const durationMetric = {
  name: "message_duration",
  help: "Time from the start of a message's handler to its answer, in seconds, by message and outcome",
  /** Upper bounds of the buckets, in seconds. */
  buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
} as const;
