export type {
  Cancel,
  ClientEnvelope,
  ClientMessage,
  Heartbeat,
  Hello,
  Join,
  JoinRequest,
  Leave,
  PresenceUpdate,
  Token,
} from "./client-envelope.js";
export { type CloseCode, closeCodes, isRetryable } from "./close-code.js";
export { type Envelope, type From, isReservedType } from "./envelope.js";
export { type ErrorCode, type ErrorCodeEntry, errorCatalogue } from "./error-code.js";
export { cutToBytes, limits, utf8Length } from "./limits.js";
export { type Position, type Step, stepTo } from "./position.js";
export type {
  Clock,
  CloseEventLike,
  Frame,
  MessageEventLike,
  Random,
  TimerHandle,
  Transport,
  TransportEvents,
  WebSocketConstructor,
  WebSocketLike,
} from "./runtime.js";
export type {
  Ack,
  ErrorEnvelope,
  Gap,
  Joined,
  JoinRefusal,
  JoinResult,
  Left,
  NotRecoveredReason,
  PeerLimits,
  Presence,
  PresenceMember,
  Publication,
  Reconnect,
  Reply,
  ServerEnvelope,
  ServerEvent,
  TokenExpiry,
  Welcome,
} from "./server-envelope.js";
export {
  type ErrorDetails,
  type Issue,
  invalidOption,
  quote,
  TautlineError,
  type WireError,
} from "./tautline-error.js";
