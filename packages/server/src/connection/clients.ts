/** A connection, as far as its client is concerned. */
export interface ClientConnection {
  readonly peer: { readonly attempt: number };
}

/**
 * The current connection of each client on this node, by the client's public name. A client that lost its connection may
 * be back before we notice: the newer attempt wins, and a late older one evicts nobody.
 */
export class Clients<C extends ClientConnection> {
  readonly #current = new Map<string, C>();

  /** All current connections. */
  get all(): Iterable<C> {
    return this.#current.values();
  }

  /** The current connection of a client. */
  of(member: string): C | undefined {
    return this.#current.get(member);
  }

  /** Whether a connection with this attempt would be an old one. */
  isStale(member: string, attempt: number): boolean {
    const current = this.#current.get(member);
    return current !== undefined && current.peer.attempt >= attempt;
  }

  /** Makes `connection` the client's current one, and gives the one that was. */
  replace(member: string, connection: C): C | undefined {
    const older = this.#current.get(member);
    this.#current.set(member, connection);
    return older;
  }

  /** Forgets a connection that has ended, if it is still the client's current one. */
  remove(member: string, connection: C): void {
    if (this.#current.get(member) === connection) this.#current.delete(member);
  }
}
