import { WebSocket } from "ws";

/** What a socket of `ws` tells its owner. */
export interface WebSocketOwner {
  /** A message came. */
  message(data: Buffer, isBinary: boolean): void;
  /** A ping or a pong came. */
  alive(): void;
  /** A close frame is written next, whoever said goodbye first. */
  closing(): void;
  /** Something was wrong with what the peer sent, or with the socket. */
  failed(error: Error & { readonly code?: unknown }): void;
  /** It has ended. */
  ended(code: number, reason: string): void;
}

/**
 * A socket of `ws` that has one owner in place of listeners: five of them would cost each connection half a kilobyte. Before it is
 * owned it tells nobody.
 */
export class OwnedWebSocket extends WebSocket {
  owner: WebSocketOwner | undefined;

  /** Called by `ws`. */
  override emit(event: string | symbol, first?: unknown, second?: unknown): boolean {
    const { owner } = this;
    if (owner === undefined) return false;
    switch (event) {
      case "message":
        // "nodebuffer" is the binary type of `ws` where nobody says otherwise.
        owner.message(first as Buffer, second as boolean);
        return true;
      case "ping":
      case "pong":
        owner.alive();
        return true;
      case "error":
        owner.failed(first as Error);
        return true;
      case "close":
        owner.ended(first as number, (second as Buffer).toString("utf8"));
        return true;
      default:
        return false;
    }
  }

  /** Called by `ws` as well, when the peer says goodbye. */
  override close(code?: number, reason?: string | Buffer): void {
    this.owner?.closing();
    super.close(code, reason);
  }
}
