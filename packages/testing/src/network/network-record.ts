import type { Packet } from "./packet.js";

/** Which way of a connection a fault concerns. */
export type Direction = "toServer" | "toClient";

/** One thing that passed, or happened to a connection. The same seed gives the same records. */
export interface NetworkRecord {
  /** Milliseconds on the clock's monotonic scale. */
  readonly at: number;
  readonly link: number;
  /** Where it arrived, or what was done to the connection. */
  readonly to: "server" | "client" | "both";
  /** What arrived (`message`, `close`, …), or the fault (`cut`, `stall`, …). */
  readonly what: Packet["kind"] | "reset" | "cut" | "stall" | "resume" | "half-open" | "idle";
  /** What a message said. */
  readonly data?: string | Uint8Array | undefined;
}
