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
export type { ClaimRequest, ClaimResult, Claims } from "./claims.js";
export {
  type History,
  type HistoryPage,
  historyPage,
  type KeptPublication,
  type ReadRange,
  type Retention,
  type StreamState,
} from "./history.js";
export type { PresenceChange, PresenceLease, PresenceStore } from "./presence-store.js";
