import type { Clock, MaybePromise, Presence, PresenceMember } from "@tautline/protocol";
import type { Subscription } from "../broker/broker.js";
import type { PresenceChange, PresenceStore } from "../broker/presence-store.js";
import { whenReady } from "../maybe-promise.js";
import { presenceDeltas, presencePages } from "./presence-delta.js";
import type { RoomConnection } from "./room-connection.js";
import { encoded, SharedFrames } from "./shared-frames.js";

/** Where a room's presence is kept and how it is told. */
export interface RoomPresenceOptions {
  /** The room's name in the store. */
  readonly room: string;
  readonly wireName: string;
  readonly node: string;
  readonly store: PresenceStore;
  readonly clock: Clock;
}

/**
 * Who is in one room, told to its connections on this node: a snapshot first, then changes.
 *
 * Everybody is told the same changes under the same version, so that a change is encoded once. A snapshot shows the room as of the
 * version it names; what has happened since and was not told yet follows as the next version. The newcomer's own
 * entry is the snapshot's last page, and may be told once more by the change that tells it to all.
 */
export class RoomPresence {
  readonly #options: RoomPresenceOptions;
  readonly #followers = new Set<RoomConnection>();
  /** As of the current version. */
  readonly #view = new Map<string, PresenceMember>();
  readonly #pending = new Map<string, PresenceMember | undefined>();
  /** The pages of the current version's snapshot, made when the first newcomer wants them. */
  #snapshot: readonly SharedFrames[] | undefined;
  #version = 0;
  #flushing = false;
  #watch: Subscription | undefined;
  #closed = false;

  constructor(options: RoomPresenceOptions) {
    this.#options = options;
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
        });
      },
    );
  }

  /** Puts a connection's member into the room with this state, or changes it. */
  set(connection: RoomConnection, state: unknown): MaybePromise<void> {
    const { store, room, node } = this.#options;
    return store.set({ room, node, connection: connection.id, entry: entryOf(connection, state) });
  }

  /** Tells a connection who is there, itself last, and from now on what changes. */
  follow(connection: RoomConnection, state: unknown): void {
    if (this.#closed) return;
    this.#snapshot ??= this.#makeSnapshot();
    for (const page of this.#snapshot) connection.push(page.for(connection.codec));
    const own = this.#framesOf({ snapshot: 0, joined: [entryOf(connection, state)] });
    connection.push(own.for(connection.codec));
    this.#followers.add(connection);
  }

  /** Takes a connection out. Its member leaves with its last connection. */
  leave(connection: RoomConnection): MaybePromise<void> {
    this.#followers.delete(connection);
    return this.#options.store.remove(this.#options.room, connection.id);
  }

  close(): MaybePromise<void> {
    this.#closed = true;
    this.#followers.clear();
    return this.#watch?.unsubscribe();
  }

  #learn(change: PresenceChange): void {
    if (change.kind === "set") this.#pending.set(change.entry.member, change.entry);
    else this.#pending.set(change.member, undefined);
    if (this.#flushing) return;
    this.#flushing = true;
    this.#options.clock.immediate(() => this.#flush());
  }

  /** Tells what has changed within the turn. */
  #flush(): void {
    this.#flushing = false;
    if (this.#closed) return;
    const deltas = presenceDeltas(this.#view, this.#pending);
    for (const [member, entry] of this.#pending) {
      if (entry) this.#view.set(member, entry);
      else this.#view.delete(member);
    }
    this.#pending.clear();
    if (deltas.length > 0) this.#snapshot = undefined;
    for (const delta of deltas) {
      this.#version++;
      const frames = this.#framesOf(delta);
      for (const connection of this.#followers) connection.push(frames.for(connection.codec));
    }
  }

  #makeSnapshot(): readonly SharedFrames[] {
    const pages = presencePages(this.#view.values());
    return pages.map((joined, i) => this.#framesOf({ snapshot: pages.length - i, joined }));
  }

  #framesOf(change: Omit<Presence["data"], "room" | "version">): SharedFrames {
    const data = { room: this.#options.wireName, version: this.#version, ...change };
    return new SharedFrames((codec) => encoded({ type: "$presence", data }, codec));
  }
}

function entryOf({ user, member }: RoomConnection, state: unknown): PresenceMember {
  return { user, member, ...(state !== undefined && { state }) };
}
