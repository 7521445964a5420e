import { once } from "node:events";
import type { Envelope } from "@tautline/protocol";
import { WebSocket } from "ws";

/** A bare `ws` client that keeps everything it got. */
export class Peer {
  readonly socket: WebSocket;
  readonly #received: Envelope[] = [];
  readonly #waiting = new Set<() => void>();
  closed: { readonly code: number; readonly reason: string } | undefined;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on("message", (data) => {
      this.#received.push(JSON.parse(String(data)) as Envelope);
      this.#changed();
    });
    socket.on("close", (code, reason) => {
      this.closed = { code, reason: String(reason) };
      this.#changed();
    });
    socket.on("error", () => undefined);
  }

  /** Connects; with a subprotocol as a full peer, which still has to say `$hello`. */
  static async connect(
    url: string,
    subprotocol?: string,
    headers: Record<string, string> = {},
  ): Promise<Peer> {
    const socket = new WebSocket(url, subprotocol, { headers });
    const peer = new Peer(socket);
    await once(socket, "open");
    return peer;
  }

  /** Connects as a full peer and says `$hello`. */
  static async full(url: string, hello: Record<string, unknown> = {}): Promise<Peer> {
    const peer = await Peer.connect(url, "tautline.v1.json");
    peer.send({
      type: "$hello",
      data: { client: `client-${Math.random()}-0123456789`, attempt: 1, rooms: [], ...hello },
    });
    return peer;
  }

  send(message: unknown): void {
    this.socket.send(
      typeof message === "string" || Buffer.isBuffer(message) ? message : JSON.stringify(message),
    );
  }

  /** The oldest envelope of this type that was not taken yet. */
  async next(type: string): Promise<Envelope> {
    return this.#take(() => {
      const index = this.#received.findIndex((envelope) => envelope.type === type);
      return index < 0 ? undefined : this.#received.splice(index, 1)[0];
    }, `an envelope of type ${type}`);
  }

  /** How the connection ended. */
  async end(): Promise<{ readonly code: number; readonly reason: string }> {
    return this.#take(() => this.closed, "the end");
  }

  /** What came and was not taken. */
  get rest(): readonly Envelope[] {
    return this.#received;
  }

  close(): void {
    this.socket.close(1000);
  }

  async #take<T>(look: () => T | undefined, what: string): Promise<T> {
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      if (this.closed && what !== "the end") {
        throw new Error(`closed with ${this.closed.code} ${this.closed.reason} while waiting for ${what}`);
      }
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  #changed(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}
