import {
  type JoinRequest,
  type JoinResult,
  limits,
  type MaybePromise,
  type PresenceMember,
  type Publication,
  TautlineError,
} from "@tautline/protocol";
import type { Appended } from "../broker/broker.js";
import { onFailure, whenReady } from "../maybe-promise.js";
import { Grace } from "./grace.js";
import { LeaseRenewal } from "./lease-renewal.js";
import { Membership, type Progress } from "./membership.js";
import { isOwnStream } from "./own-stream.js";
import { checkPresenceState } from "./presence-delta.js";
import type { NewPublication, PublishOptions } from "./publication.js";
import { historyOf, publishTo, type Stream } from "./publish.js";
import type { Verdict } from "./recovery.js";
import { noRecoveryTotals } from "./recovery-totals.js";
import type { RoomRegistryOptions } from "./registry-options.js";
import { ReplayFrames } from "./replay-frames.js";
import { Room, type RoomContext } from "./room.js";
import type { RoomConnection } from "./room-connection.js";
import { nobodyWatches } from "./room-observer.js";

/** A join that was admitted. */
export interface Joining {
  /** For the `$joined` (or the `$welcome`) that must be pushed before `start` is called. */
  readonly result: JoinResult;
  /** Lets presence and publications flow to the member: those after `result.offset`, then live ones, no hole. */
  start(): void;
  /** Takes it back instead of starting it. Does nothing when another join has taken its place. */
  cancel(): void;
}

/** All rooms of a node. They come with the first join; with the last leave goes membership, never history. */
export class RoomRegistry {
  readonly #options: RoomRegistryOptions;
  readonly #context: RoomContext;
  readonly #renewal: LeaseRenewal;
  readonly #grace: Grace;
  readonly #rooms = new Map<string, Room>();
  readonly #joined = new Map<RoomConnection, Map<string, Membership>>();
  /** Rooms whose first member the application was told of, and of whose last one's leaving not yet. */
  readonly #occupied = new Set<string>();

