import type { CloseReason } from "./retry-policy.js";

/** What every event of a `ReconnectingWebSocket` carries. */
export interface SocketEvent {
  readonly type: string;
  /** The `ReconnectingWebSocket`. */
  readonly target: unknown;
}

/** A message arrived. */
export interface SocketMessageEvent extends SocketEvent {
  /** A string, or bytes as `binaryType` says. */
  readonly data: unknown;
}

/**
 * Something is lost or over: the final end was not clean (`close` follows), waiting messages were dropped (code
 * `DROPPED`), a listener threw. Failed attempts that will be repeated are no errors: see `retry`.
 */
export interface SocketErrorEvent extends SocketEvent {
  /** Undefined only on a browser's own events. */
  readonly error?: unknown;
  readonly message?: string | undefined;
}

/** An open connection ended, or the last attempt did. */
export interface SocketCloseEvent extends SocketEvent {
  readonly code: number;
  readonly reason: string;
  readonly wasClean: boolean;
  /** What was known about why: in Node, the error of the socket. */
  readonly error?: unknown;
  /** False: this was the end. True: `open` will follow, or another `close`. */
  readonly willReconnect?: boolean | undefined;
}

/** A wait for the next attempt began. */
export interface SocketRetryEvent extends SocketEvent {
  /** Attempts already made in this run: 0 before the first. */
  readonly attempt: number;
  /** The next attempt is made in this many milliseconds, or earlier when the network comes back. */
  readonly delayMs: number;
  /** What ended. */
  readonly reason: CloseReason;
}

/** Events by name. All but `retry` are those of `WebSocket`. */
export interface ReconnectingWebSocketEvents {
  open: SocketEvent;
  message: SocketMessageEvent;
  error: SocketErrorEvent;
  close: SocketCloseEvent;
  retry: SocketRetryEvent;
}

/** An event without what the runtime adds to it. */
export type Fields<Type extends keyof ReconnectingWebSocketEvents> = Omit<
  ReconnectingWebSocketEvents[Type],
  keyof SocketEvent
>;

/** The value of an `on…` property. */
export type Handler<Type extends keyof ReconnectingWebSocketEvents> =
  | ((event: ReconnectingWebSocketEvents[Type]) => unknown)
  | null;
