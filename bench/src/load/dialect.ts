/** What a frame is to the load: all that it needs to know of it. */
export type FrameKind =
  /** What a member gets of what is said in its room. */
  | "delivery"
  /** The acknowledgement of, or the reply to, a message of this client. */
  | "answer"
  /** The server wants a sign of life. */
  | "ping"
  /** The handshake goes on: the client says {@link Dialect.next}. */
  | "greeting"
  /** The handshake is over. */
  | "ready"
  /** Anything that asks for nothing. */
  | "other";

/** Who a client says it is, and where it wants to be. */
export interface ClientSpec {
  /** Unique in a run. */
  readonly number: number;
  readonly rooms: readonly string[];
  /** Where it was in its rooms: it comes back. */
  readonly position?: { readonly epoch: string; readonly offset: number } | undefined;
  /** What it missed, where the server does not know by itself: so many frames of so many bytes. */
  readonly missed?: { readonly count: number; readonly bytes: number } | undefined;
  /** Offers compression without context takeover. */
  readonly deflate?: boolean | undefined;
}

/** How clients speak to one side: just enough to load it. */
export interface Dialect {
  /** The path, the query and the headers of the upgrade. */
  readonly upgrade: (spec: ClientSpec) => {
    readonly path: string;
    readonly headers?: readonly string[] | undefined;
  };
  /** Undefined: the client is ready as soon as the connection is open. */
  readonly hello?: ((spec: ClientSpec) => string) | undefined;
  /** What follows a `greeting`. */
  readonly next?: ((spec: ClientSpec) => string) | undefined;
  /** Answers a `ping`. */
  readonly pong?: string | undefined;
  /** Something said in a room, of which each member gets a frame of about `bytes`. Answered where it has an id. */
  readonly say: (message: { room: string; bytes: number; id?: number; text?: string }) => string;
  /** A request, which is answered by about the same data. */
  readonly ask: (message: { id: number; text: string }) => string;
  readonly kindOf: (bytes: Uint8Array, start: number, length: number) => FrameKind;
}

/** A text that fills what `used` leaves of `bytes`. */
export function padding(bytes: number, used: number): string {
  return "x".repeat(Math.max(0, bytes - used));
}
