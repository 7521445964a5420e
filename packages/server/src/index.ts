export {
  type ConnectionGroup,
  ConnectionPool,
  type ConnectionPoolOptions,
  type PooledConnection,
  type SendOptions,
} from "./connection-pool.js";
export type { HistoryOptions, RoomOptions } from "./room/room-options.js";
export { addressKey } from "./throttler/address-key.js";
export { MessageThrottler, type MessageThrottlerOptions } from "./throttler/message-throttler.js";
export type { RateLimit, RateVerdict } from "./throttler/rate-limit.js";
export { type ThrottleBy, type ThrottleSubject, throttleKey } from "./throttler/throttle-key.js";
