import type {
  Clock,
  From,
  JoinRequest,
  JoinResult,
  MaybePromise,
  PresenceMember,
  Publication,
} from "@tautline/protocol";
import type { Appended, Broker } from "../broker/broker.js";
import type { RoomConnection } from "./room-connection.js";
import type { RoomSettings } from "./room-options.js";

/** What goes on in rooms, for whoever built the registry. No call may throw. */
export interface RoomEvents {
  /** The first member came, on this node. */
  occupied(room: string): void;
  /** The last member left, on this node. */
  vacant(room: string): void;
  /** A member came with its first connection, on this node. Called when it receives what is published from now on. */
  joined(room: string, connection: RoomConnection): void;
  /** A member left with its last connection, on this node. */
  left(room: string, connection: RoomConnection): void;
  /** The broker failed where nobody waits for the answer: replay, presence, unsubscribing. */
  failed(room: string, error: unknown): void;
}

export interface RoomRegistryOptions {
  readonly broker: Broker;
  readonly clock: Clock;
  /** Names this node among those that share the broker. */
  readonly node: string;
  readonly events: RoomEvents;
  /** The settings of a room; undefined for a name that belongs to no pattern. Always the same for the same name. */
  readonly settingsOf: (room: string) => RoomSettings | undefined;
  /** The most rooms of one connection. @default 128 */
  readonly maxRooms?: number | undefined;
}

/** A join that was admitted. */
export interface Joining {
  /** For the `$joined` (or the `$welcome`) that must be pushed before `start` is called. */
  readonly result: JoinResult;
  /** Lets publications (and presence) flow to the member: first those after `result.offset`, then live ones, no hole. */
  start(): void;
}

/** A publication before the broker took it. */
export interface NewPublication {
  readonly type: string;
  readonly data?: unknown;
  readonly from?: From | undefined;
}

export interface PublishOptions {
  /** Publishing again under the same key in the same room changes nothing. Only where history is kept. */
  readonly key?: string | undefined;
  /** Not kept, without offset; may be dropped for a reader that is behind. */
  readonly volatile?: boolean | undefined;
  /** Ids of connections left out. Only for what is not kept: a kept publication left out would be a hole. */
  readonly except?: readonly string[] | undefined;
}

/** All rooms of a node. */
export class RoomRegistry {
  constructor(options: RoomRegistryOptions) {
    void options;
  }

  /**
   * Admits a connection to a room, or moves it to another position of a room it is in already.
   *
   * Throws (or rejects with) `UNKNOWN_ROOM`, `TOO_MANY_ROOMS`, `TOO_LARGE` (presence), or `CLOSED` when the connection
   * left while the broker was asked.
   */
  join(connection: RoomConnection, request: JoinRequest): MaybePromise<Joining> {
    throw new Error(`to be built ${connection.id} ${request.room}`);
  }

  /** Takes a connection out of a room; says whether it was in. The room's history stays. */
  leave(connection: RoomConnection, room: string): boolean {
    throw new Error(`to be built ${connection.id} ${room}`);
  }

  /** Takes a connection out of all its rooms: for when it has ended, however it did. */
  leaveAll(connection: RoomConnection): void {
    throw new Error(`to be built ${connection.id}`);
  }

  isMember(connection: RoomConnection, room: string): boolean {
    throw new Error(`to be built ${connection.id} ${room}`);
  }

  roomsOf(connection: RoomConnection): readonly string[] {
    throw new Error(`to be built ${connection.id}`);
  }

  /** Replaces a member's presence state. Throws `NOT_A_MEMBER` or `TOO_LARGE`. */
  setPresence(connection: RoomConnection, room: string, state: unknown): MaybePromise<void> {
    throw new Error(`to be built ${connection.id} ${room} ${state}`);
  }

  /**
   * Publishes to all members, over all nodes. Gives the position where history is kept, else undefined.
   * Throws (or rejects with) `UNKNOWN_ROOM`, `TOO_LARGE`, `BAD_DATA`, `INVALID_OPTION` (`except` of what is kept).
   */
  publish(
    room: string,
    publication: NewPublication,
    options: PublishOptions = {},
  ): MaybePromise<Appended | undefined> {
    throw new Error(`to be built ${room} ${publication.type} ${options.key}`);
  }

  /** The newest publications kept, the oldest first. At most 1,000 and 1 MiB. */
  history(room: string, range: { readonly last: number }): MaybePromise<readonly Publication[]> {
    throw new Error(`to be built ${room} ${range.last}`);
  }

  /** Who is in a room: over all nodes where the room has presence, else on this node. */
  members(room: string): MaybePromise<readonly PresenceMember[]> {
    throw new Error(`to be built ${room}`);
  }

  /** Rooms with members, and memberships, on this node. */
  get counts(): { readonly rooms: number; readonly memberships: number } {
    return { rooms: 0, memberships: 0 };
  }

  /** Lets go of all rooms and timers. Members are not told. */
  close(): void {}
}
