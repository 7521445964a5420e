export type { Client, ClientEvents } from "./client-types.js";
export { defaultClock } from "./clock.js";
export type { ClientState } from "./connection/state.js";
export { createClient } from "./create-client.js";
export type { AbortSignalLike, Listener, ListenOptions, RuntimeSignal } from "./emitter.js";
export type { ClientOptions, LogRecord, OutboxOptions, OutboxPolicy } from "./options.js";
export type { Persistence } from "./persistence.js";
export { defaultRandom } from "./platform.js";
export { type BackoffOptions, backoff } from "./reconnecting-websocket/backoff.js";
export {
  type BrowserScope,
  browserNetwork,
  type Network,
  type NetworkChange,
} from "./reconnecting-websocket/network.js";
export type {
  ProtocolsProvider,
  Provider,
  ReconnectingWebSocketOptions,
  UrlLike,
  UrlProvider,
} from "./reconnecting-websocket/options.js";
export { ReconnectingWebSocket } from "./reconnecting-websocket/reconnecting-websocket.js";
export {
  type CloseReason,
  defaultRetryPolicy,
  type RetryContext,
  type RetryPolicy,
} from "./reconnecting-websocket/retry-policy.js";
export type { BlobLike, QueueOptions, SendResult, SocketData } from "./reconnecting-websocket/send-queue.js";
export type { SocketListenOptions } from "./reconnecting-websocket/socket-event-target.js";
export type {
  ReconnectingWebSocketEvents,
  SocketCloseEvent,
  SocketErrorEvent,
  SocketEvent,
  SocketMessageEvent,
  SocketRetryEvent,
} from "./reconnecting-websocket/socket-events.js";
export type { GapEvent, JoinVerdict } from "./room/recovery.js";
export type { RoomState } from "./room/state.js";
export type {
  DataArgs,
  EventMessage,
  JoinOptions,
  LoadFrom,
  Member,
  Membership,
  PendingMessage,
  PublicationMessage,
  Room,
  RoomEvents,
  SendOptions,
  StreamOptions,
} from "./types.js";
