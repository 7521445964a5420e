import type { SideName } from "./sides/side.js";

/** Ours may cost at most so many times what another side does in the same run. */
export interface RatioBound {
  readonly figure: string;
  readonly against: SideName;
  readonly atMost: number;
}

/** The dearest of some figures of ours may cost at most so many times what the cheapest does. */
export interface FlatBound {
  readonly title: string;
  readonly figures: string;
  readonly atMost: number;
}

/** A client may be at most so large, minified, gzip −9. */
export interface SizeBound {
  readonly bundle: string;
  readonly bytes: number;
}

/** Everything that the full mode judges. */
export const bounds: {
  readonly ratios: readonly RatioBound[];
  readonly flat: readonly FlatBound[];
  readonly sizes: readonly SizeBound[];
} = {
  ratios: [
    { figure: "broadcast-1", against: "ws-ready", atMost: 1.1 },
    { figure: "broadcast-4", against: "ws-ready", atMost: 1.1 },
    { figure: "broadcast-32", against: "ws-ready", atMost: 1.2 },
    { figure: "broadcast-1", against: "ws", atMost: 0.65 },
    { figure: "broadcast-4", against: "ws", atMost: 0.25 },
    { figure: "broadcast-32", against: "ws", atMost: 0.1 },
    { figure: "broadcast-1", against: "socket-io", atMost: 0.65 },
    { figure: "broadcast-4", against: "socket-io", atMost: 0.25 },
    { figure: "broadcast-32", against: "socket-io", atMost: 0.1 },
    { figure: "broadcast-1", against: "bun", atMost: 1.15 },
    { figure: "broadcast-4", against: "bun", atMost: 0.9 },
    { figure: "talking-rooms", against: "socket-io", atMost: 0.6 },
    { figure: "compressed-broadcast", against: "ws", atMost: 0.08 },
    { figure: "requests", against: "ws", atMost: 1.25 },
    { figure: "requests", against: "socket-io", atMost: 0.55 },
    { figure: "connects", against: "ws", atMost: 1.3 },
    { figure: "connects", against: "socket-io", atMost: 0.5 },
    { figure: "idle-memory", against: "ws", atMost: 1.6 },
    { figure: "idle-memory", against: "socket-io", atMost: 0.65 },
    { figure: "recovery", against: "ws-ready", atMost: 2 },
  ],
  flat: [
    { title: "cost per delivery, 10 to 10,000 members", figures: "members-", atMost: 1.15 },
    { title: "cost per delivery, 1 to 10,000 rooms", figures: "rooms-", atMost: 1.15 },
  ],
  sizes: [
    { bundle: "ReconnectingWebSocket", bytes: 3 * 1_024 },
    { bundle: "createClient", bytes: 9 * 1_024 },
  ],
};
