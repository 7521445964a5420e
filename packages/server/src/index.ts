export type {
  Action,
  Authorize,
  AuthorizeInput,
  JoinAction,
  MessageAction,
  PublishAction,
  RoomMessageAction,
} from "./actions.js";
export type { SendResult } from "./connection/outbound.js";
export {
  type ConnectionGroup,
  ConnectionPool,
  type ConnectionPoolOptions,
  type PooledConnection,
  type SendOptions,
} from "./connection-pool.js";
export { createServer } from "./create-server.js";
export type { ChannelName, Published } from "./diagnostics/channels.js";
export type {
  BacklogDiagnostics,
  CloseDiagnostics,
  ConnectionDiagnostics,
  Diagnosed,
  ErrorDiagnostics,
  GapDiagnostics,
  LimitDiagnostics,
  MessageDiagnostics,
  RecoveryDiagnostics,
  RefusalDiagnostics,
  RefusedUpgrade,
  SettledDiagnostics,
} from "./diagnostics/published.js";
export { type Expiring, withExpiry } from "./expiring.js";
export type { ServerEvents } from "./hooks.js";
export { type LimitName, type LimitTotals, limitCatalogue } from "./limits/limit-catalogue.js";
export type { Log, LogRecord } from "./log.js";
export type {
  AnswersOptions,
  BackpressureOptions,
  CompressionOptions,
  DeadlineOptions,
  HeartbeatOptions,
  LimitOptions,
  LogRateOptions,
  PlainPeerOptions,
  RateLimitOptions,
  RoomsOptions,
  ServerOptions,
} from "./options.js";
export { type NoRejection, type NotRejected, Rejection, reject } from "./reject.js";
export type { ConflateOptions } from "./room/conflation.js";
export type { RecoveryTotals } from "./room/recovery-totals.js";
export type {
  HistoryOptions,
  OnJoinOptions,
  PresenceOptions,
  RoomOptions,
  UserOptions,
} from "./room/room-options.js";
export type {
  Connection,
  EventArguments,
  ExceptOptions,
  Handler,
  HandlerResult,
  MemberHookContext,
  MessageContext,
  PublishArguments,
  Room,
  RoomHandler,
  RoomHookContext,
  RoomHooks,
  RoomMessageContext,
  Server,
  UserHandle,
} from "./server-types.js";
export type { ServerStats, Totals } from "./stats.js";
export { addressKey } from "./throttler/address-key.js";
export { MessageThrottler, type MessageThrottlerOptions } from "./throttler/message-throttler.js";
export type { RateLimit, RateVerdict } from "./throttler/rate-limit.js";
export { type ThrottleBy, type ThrottleSubject, throttleKey } from "./throttler/throttle-key.js";
export type { Listening, ListenOptions } from "./transport/listening.js";
export type { TrustProxy } from "./transport/trust-proxy.js";
export {
  type Authenticate,
  type AuthenticateInput,
  allowAll,
  type ConnectionRequest,
  guests,
  type UserIdentity,
} from "./user.js";
