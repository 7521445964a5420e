import type { RoomConnection } from "./room-connection.js";

/** What goes on in rooms, for whoever built the registry. No call may throw. */
export interface RoomEvents {
  /** The first member came, on this node. */
  occupied(room: string): void;
  /** The last member left, on this node. */
  vacant(room: string): void;
  /** A member came with its first connection, on this node. It receives what is published from now on. */
  joined(room: string, connection: RoomConnection): void;
  /** A member left with its last connection, on this node. */
  left(room: string, connection: RoomConnection): void;
  /** The broker failed where nobody waits for the answer: replay, presence, unsubscribing. */
  failed(room: string, error: unknown): void;
}
