import { type Frame, limits } from "@tautline/protocol";
import { wholeNumber } from "./option-checks.js";
import { SmallMultiMap, type Values } from "./small-multi-map.js";

/** What the pool needs of a connection. `F` is whatever its `push` sends: frames, or plain text over a bare socket. */
export interface PooledConnection<F = Frame> {
  readonly id: string;
  /** The user's id. Absent: the connection is found by its id and its rooms only. */
  readonly userId?: string | undefined;
  /** Takes a frame to send. A throw concerns this connection alone: the others still get theirs. */
  push(frame: F): void;
}

/** A connection, and what `remove` has to undo. The user is the one of the day the connection was added. */
interface Entry<C> {
  readonly connection: C;
  readonly userId: string | undefined;
  /** Undefined: none ever. */
  rooms: Set<string> | undefined;
}

/** Which connections of a group are left out. */
export interface SendOptions<C> {
  readonly except?: C | ReadonlySet<C> | undefined;
}

/** Several connections that are spoken to as one. Empty groups cost nothing and need no clean-up. */
export interface ConnectionGroup<C, F> extends Iterable<C> {
  readonly size: number;
  /** Pushes one frame to each. Gives how many took it; a connection whose `push` throws does not stop the others. */
  send(frame: F, options?: SendOptions<C>): number;
  /** Pushes to each the frame that `frameFor` gives for it: where connections differ in codec. */
  sendEach(frameFor: (connection: C) => F, options?: SendOptions<C>): number;
}

/** What a {@link ConnectionPool} allows. */
export interface ConnectionPoolOptions {
  /**
   * The most rooms of one connection; joining more gives false.
   * @default 128
   */
  readonly maxRooms?: number | undefined;
}

/**
 * Connections by id, by user (a user has many: tabs, devices) and by room. How many connections there are is up to
 * whoever adds them; every other number here follows from theirs.
 *
 * ```ts
 * const pool = new ConnectionPool<PooledConnection<string>, string>();
 * sockets.on("connection", (socket) => {
 *   const connection = { id: randomUUID(), push: (text: string) => socket.send(text) };
 *   pool.add(connection);
 *   socket.on("message", (data) => pool.broadcast(String(data), { except: connection }));
 *   socket.on("close", () => pool.remove(connection));
 * });
 * ```
 */
export class ConnectionPool<C extends PooledConnection<F>, F = Frame> {
  readonly #maxRooms: number;
  readonly #byId = new Map<string, Entry<C>>();
  readonly #byUser = new SmallMultiMap<string, C>();
  readonly #byRoom = new SmallMultiMap<string, C>();

  /** @throws `INVALID_OPTION` for a `maxRooms` that is no whole number of at least 1. */
  constructor(options: ConnectionPoolOptions = {}) {
    this.#maxRooms = wholeNumber("maxRooms", options.maxRooms ?? limits.rooms, 1);
  }

  /** Connections in the pool. */
  get size(): number {
    return this.#byId.size;
  }

  /** Connections, users with at least one of them, and rooms with at least one. */
  get counts(): { readonly connections: number; readonly users: number; readonly rooms: number } {
    return { connections: this.#byId.size, users: this.#byUser.size, rooms: this.#byRoom.size };
  }

  /** Adds a connection; false, and nothing changes, if its id is taken. */
  add(connection: C): boolean {
    if (this.#byId.has(connection.id)) return false;
    const { id, userId } = connection;
    this.#byId.set(id, { connection, userId, rooms: undefined });
    if (userId !== undefined) this.#byUser.add(userId, connection);
    return true;
  }

  /**
   * Forgets a connection, its user if it was the last one, and its rooms. Right for every way in which a connection
   * can end, and harmless when called again.
   *
   * @returns whether it was in.
   */
  remove(connection: C): boolean {
    const entry = this.#entryOf(connection);
    if (!entry) return false;
    this.#byId.delete(connection.id);
    if (entry.userId !== undefined) this.#byUser.delete(entry.userId, connection);
    for (const room of entry.rooms ?? []) this.#byRoom.delete(room, connection);
    return true;
  }

  /** Whether this very connection is in: not another one under its id. */
  has(connection: C): boolean {
    return this.#entryOf(connection) !== undefined;
  }

  /** The connection of an id; undefined once it was removed. */
  get(id: string): C | undefined {
    return this.#byId.get(id)?.connection;
  }

  /** Puts a connection into a room. False if it is not (or no longer) in the pool, or in too many rooms. */
  join(connection: C, room: string): boolean {
    const entry = this.#entryOf(connection);
    if (!entry) return false;
    entry.rooms ??= new Set();
    if (!entry.rooms.has(room) && entry.rooms.size >= this.#maxRooms) return false;
    entry.rooms.add(room);
    this.#byRoom.add(room, connection);
    return true;
  }

  /** Takes a connection out of a room; false if it was not in. */
  leave(connection: C, room: string): boolean {
    this.#byRoom.delete(room, connection);
    return this.#entryOf(connection)?.rooms?.delete(room) ?? false;
  }

  /** The rooms of a connection. */
  roomsOf(connection: C): readonly string[] {
    return [...(this.#entryOf(connection)?.rooms ?? [])];
  }

  /** All connections of a user. */
  user(userId: string): ConnectionGroup<C, F> {
    return new Group(() => this.#byUser.get(userId));
  }

  /** All connections in a room. */
  room(name: string): ConnectionGroup<C, F> {
    return new Group(() => this.#byRoom.get(name));
  }

  /** All connections. */
  get all(): ConnectionGroup<C, F> {
    return new Group(() => ({ size: this.#byId.size, values: () => connectionsOf(this.#byId.values()) }));
  }

  /** Pushes one frame to every connection, but for the ones left out. Gives how many took it. */
  broadcast(frame: F, options?: SendOptions<C>): number {
    return this.all.send(frame, options);
  }

  /** The entry of this very connection: not of another one under its id. */
  #entryOf(connection: C): Entry<C> | undefined {
    const entry = this.#byId.get(connection.id);
    return entry?.connection === connection ? entry : undefined;
  }
}

/** It is looked up at each use: it shows who is in now, not who was in when it was asked for. */
class Group<C extends PooledConnection<F>, F> implements ConnectionGroup<C, F> {
  readonly #members: () => Values<C> | undefined;

  constructor(members: () => Values<C> | undefined) {
    this.#members = members;
  }

  get size(): number {
    return this.#members()?.size ?? 0;
  }

  [Symbol.iterator](): Iterator<C> {
    return (this.#members()?.values() ?? [])[Symbol.iterator]();
  }

  send(frame: F, options?: SendOptions<C>): number {
    return this.sendEach(() => frame, options);
  }

  sendEach(frameFor: (connection: C) => F, { except }: SendOptions<C> = {}): number {
    let taken = 0;
    for (const connection of this) {
      if (connection === except || (except instanceof Set && except.has(connection))) continue;
      try {
        connection.push(frameFor(connection));
        taken++;
      } catch {
        // A broken connection is found by its own socket's events; here it is only not counted.
      }
    }
    return taken;
  }
}

function* connectionsOf<C>(entries: Iterable<Entry<C>>): Iterable<C> {
  for (const { connection } of entries) yield connection;
}
