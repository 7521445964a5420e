import type { Presence, PresenceMember } from "@tautline/protocol";
import { attempt } from "../maybe-promise.js";
import { type PresenceDelta, type PresenceView, presenceDeltas, presencePages } from "./presence-delta.js";
import type { RoomConnection } from "./room-connection.js";
import { encoded, SharedFrames } from "./shared-frames.js";

/** How a room's presence is told. */
export interface PresenceFeedOptions {
  readonly wireName: string;
  /** Up to so many members the room tells who is there; beyond it, only how many. */
  readonly maxListed: number;
  failed(error: unknown): void;
}

/** A connection that is told who is in the room. */
interface Follower {
  /** Its own member, as it last said: the end of each of its snapshots. */
  own: PresenceMember;
  /** Whether it has been told everything up to the current version. */
  isLive: boolean;
}

/** Who was there as of a version, in frames that all newcomers of that version share. */
interface Snapshot {
  readonly version: number;
  readonly view: PresenceView;
  readonly pages: readonly SharedFrames[];
}

const nobody: PresenceView = new Map();

/**
 * Tells the connections of one node who is in a room: a snapshot first, then changes.
 *
 * All connections are told the same changes under the same version, so that a change is encoded once. A connection that is behind
 * is told no changes: when it has read what waits for it, it gets a new snapshot.
 */
export class PresenceFeed {
  readonly #options: PresenceFeedOptions;
  readonly #followers = new Map<RoomConnection, Follower>();
  /** As of the current version. */
  readonly #view: PresenceView;
  #version = 0;
  #isListed = true;
  /** The number that was told last, where names are not. */
  #count: number | undefined;
  #snapshot: Snapshot | undefined;

  /** @param view - who is there; it may change only together with a call of {@link changed} */
  constructor(options: PresenceFeedOptions, view: PresenceView) {
    this.#options = options;
    this.#view = view;
  }

  /** Whether names are told, and not only how many there are. */
  get isListed(): boolean {
    return this.#isListed;
  }

  /** Tells a connection who is there, `own` last, and from now on what changes. */
  follow(connection: RoomConnection, own: PresenceMember): void {
    const follower = { own, isLive: false };
    this.#followers.set(connection, follower);
    this.#start(connection, follower);
  }

  /** What a connection says of its own member now. */
  update(connection: RoomConnection, own: PresenceMember): void {
    const follower = this.#followers.get(connection);
    if (follower) follower.own = own;
  }

  unfollow(connection: RoomConnection): void {
    this.#followers.delete(connection);
  }

  /** Connections of this node, each with what it says of its member. */
  *entries(): Iterable<[RoomConnection, PresenceMember]> {
    for (const [connection, { own }] of this.#followers) yield [connection, own];
  }

  clear(): void {
    this.#followers.clear();
    this.#snapshot = undefined;
  }

  /** Tells what has changed since the last call, or since the beginning. */
  changed(deltas: readonly PresenceDelta[]): void {
    this.#snapshot = undefined;
    const wasListed = this.#isListed;
    this.#isListed = this.#shouldList();
    if (!this.#isListed) this.#tellCount(wasListed);
    else if (wasListed) for (const delta of deltas) this.#tell(delta);
    else this.#showNames();
  }

  /** A room of just that size must not go back and forth: names are told again when half of the members have left. */
  #shouldList(): boolean {
    const { maxListed } = this.#options;
    return this.#view.size <= (this.#isListed ? maxListed : maxListed / 2);
  }

  #tellCount(isNew: boolean): void {
    const count = this.#view.size;
    if (!isNew && count === this.#count) return;
    this.#count = count;
    this.#tell({ count });
  }

  #tell(change: Omit<Presence["data"], "room" | "version">): void {
    this.#version++;
    const frames = this.#framesOf(change);
    for (const [connection, follower] of this.#followers) {
      if (!follower.isLive) continue;
      if (connection.isBehind) this.#start(connection, follower);
      else connection.push(frames.for(connection.codec));
    }
  }

  #showNames(): void {
    this.#version++;
    for (const [connection, follower] of this.#followers)
      if (follower.isLive) this.#start(connection, follower);
  }

  #start(connection: RoomConnection, follower: Follower): void {
    attempt(() => this.#lead(connection, follower), this.#options.failed);
  }

  /**
   * Leads a connection from nothing to what is true: pages as fast as it reads them, then what has changed meanwhile, and so on
   * until nothing has. In the turn of its last page it is live. Does not wait at all for who is not behind.
   */
  async #lead(connection: RoomConnection, follower: Follower): Promise<void> {
    follower.isLive = false;
    let told = nobody;
    for (;;) {
      while (connection.isBehind) await connection.relieved();
      if (this.#followers.get(connection) !== follower) return;
      if (!this.#isListed) break;
      const { version, view, pages } = this.#pagesAfter(told);
      for (const page of pages) {
        while (connection.isBehind) await connection.relieved();
        if (this.#followers.get(connection) !== follower) return;
        if (!this.#isListed) break;
        connection.push(page.for(connection.codec));
      }
      if (version === this.#version) break;
      told = view;
    }
    // Only who is not in the view yet is told ahead of it: what it says anew of itself follows as a change, or not at all.
    const own = this.#view.get(follower.own.member) ?? follower.own;
    const last = this.#isListed ? { snapshot: 0, joined: [own] } : { count: this.#view.size };
    connection.push(this.#framesOf(last).for(connection.codec));
    follower.isLive = true;
  }

  /** The pages that lead from what was told to what is true now. */
  #pagesAfter(told: PresenceView): Snapshot {
    if (told !== nobody) return this.#snapshotOf(corrections(told, this.#view));
    this.#snapshot ??= this.#snapshotOf(presencePages(this.#view.values()).map((joined) => ({ joined })));
    return this.#snapshot;
  }

  #snapshotOf(deltas: readonly PresenceDelta[]): Snapshot {
    const pages = deltas.map((delta, i) => this.#framesOf({ snapshot: deltas.length - i, ...delta }));
    return { version: this.#version, view: new Map(this.#view), pages };
  }

  /** Encoded when first needed, under the version of now. */
  #framesOf(change: Omit<Presence["data"], "room" | "version">): SharedFrames {
    const data = { room: this.#options.wireName, version: this.#version, ...change };
    return new SharedFrames((codec) => encoded({ type: "$presence", data }, codec));
  }
}

/** What turns one view into another, as pages of a snapshot: whoever has changed is told like a newcomer. */
function corrections(told: PresenceView, view: PresenceView): readonly PresenceDelta[] {
  const changes = new Map<string, PresenceMember | undefined>(view);
  for (const member of told.keys()) if (!view.has(member)) changes.set(member, undefined);
  return presenceDeltas(told, changes).map(({ joined = [], updated = [], left }) => ({
    joined: [...joined, ...updated],
    ...(left && { left }),
  }));
}
