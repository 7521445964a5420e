import { Duplex } from "node:stream";

/** The server's end of a TCP connection without a network: what is pushed comes from the peer. */
export class MemorySocket extends Duplex {
  readonly remoteAddress = "192.0.2.1";
  readonly #written: Buffer[] = [];

  constructor() {
    super({ allowHalfOpen: false });
    // As Node's servers have it: an error ends this socket, and no more.
    this.on("error", () => undefined);
  }

  /** All that the server has written. */
  get written(): Buffer {
    return Buffer.concat(this.#written);
  }

  override _read(): void {
    // Bytes come when they are pushed.
  }

  override _write(chunk: Buffer, _: string, done: () => void): void {
    this.#written.push(chunk);
    done();
  }

  // What a server of Node calls on a socket.
  setTimeout(): this {
    return this;
  }
  setNoDelay(): this {
    return this;
  }
  setKeepAlive(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
  destroySoon(): void {
    this.end();
    this.destroy();
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Lets the event loop go on for some turns. */
export async function turns(count: number): Promise<void> {
  for (let n = 0; n < count; n++) await turn();
}

/** The peer sends these bytes in chunks, and nothing more. */
export async function feed(socket: MemorySocket, chunks: readonly Uint8Array[]): Promise<void> {
  for (const chunk of chunks) {
    if (socket.destroyed || socket.readableEnded) return;
    // A copy: what reads frames takes their mask off in place.
    socket.push(Buffer.from(chunk));
    await turn();
  }
}

/** The same bytes in chunks of odd sizes, the same ones for the same bytes. */
export function chunksOf(bytes: Uint8Array): readonly Uint8Array[] {
  const chunks: Uint8Array[] = [];
  // A long input is not cut into thousands.
  const largest = Math.max(7, bytes.length / 40);
  let state = bytes.length + 1;
  for (let at = 0; at < bytes.length; ) {
    state = (state * 48_271 + (bytes[at] ?? 0)) % 2_147_483_647;
    const size = 1 + (state % largest);
    chunks.push(bytes.subarray(at, at + Math.floor(size)));
    at += Math.floor(size);
  }
  return chunks;
}