  constructor(options: RoomRegistryOptions) {
    const { broker, clock, node, events } = options;
    this.#options = options;
    const { totals = noRecoveryTotals(), observer = nobodyWatches } = options;
    const { replayFrames = new ReplayFrames() } = options;
    this.#context = {
      ...{ broker, clock, node, totals, observer, replayFrames },
      failed: (room, error) => events.failed(room, error),
    };
    this.#grace = new Grace(clock);
    this.#renewal = new LeaseRenewal({
      ...{ store: broker.presence, node, clock },
      isNeeded: () => this.#rooms.size > 0,
      failed: (error) => events.failed("", error),
    });
  }

  /** Rooms with members, and memberships, on this node. Users' own streams are not counted. */
  get counts(): { readonly rooms: number; readonly memberships: number } {
    let [rooms, memberships] = [0, 0];
    for (const name of this.#rooms.keys()) if (!isOwnStream(name)) rooms++;
    for (const joined of this.#joined.values())
      for (const name of joined.keys()) if (!isOwnStream(name)) memberships++;
    return { rooms, memberships };
  }

  /** Memberships that still read history. */
  get catchingUp(): number {
    let count = 0;
    for (const room of this.#rooms.values()) count += room.catchingUp;
    return count;
  }

  /**
   * Admits a connection to a room, or moves it to another position of a room it is in already. The caller has seen to
   * authorisation, and that the connection lives.
   *
   * Throws (or rejects with) `UNKNOWN_ROOM`, `TOO_MANY_ROOMS`, `TOO_LARGE` (presence), or `CLOSED` when the connection
   * left while the broker was asked.
   */
  join(connection: RoomConnection, request: JoinRequest): MaybePromise<Joining> {
    const { maxRooms = limits.rooms } = this.#options;
    const { name, settings } = this.#streamOf(request.room);
    this.#checkState(connection, request.presence);
    const isCounted = !isOwnStream(name) && !this.isMember(connection, name);
    if (isCounted && this.roomsOf(connection).length >= maxRooms) {
      this.#context.observer.limit("limits.rooms", connection);
      throw new TautlineError("TOO_MANY_ROOMS", `rooms: expected at most ${maxRooms} a connection`);
    }
    const joined = this.#joined.get(connection) ?? new Map<string, Membership>();
    const room = this.#rooms.get(name) ?? new Room(name, settings, this.#context);
    this.#rooms.set(name, room);
    const membership = joined.get(name) ?? new Membership(connection);
    room.admit(membership, request.presence);
    const admitted = membership.progress;
    this.#joined.set(connection, joined.set(name, membership));
    this.#renewal.start();
    return onFailure(
      () => whenReady(room.judge(request), (verdict) => this.#joining(room, membership, admitted, verdict)),
      () => membership.progress === admitted && this.#remove(room, membership),
    );
  }

  /** Takes a connection out of a room; says whether it was in. The room's history stays. */
  leave(connection: RoomConnection, name: string): boolean {
    const membership = this.#joined.get(connection)?.get(name);
    const room = this.#rooms.get(name);
    if (membership && room) this.#remove(room, membership);
    return membership !== undefined && room !== undefined;
  }

  /**
   * Takes a connection out of all its rooms: for when it has ended, however it did. Where its member may be back in a moment,
   * it is taken to be there until the rooms' `graceMs` are over.
   */
  leaveAll(connection: RoomConnection, mayReturn: boolean = false): void {
    for (const [name, membership] of [...(this.#joined.get(connection) ?? [])]) {
      const room = this.#rooms.get(name);
      if (room) this.#remove(room, membership, mayReturn);
    }
  }

  isMember(connection: RoomConnection, room: string): boolean {
    return this.#joined.get(connection)?.has(room) ?? false;
  }

  /** The rooms of a connection, its user's own stream left out. */
  roomsOf(connection: RoomConnection): readonly string[] {
    return [...(this.#joined.get(connection)?.keys() ?? [])].filter((name) => !isOwnStream(name));
  }

  /** Replaces a member's presence state. Throws `NOT_A_MEMBER`, `TOO_LARGE` or `BAD_DATA`. */
  setPresence(connection: RoomConnection, name: string, state: unknown): MaybePromise<void> {
    const membership = this.#joined.get(connection)?.get(name);
    if (!membership)
      throw new TautlineError("NOT_A_MEMBER", `presence in '${name}': expected a member of the room`);
    this.#checkState(connection, state);
    return this.#rooms.get(name)?.setPresence(membership, state);
  }

  /** Publishes in a room, as {@link publishTo} says. Throws `UNKNOWN_ROOM`, too. */
  publish(
    name: string,
    publication: NewPublication,
    options?: PublishOptions,
  ): MaybePromise<Appended | undefined> {
    return publishTo(this.#options.broker, this.#streamOf(name), publication, options);
  }

  /** The newest publications kept, the oldest first. At most 1,000 and 1 MiB. */
  history(name: string, range: { readonly last: number }): MaybePromise<readonly Publication[]> {
    return historyOf(this.#options.broker, this.#streamOf(name), range);
  }

  /** Who is in a room: over all nodes where the room has presence, else on this node. */
  members(name: string): MaybePromise<readonly PresenceMember[]> {
    if (this.#streamOf(name).settings.presence) return this.#options.broker.presence.list(name);
    const members = new Map<string, PresenceMember>();
    for (const { connection } of this.#rooms.get(name)?.members ?? [])
      members.set(connection.member, { user: connection.user, member: connection.member });
    return [...members.values()];
  }

  /** Lets go of all rooms and timers. Members are not told. */
  close(): void {
    this.#grace.end();
    this.#renewal.stop();
    for (const room of this.#rooms.values()) room.close();
    for (const index of [this.#rooms, this.#joined, this.#occupied]) index.clear();
  }

  #checkState(connection: RoomConnection, state: unknown): void {
    const { maxPresenceBytes } = this.#options;
    checkPresenceState(state, maxPresenceBytes, () =>
      this.#context.observer.limit("limits.presenceBytes", connection),
    );
  }

  #streamOf(name: string): Stream {
    const settings = this.#options.settingsOf(name);
    if (!settings) throw new TautlineError("UNKNOWN_ROOM", `'${name}': expected a room of the contract`);
    return { name, settings };
  }

  #joining(room: Room, membership: Membership, admitted: Progress, verdict: Verdict): Joining {
    if (membership.isGone) throw new TautlineError("CLOSED", `'${room.name}': left before the join was done`);
    return {
      result: { room: room.wireName, ...verdict },
      start: () => {
        // It has left since, or another join has taken this one's place, or it was started before.
        if (membership.progress !== admitted) return;
        room.start(membership, verdict);
        if (!isOwnStream(room.name)) this.#announce(room, membership);
      },
      cancel: () => {
        if (membership.progress === admitted) this.#remove(room, membership);
      },
    };
  }

  #announce(room: Room, membership: Membership): void {
    const { events } = this.#options;
    const isFirst = room.announce(membership);
    this.#grace.returned(room.name, membership.connection.member);
    if (!this.#occupied.has(room.name)) {
      this.#occupied.add(room.name);
      events.occupied(room.name);
    }
    if (isFirst) events.joined(room.name, membership.connection);
  }

  #remove(room: Room, membership: Membership, mayReturn = false): void {
    if (membership.isGone) return;
    const { connection, announced } = membership;
    const joined = this.#joined.get(connection);
    joined?.delete(room.name);
    if (joined?.size === 0) this.#joined.delete(connection);
    room.detach(membership);
    const { graceMs } = room.settings;
    const farewell = () => this.#farewell(room, membership);
    if (mayReturn && announced && graceMs > 0)
      this.#grace.putOff(room.name, connection.member, graceMs, farewell);
    else farewell();
  }

  #farewell(room: Room, membership: Membership): void {
    const { events } = this.#options;
    const { connection } = membership;
    const hasLeft = room.remove(membership);
    if (room.isEmpty && this.#rooms.get(room.name) === room) {
      this.#rooms.delete(room.name);
      room.close();
    }
    if (hasLeft) events.left(room.name, connection);
    // Whoever was told may have let somebody in again: then the room was never vacant.
    if (!this.#rooms.has(room.name) && this.#occupied.delete(room.name)) events.vacant(room.name);
  }
}
