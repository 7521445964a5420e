/** A connection, as far as its client is concerned. */
export interface ClientConnection {
  readonly peer: { readonly attempt: number };
}

/**
 * The current connection of each client id. A client that lost its connection may be back before we notice: the newer
 * attempt wins, and a late older one evicts nobody.
 */
export class Clients<C extends ClientConnection> {
  readonly #current = new Map<string, C>();

  /** Whether a connection with this attempt would be an old one. */
  isStale(clientId: string, attempt: number): boolean {
    const current = this.#current.get(clientId);
    return current !== undefined && current.peer.attempt >= attempt;
  }

  /** Makes `connection` the client's current one, and gives the one that was. */
  replace(clientId: string, connection: C): C | undefined {
    const older = this.#current.get(clientId);
    this.#current.set(clientId, connection);
    return older;
  }

  /** Forgets a connection that has ended, if it is still the client's current one. */
  remove(clientId: string, connection: C): void {
    if (this.#current.get(clientId) === connection) this.#current.delete(clientId);
  }
}
