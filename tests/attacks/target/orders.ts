import type { ServerOptions, ServerStats, UserIdentity } from "@tautline/server";
import type { contract } from "./contract.js";

type Options = ServerOptions<typeof contract, UserIdentity>;

/** What of a server's options a scene may set: numbers and words, which cross from one process to another. */
export type TargetOptions = Pick<
  Options,
  | "rooms"
  | "rateLimit"
  | "origins"
  | "publicOrigin"
  | "trustProxy"
  | "heartbeat"
  | "limits"
  | "backpressure"
  | "deadlines"
  | "answers"
  | "compression"
  | "plain"
  | "logRate"
> & { readonly msgpack?: boolean };

/** One server at its own path of a shared HTTP server. */
export interface Mount {
  readonly path: string;
  readonly options: TargetOptions;
}

/** What the process of the target is asked to do. */
export interface Orders {
  /** Starts a server, which is the one that the other orders are about. */
  serve(options: TargetOptions): { readonly port: number };
  /** Starts several on one HTTP server; the others orders are about the first. */
  mount(mounts: readonly Mount[]): { readonly port: number };
  /** What is known of the current server, and of the process. */
  report(): Report;
  /** Bytes in use after the garbage was collected. */
  memory(): { readonly heapBytes: number; readonly residentBytes: number };
  /** Lets go of whatever was held: handlers, credentials, permissions. */
  release(): null;
  /** Takes a right away from a user, and sends it away or asks anew for its rooms. */
  revoke(order: { readonly user: string; readonly by: "disconnect" | "reauthorize" }): null;
  /** Publishes in a room so many times. */
  publish(order: { readonly room: string; readonly times: number; readonly bytes: number }): null;
  /** Closes the server. */
  close(): null;
}

export type OrderName = keyof Orders;

/** One order, or its answer, on its way. */
export interface Asked {
  readonly number: number;
  readonly order: OrderName;
  readonly given: unknown;
}

export interface Answered {
  readonly number: number;
  readonly result?: unknown;
  readonly failure?: string;
}

export interface Report {
  readonly stats: ServerStats;
  /** How often each thing happened: limits, totals, and what was published to diagnostics channels. */
  readonly counts: Readonly<Record<string, number>>;
  /** How often each handler ran. */
  readonly handled: Readonly<Record<string, number>>;
  /** Where a canary was found in a record or in what was published. */
  readonly leaks: readonly string[];
  /** Characters of the longest record. */
  readonly longestRecord: number;
  /** Records of the log. */
  readonly records: number;
  /** What was thrown or rejected where nobody caught it. */
  readonly uncaught: readonly string[];
  /** Timers of the process. */
  readonly timers: number;
}
