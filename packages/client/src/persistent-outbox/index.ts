export { indexedDbStorage } from "./indexed-db-storage.js";
export type { LocksLike } from "./locks.js";
export { type Inherited, type PersistentOutboxOptions, persistentOutbox } from "./persistent-outbox.js";
export type { KeptMessage, OutboxStorage } from "./storage.js";
