/** One line of the server's diary. Never holds a token, a client id or a query string. */
export interface LogRecord {
  readonly level: "debug" | "info" | "warn" | "error";
  /** What happened, as `connection.open`. */
  readonly event: string;
  /** The connection's id. */
  readonly connection?: string | undefined;
  /** The user's id. */
  readonly user?: string | undefined;
  readonly [detail: string]: unknown;
}

/** Takes the server's records. What it throws is ignored. */
export type Log = (record: LogRecord) => void;
