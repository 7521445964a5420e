import type { PublishOrder, ServerSettings, Side } from "./sides/side.js";

/** A server under test, as a workload sees it. */
export interface Target {
  readonly side: Side;
  readonly port: number;
  /** CPU time of its process so far, in microseconds. */
  cpuMicros(): Promise<number>;
  /** Resident memory of its process without garbage, in bytes. */
  residentBytes(): Promise<number>;
  /** Has it publish, from within. Gives the place of the last. */
  publish(order: PublishOrder): Promise<{ readonly epoch: string; readonly offset: number }>;
  close(): Promise<void>;
}

/** Starts the server of a side. */
export type StartTarget = (side: Side, settings: ServerSettings) => Promise<Target>;
