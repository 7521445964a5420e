import type { Clock, PresenceMember, TimerHandle } from "@tautline/protocol";
import type { Subscription } from "./broker.js";
import type { PresenceChange, PresenceLease, PresenceStore } from "./presence-store.js";

interface PresenceRoom {
  /** The leases that keep each member here, the one set last at the end. */
  readonly members: Map<string, Set<PresenceLease>>;
  readonly leases: Map<string, PresenceLease>;
}

/** All leases of one node: they are renewed, and end, together. */
interface PresenceNode {
  readonly leases: Set<PresenceLease>;
  until: number;
  timer: TimerHandle;
}

type Watcher = (change: PresenceChange) => void;

/** Presence in the memory of this process. */
export class MemoryPresenceStore implements PresenceStore {
  readonly leaseMs: number | undefined;
  readonly #clock: Clock;
  readonly #rooms = new Map<string, PresenceRoom>();
  readonly #nodes = new Map<string, PresenceNode>();
  readonly #watchers = new Map<string, Set<Watcher>>();

  /** @param leaseMs - how long leases live without renewal. @default until they are removed */
  constructor(clock: Clock, leaseMs?: number) {
    this.#clock = clock;
    this.leaseMs = leaseMs;
  }

  set(lease: PresenceLease): void {
    const before = this.#rooms.get(lease.room)?.leases.get(lease.connection);
    if (before && before.entry.member !== lease.entry.member) this.remove(lease.room, lease.connection);
    const room = this.#rooms.get(lease.room) ?? { members: new Map(), leases: new Map() };
    this.#rooms.set(lease.room, room);
    this.#drop(room, room.leases.get(lease.connection));
    room.leases.set(lease.connection, lease);
    this.#nodeOf(lease.node).leases.add(lease);
    const { member } = lease.entry;
    const present = room.members.get(member) ?? new Set();
    room.members.set(member, present.add(lease));
    this.#tell(lease.room, { kind: "set", entry: entryOf(present) });
  }

  remove(roomName: string, connection: string): void {
    const room = this.#rooms.get(roomName);
    const lease = room?.leases.get(connection);
    if (!room || !lease) return;
    const { member } = lease.entry;
    const present = room.members.get(member) ?? new Set();
    const before = entryOf(present);
    this.#drop(room, lease);
    if (present.size > 0) {
      const entry = entryOf(present);
      if (entry !== before) this.#tell(roomName, { kind: "set", entry });
      return;
    }
    room.members.delete(member);
    if (room.members.size === 0) this.#rooms.delete(roomName);
    this.#tell(roomName, { kind: "left", member });
  }

  renew(node: string): void {
    const known = this.#nodes.get(node);
    if (known && this.leaseMs !== undefined) known.until = this.#clock.monotonic() + this.leaseMs;
  }

  list(room: string): readonly PresenceMember[] {
    return Array.from(this.#rooms.get(room)?.members.values() ?? [], entryOf);
  }

  watch(room: string, changed: Watcher): Subscription {
    const watchers = this.#watchers.get(room) ?? new Set();
    this.#watchers.set(room, watchers.add(changed));
    return {
      unsubscribe: () => {
        watchers.delete(changed);
        if (watchers.size === 0 && this.#watchers.get(room) === watchers) this.#watchers.delete(room);
      },
    };
  }

  /** Forgets all members and watchers, and stops the timers. */
  clear(): void {
    for (const { timer } of this.#nodes.values()) this.#clock.clearTimeout(timer);
    for (const index of [this.#rooms, this.#nodes, this.#watchers]) index.clear();
  }

  #drop(room: PresenceRoom, lease: PresenceLease | undefined): void {
    if (!lease) return;
    room.leases.delete(lease.connection);
    room.members.get(lease.entry.member)?.delete(lease);
    const node = this.#nodes.get(lease.node);
    node?.leases.delete(lease);
    if (node?.leases.size !== 0) return;
    this.#clock.clearTimeout(node.timer);
    this.#nodes.delete(lease.node);
  }

  #tell(room: string, change: PresenceChange): void {
    for (const watcher of this.#watchers.get(room) ?? []) watcher(change);
  }

  #nodeOf(name: string): PresenceNode {
    const known = this.#nodes.get(name);
    if (known) return known;
    const node: PresenceNode = { leases: new Set(), until: 0, timer: undefined };
    this.#nodes.set(name, node);
    if (this.leaseMs !== undefined) {
      node.until = this.#clock.monotonic() + this.leaseMs;
      this.#await(node, this.leaseMs);
    }
    return node;
  }

  #await(node: PresenceNode, ms: number): void {
    node.timer = this.#clock.setTimeout(() => {
      const left = node.until - this.#clock.monotonic();
      if (left > 0) return this.#await(node, left);
      for (const { room, connection } of [...node.leases]) this.remove(room, connection);
    }, ms);
  }
}

/** A member as others see it. It has few leases: one for each of its connections. */
function entryOf(leases: Iterable<PresenceLease>): PresenceMember {
  return [...leases].reduce((best, lease) => (lease.attempt >= best.attempt ? lease : best)).entry;
}
