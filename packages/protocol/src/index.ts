export { bytes, hasBytes, isBytes, mayHoldBytes, reviveBytes, stringify, withBytes } from "./bytes.js";
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
export { bytesAtMost, type Codec } from "./codec.js";
export {
  type ContractDefinition,
  type ContractTools,
  defineContract,
  type EventDefinition,
  type MessageDefinition,
  type RoomDefinition,
  toolsOf,
} from "./contract.js";
export type { Check } from "./contract-check.js";
export { reservedEvents } from "./contract-rules.js";
export type {
  ClientEventName,
  DataInputOf,
  DataOf,
  ErrorInputOf,
  ErrorName,
  EventDefinitionOf,
  EventInputOf,
  EventName,
  EventOf,
  InputOf,
  MessageName,
  MessageOf,
  OutputOf,
  PresenceInputOf,
  PresenceOf,
  ReplyInputOf,
  ReplyOf,
  RequestName,
  RoomNamed,
  RoomOf,
  RoomPattern,
  Scope,
} from "./contract-types.js";
export { type Envelope, type From, isReservedType } from "./envelope.js";
export { checkEnvelope } from "./envelope-check.js";
export { type ErrorCode, type ErrorCodeEntry, errorCatalogue, isWireCode } from "./error-code.js";
export { deserialize, jsonCodec, serialize } from "./json-codec.js";
export { cutToBytes, fitsBytes, limits, utf8Length } from "./limits.js";
export { type Position, type Step, stepTo } from "./position.js";
export { failure, type MaybePromise, type Result, success } from "./result.js";
export { isRoomShaped } from "./room-name.js";
export {
  type NameOf,
  type ParamsOf,
  type PatternOf,
  type RoomMatch,
  RoomPatterns,
  roomName,
} from "./room-pattern.js";
export type {
  Clock,
  CloseEventLike,
  Frame,
  FrameBatch,
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
export { type Schema, unchecked, validate } from "./validate.js";
export { fromWire, toWire } from "./wire-error.js";
