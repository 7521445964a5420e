import type { Dialect } from "../load/dialect.js";

/** How a side's server is started. */
export interface ServerSettings {
  /** Compresses messages without context takeover. */
  readonly compression: boolean;
}

/** A server that is measured, in the process in which it runs. */
export interface ServerUnderTest {
  readonly port: number;
  /** Publishes in a room, where nobody needs to be. Gives the place of the last. */
  publish?(order: PublishOrder): Promise<{ readonly epoch: string; readonly offset: number }>;
  close(): Promise<void>;
}

export interface PublishOrder {
  readonly room: string;
  readonly count: number;
  /** Of each frame. */
  readonly bytes: number;
}

export type StartServer = (settings: ServerSettings) => Promise<ServerUnderTest>;

/** The names of the sides. */
export type SideName = "tautline" | "ws-ready" | "ws" | "socket-io" | "bun";

/** A side, as the load sees it. */
export interface Side {
  readonly name: SideName;
  /** For tables. */
  readonly title: string;
  /** For pictures: at most 20 letters. */
  readonly label: string;
  readonly dialect: Dialect;
  /** The program that runs its server. */
  readonly runtime: "node" | "bun";
}
