import { connect, type Socket } from "node:net";
import { decode } from "@msgpack/msgpack";
import type { Envelope } from "@tautline/protocol";
import { firstFrame, opcodes, type ServerFrame, text } from "./frames.js";
import { type UpgradeShape, upgradeRequest } from "./upgrade-request.js";

/** The text of whatever a peer was sent is searched for canaries; so much of the newest is kept for that. */
const keptBytes = 4_000_000;

/**
 * A socket in an attacker's hands: it writes any bytes, answers nothing by itself, and keeps what it gets. Nothing that happens to
 * it throws.
 */
export class RawSocket {
  readonly socket: Socket;
  /** The HTTP answer; undefined until it is complete. */
  answer: string | undefined;
  /** Frames that came and were not taken. */
  readonly frames: ServerFrame[] = [];
  isEnded = false;
  #rest: Buffer = Buffer.alloc(0);
  #received: Buffer[] = [];
  #receivedBytes = 0;
  readonly #waiting = new Set<() => void>();

  constructor(port: number) {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    this.socket = socket;
    socket.on("error", () => undefined);
    socket.on("data", (chunk) => this.#read(chunk));
    socket.on("close", () => {
      this.isEnded = true;
      this.#changed();
    });
  }

  /** All that came, as text. */
  get received(): string {
    return Buffer.concat(this.#received).toString("latin1");
  }

  get receivedBytes(): number {
    return this.#receivedBytes;
  }

  write(...bytes: readonly (Uint8Array | string)[]): void {
    for (const piece of bytes) this.socket.write(piece);
  }

  /** Writes one envelope. */
  send(...messages: readonly unknown[]): void {
    this.write(Buffer.concat(messages.map(text)));
  }

  /** Asks for an upgrade, and gives the status. */
  async upgrade(shape: UpgradeShape = {}): Promise<number> {
    this.write(upgradeRequest(shape));
    return this.status();
  }

  /** The status of the HTTP answer; 0: the socket ended without one. */
  async status(): Promise<number> {
    await this.#until(() => this.answer !== undefined || this.isEnded);
    return Number(/^HTTP\/1\.1 (\d+)/.exec(this.answer ?? "")?.[1] ?? 0);
  }

  /** The next envelope of this type. */
  next(type: string): Promise<Envelope> {
    return this.nextOf([type]);
  }

  /** The next envelope of one of these types; those before it are dropped. Throws when the socket ends without it. */
  async nextOf(types: readonly string[]): Promise<Envelope> {
    for (;;) {
      for (let read = this.frames.shift(); read; read = this.frames.shift()) {
        const envelope = envelopeOf(read);
        if (envelope && types.includes(envelope.type)) return envelope;
        // Whoever waits for a close is still to find it.
        if (read.opcode === opcodes.close) {
          this.frames.unshift(read);
          break;
        }
      }
      if (this.isEnded)
        throw new Error(`the socket ended before ${types.join(" or ")} came: ${this.received.slice(-300)}`);
      await this.#until(() => this.isEnded || this.frames.some(({ opcode }) => opcode !== opcodes.close));
    }
  }

  /** The next control frame of this kind. */
  async control(opcode: number): Promise<ServerFrame | undefined> {
    const find = () => this.frames.findIndex((frame) => frame.opcode === opcode);
    await this.#until(() => find() >= 0 || this.isEnded);
    return find() < 0 ? undefined : this.frames.splice(find(), 1)[0];
  }

  /** The code that the server closes with; 1006: it ended the socket without one. */
  async closeCode(): Promise<number> {
    const closed = await this.control(opcodes.close);
    return closed && closed.payload.length >= 2 ? closed.payload.readUInt16BE(0) : closed ? 1005 : 1006;
  }

  /** Resolves when the socket has ended. */
  ended(): Promise<void> {
    return this.#until(() => this.isEnded);
  }

  /** Resolves when so many bytes have come in all. */
  has(bytes: number): Promise<void> {
    return this.#until(() => this.#receivedBytes >= bytes || this.isEnded);
  }

  async #until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }

  #read(chunk: Buffer): void {
    this.#receivedBytes += chunk.length;
    if (this.#receivedBytes <= keptBytes) this.#received.push(chunk);
    this.#rest = Buffer.concat([this.#rest, chunk]);
    if (this.answer === undefined) this.#readAnswer();
    if (this.answer?.startsWith("HTTP/1.1 101")) this.#readFrames();
    this.#changed();
  }

  #readAnswer(): void {
    const end = this.#rest.indexOf("\r\n\r\n");
    if (end < 0) return;
    this.answer = this.#rest.subarray(0, end).toString("latin1");
    this.#rest = this.#rest.subarray(end + 4);
  }

  #readFrames(): void {
    for (let found = firstFrame(this.#rest); found; found = firstFrame(this.#rest)) {
      this.frames.push(found.frame);
      this.#rest = this.#rest.subarray(found.length);
    }
  }

  #changed(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}

function envelopeOf({ opcode, payload }: ServerFrame): Envelope | undefined {
  if (opcode === opcodes.text) return JSON.parse(payload.toString()) as Envelope;
  return opcode === opcodes.binary ? (decode(payload) as Envelope) : undefined;
}
