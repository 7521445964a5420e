import { WebSocket } from "ws";

/** What is told of a user's sockets. */
export interface SocketWatch {
  opened(socket: UserSocket): void;
  /** A whole message, as bytes. */
  received(frame: Buffer, socket: UserSocket): void;
  ended(socket: UserSocket, end: SocketEnd): void;
}

/** How a socket ended. */
export interface SocketEnd {
  readonly code: number;
  /** This side cut it, or it ended as both sides say goodbye (1000). */
  readonly expected: boolean;
  /** It had been open. */
  readonly opened: boolean;
}

/** How all sockets of a test are made. */
export interface SocketSettings {
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

/** More than any message of a sane server; by default `ws` takes 100 MiB. */
const maxPayload = 16 * 1024 * 1024;

/** A WebSocket that is watched, whoever uses it: the client under test, or a scenario. */
export class UserSocket extends WebSocket {
  #isCut = false;

  constructor(
    [address, protocols]: readonly [address: string, protocols: string | string[] | undefined],
    { headers, timeoutMs }: SocketSettings,
    watch: SocketWatch,
  ) {
    super(address, protocols, { headers, handshakeTimeout: timeoutMs, maxPayload });
    // An error of `ws` that nobody listens to ends the process; its end follows.
    this.on("error", () => {});
    let opened = false;
    this.once("open", () => {
      opened = true;
      watch.opened(this);
    });
    this.once("close", (code) => {
      watch.ended(this, { code, expected: this.#isCut || code === 1000, opened });
    });
    // Before the listeners of whoever uses it: time counts from when a frame is there.
    this.on("message", (data) => watch.received(bytesOf(data), this));
  }

  override terminate(): void {
    this.#isCut = true;
    super.terminate();
  }
}

function bytesOf(data: Buffer | ArrayBuffer | Buffer[]): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}
