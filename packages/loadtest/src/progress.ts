import type { Percentiles } from "./latency-histogram.js";

/** What a test is doing: its users connect, its messages are sent, the last answers are awaited. */
export type Phase = "connecting" | "working" | "settling";

/** How far a test has come. */
export interface Progress {
  readonly phase: Phase;
  /** Since the test began. */
  readonly elapsedMs: number;
  /** Users that are ready, and users in all. */
  readonly connected: number;
  readonly connections: number;
  /** Sockets that are open now. */
  readonly open: number;
  /** Messages that were sent, and messages in all. */
  readonly sent: number;
  readonly messages: number;
  /** In the last second. */
  readonly sentPerSecond: number;
  /** Answers or deliveries in the last second. */
  readonly receivedPerSecond: number;
  readonly errors: number;
  /** Of the last second in which there were any. */
  readonly latency: Percentiles | undefined;
}
