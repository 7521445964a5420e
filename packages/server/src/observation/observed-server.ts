import type { ServerStats } from "../stats.js";

/** A server, as far as its figures go: what `createServer` makes. */
export interface ObservedServer {
  stats(): ServerStats;
}
