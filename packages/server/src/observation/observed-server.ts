import type { ServerStats } from "../stats.js";

/** A server, as far as its figures go: what `createServer` makes. */
export interface ObservedServer {
  /** Its figures of this moment. */
  stats(): ServerStats;
}
