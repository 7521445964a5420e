export type {
  Appended,
  AppendOptions,
  Broker,
  Delivery,
  Payload,
  Subscriber,
  Subscription,
  UnkeptMessage,
} from "./broker.js";
export type { ClaimRequest, ClaimResult, Claims, OpenResult } from "./claims.js";
export {
  type History,
  type HistoryPage,
  historyPage,
  type KeptPublication,
  type ReadRange,
  type Retention,
  type StreamState,
} from "./history.js";
export { MemoryBroker, type MemoryBrokerOptions } from "./memory-broker.js";
export { MemoryClaims, type MemoryClaimsOptions } from "./memory-claims.js";
export { MemoryHistory, type MemoryHistoryOptions } from "./memory-history.js";
export { MemoryPresenceStore } from "./memory-presence-store.js";
export type { PresenceChange, PresenceLease, PresenceStore } from "./presence-store.js";
