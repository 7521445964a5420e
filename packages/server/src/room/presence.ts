import type { Clock, MaybePromise, PresenceMember, TimerHandle } from "@tautline/protocol";
import type { Subscription } from "../broker/broker.js";
import type { PresenceChange, PresenceStore } from "../broker/presence-store.js";
import { attempt, whenReady } from "../maybe-promise.js";
import { presenceDeltas } from "./presence-delta.js";
import { PresenceFeed } from "./presence-feed.js";
import type { RoomConnection } from "./room-connection.js";
import type { PresenceSettings } from "./room-options.js";

/** Where a room's presence is kept and how it is told. */
export interface RoomPresenceOptions extends PresenceSettings {
  /** The room's name in the store. */
  readonly room: string;
  readonly wireName: string;
  readonly node: string;
  readonly store: PresenceStore;
  readonly clock: Clock;
  /** The store failed where nobody waits for its answer. */
  failed(error: unknown): void;
}

/** How much longer changes are gathered where only the number of members is told: nobody sees a single one come. */
const countFactor = 10;

/** Who is in one room, as far as this node knows: learnt from the store, gathered for a moment, told to its connections. */
export class RoomPresence {
  readonly #options: RoomPresenceOptions;
  readonly #feed: PresenceFeed;
  /** As it was last told. */
  readonly #view = new Map<string, PresenceMember>();
  /** What the store has told since. */
  readonly #pending = new Map<string, PresenceMember | undefined>();
  /** Those whose changes are newer than the list that is being read. */
  #newer: Set<string> | undefined;
  #timer: TimerHandle;
  #watch: Subscription | undefined;
  #closed = false;

  constructor(options: RoomPresenceOptions) {
    this.#options = options;
    this.#feed = new PresenceFeed(options, this.#view);
  }

  /** Learns who is there already, and goes on learning. To be awaited before anything else. */
  open(): MaybePromise<void> {
    const { store, room } = this.#options;
    return whenReady(
      store.watch(room, (change) => this.#learn(change)),
      (watch) => {
        this.#watch = watch;
        if (this.#closed) return this.close();
        return whenReady(store.list(room), (members) => {
          // What was told meanwhile is pending, and newer than the list.
          for (const entry of members) this.#view.set(entry.member, entry);
          if (members.length > 0) this.#feed.changed([]);
        });
      },
    );
  }

  /** Asks the store anew: changes may have been missed, and leases of this node have ended. */
  refresh(): MaybePromise<void> {
    const newer = new Set<string>();
    this.#newer = newer;
    return whenReady(this.#options.store.list(this.#options.room), (members) => {
      // A later refresh knows better.
      if (this.#newer !== newer || this.#closed) return;
      this.#newer = undefined;
      const listed = new Set(members.map(({ member }) => member));
      for (const entry of members) if (!newer.has(entry.member)) this.#gather(entry.member, entry);
      for (const member of this.#view.keys())
        if (!listed.has(member) && !newer.has(member)) this.#gather(member, undefined);
    });
  }

  /** Puts a connection's member into the room with this state, or changes it. */
  set(connection: RoomConnection, state: unknown): MaybePromise<void> {
    const entry = entryOf(connection, state);
    this.#feed.update(connection, entry);
    return this.#store(connection, entry);
  }

  /** Tells a connection who is there, itself last, and from now on what changes. */
  follow(connection: RoomConnection, state: unknown): void {
    if (!this.#closed) this.#feed.follow(connection, entryOf(connection, state));
  }

  /** Tells a connection nothing any more. */
  unfollow(connection: RoomConnection): void {
    this.#feed.unfollow(connection);
  }

  /** Takes a connection out. Its member leaves with its last connection. */
  leave(connection: RoomConnection): MaybePromise<void> {
    this.#feed.unfollow(connection);
    return this.#options.store.remove(this.#options.room, connection.id);
  }

  close(): MaybePromise<void> {
    this.#closed = true;
    this.#feed.clear();
    this.#options.clock.clearTimeout(this.#timer);
    return this.#watch?.unsubscribe();
  }

  #store({ id, peer }: RoomConnection, entry: PresenceMember): MaybePromise<void> {
    const { store, room, node } = this.#options;
    return store.set({ room, node, connection: id, attempt: peer.attempt, entry });
  }

  #learn(change: PresenceChange): void {
    if (this.#closed) return;
    const entry = change.kind === "set" ? change.entry : undefined;
    const member = change.kind === "set" ? change.entry.member : change.member;
    this.#newer?.add(member);
    this.#gather(member, entry);
  }

  #gather(member: string, entry: PresenceMember | undefined): void {
    this.#pending.set(member, entry);
    const { clock, gatherMs } = this.#options;
    const ms = this.#feed.isListed ? gatherMs : countFactor * gatherMs;
    this.#timer ??= clock.setTimeout(() => this.#flush(), ms);
  }

  /** Tells what has become of what was gathered. */
  #flush(): void {
    this.#timer = undefined;
    this.#insist();
    const deltas = presenceDeltas(this.#view, this.#pending);
    for (const [member, entry] of this.#pending) {
      if (entry) this.#view.set(member, entry);
      else this.#view.delete(member);
    }
    this.#pending.clear();
    if (deltas.length > 0) attempt(() => this.#feed.changed(deltas), this.#options.failed);
  }

  /** Whoever is here has not left: its lease ended while this node was cut off, or stood still. */
  #insist(): void {
    if (![...this.#pending.values()].includes(undefined)) return;
    for (const [connection, entry] of this.#feed.entries()) {
      if (!this.#pending.has(entry.member) || this.#pending.get(entry.member)) continue;
      this.#pending.set(entry.member, entry);
      attempt(() => this.#store(connection, entry), this.#options.failed);
    }
  }
}

function entryOf({ user, member }: RoomConnection, state: unknown): PresenceMember {
  return { user, member, ...(state !== undefined && { state }) };
}
