import type { Frame } from "@tautline/protocol";

/** What the pool needs of a connection. `F` is whatever its `push` sends: frames, or plain text over a bare socket. */
export interface PooledConnection<F = Frame> {
  readonly id: string;
  /** The user's id. Absent: it is found by its id and its rooms only. */
  readonly userId?: string | undefined;
  push(frame: F): void;
}

/** Which connections of a group a frame goes to. */
export interface SendOptions<C> {
  /** Left out. */
  readonly except?: C | readonly C[] | undefined;
}

/** The same frame for all, or one chosen for each connection (by its codec, say). */
export type FrameFor<C, F> = { readonly for: (connection: C) => F };

/** Several connections that are spoken to as one. */
export interface ConnectionGroup<C, F> extends Iterable<C> {
  readonly size: number;
  /** Pushes to each; gives how many took it. */
  send(frame: F, options?: SendOptions<C>): number;
}

export class ConnectionPool<C extends PooledConnection<F>, F = Frame> {
  declare readonly size: number;
  /** Adds a connection; false if its id is taken. */
  declare readonly add: (connection: C) => boolean;
  /** Forgets a connection, its user and its rooms; false if it was not in. For every way a connection can end. */
  declare readonly remove: (connection: C) => boolean;
  declare readonly get: (id: string) => C | undefined;
  declare readonly user: (userId: string) => ConnectionGroup<C, F>;
  declare readonly room: (name: string) => ConnectionGroup<C, F>;
  declare readonly join: (connection: C, room: string) => boolean;
  declare readonly leave: (connection: C, room: string) => boolean;
  declare readonly broadcast: (frame: F, options?: SendOptions<C>) => number;
}
