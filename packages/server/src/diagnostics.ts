import { type Channel, channel } from "node:diagnostics_channel";

/** What is published about a connection. */
export interface ConnectionDiagnostics {
  /** The connection's id. */
  readonly connection: string;
  /** The user's id. */
  readonly user: string;
  readonly peer: "full" | "plain";
  /** With `close`. */
  readonly code?: number | undefined;
  readonly reason?: string | undefined;
  /** With `too-slow`. */
  readonly bufferedBytes?: number | undefined;
}

/** What is published about a message. */
export interface MessageDiagnostics {
  readonly connection: string;
  readonly type: string;
  readonly room: string | undefined;
}

/** What is published about a message that was refused or failed. */
export interface ErrorDiagnostics {
  readonly connection: string;
  /** A code of the error catalogue. */
  readonly code: string;
}

/** What is published about an upgrade that was refused. */
export interface RefusedUpgrade {
  readonly status: number;
  readonly reason: string;
}

/** What can be subscribed to. */
type ChannelName = "open" | "close" | "too-slow" | "message" | "error" | "refused";

/**
 * The server's channels of [`node:diagnostics_channel`](https://nodejs.org/api/diagnostics_channel.html). Without a
 * subscriber they cost one look at a flag.
 */
const channels: Readonly<Record<ChannelName, Channel>> = {
  /** A peer was admitted: {@link ConnectionDiagnostics}. */
  open: channel("tautline:connection:open"),
  /** An admitted peer has gone: {@link ConnectionDiagnostics} with `code` and `reason`. */
  close: channel("tautline:connection:close"),
  /** A connection is given up because its reader is too slow: {@link ConnectionDiagnostics} with `bufferedBytes`. */
  "too-slow": channel("tautline:connection:too-slow"),
  /** A message is about to be handled: {@link MessageDiagnostics}. */
  message: channel("tautline:message"),
  /** An `$error` is sent: {@link ErrorDiagnostics}. */
  error: channel("tautline:error"),
  /** An upgrade was refused over HTTP: {@link RefusedUpgrade}. */
  refused: channel("tautline:upgrade:refused"),
};

export function publishConnection(name: "open" | "close" | "too-slow", detail: ConnectionDiagnostics): void {
  if (channels[name].hasSubscribers) channels[name].publish(detail);
}

export function publishMessage(connection: string, type: string, room: string | undefined): void {
  if (!channels.message.hasSubscribers) return;
  channels.message.publish({ connection, type, room } satisfies MessageDiagnostics);
}

export function publishError(connection: string, code: string): void {
  if (!channels.error.hasSubscribers) return;
  channels.error.publish({ connection, code } satisfies ErrorDiagnostics);
}

export function publishRefusedUpgrade(status: number, reason: string): void {
  if (!channels.refused.hasSubscribers) return;
  channels.refused.publish({ status, reason } satisfies RefusedUpgrade);
}
