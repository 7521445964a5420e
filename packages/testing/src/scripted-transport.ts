import {
  type Codec,
  type Envelope,
  type Frame,
  jsonCodec,
  type Transport,
  type TransportEvents,
} from "@tautline/protocol";
import { envelopeOf, messageOf } from "./inbox.js";

/** A close that the program under test asked for. */
export interface TransportClose {
  readonly code: number;
  readonly reason: string;
}

/**
 * The server's end of a socket without a network. A test holds the peer's end: it sends by {@link send}, finds what was
 * written in {@link sent}, and does by hand what the network would do: {@link end}, {@link drain}, {@link alive}.
 */
export class ScriptedTransport implements Transport {
  readonly protocol: string;
  /** Every envelope that was written, in order. */
  readonly sent: Envelope[] = [];
  /** How many frames each write had. */
  readonly writes: number[] = [];
  /** Every close that was asked for. */
  readonly closeRequests: TransportClose[] = [];
  /** Whether a close is answered in the next microtask. False: it hangs until {@link end}. */
  answersClose = true;
  /** Whether the operating system takes what is written. False: it stays in {@link bufferedBytes}. */
  takesBytes = true;
  /** Ping frames sent. */
  pings = 0;
  isPaused = false;
  isTerminated = false;
  bufferedBytes = 0;
  #events: TransportEvents | undefined;
  #ended = false;
  readonly #early: (string | Uint8Array)[] = [];

  readonly #codec: Codec;

  /** @param protocol - the subprotocol that was chosen, empty for a plain peer; or the codec that the peer speaks. */
  constructor(protocol: string | Codec = jsonCodec) {
    this.#codec = typeof protocol === "string" ? jsonCodec : protocol;
    this.protocol = typeof protocol === "string" ? protocol : protocol.subprotocol;
  }

  /** Whether the program was told that the socket has ended. */
  get hasEnded(): boolean {
    return this.#ended;
  }

  start(events: TransportEvents): void {
    this.#events = events;
    for (const message of this.#early.splice(0)) events.message(message);
  }

  write(frames: readonly Frame[]): void {
    if (this.#ended) return;
    this.writes.push(frames.length);
    for (const { payload, byteLength } of frames) {
      if (!this.takesBytes) this.bufferedBytes += byteLength;
      this.sent.push(envelopeOf(payload, this.#codec));
    }
  }

  ping(): void {
    this.pings++;
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
  }

  close(code: number, reason: string): void {
    if (this.#ended) return;
    this.closeRequests.push({ code, reason });
    if (this.answersClose) queueMicrotask(() => this.end(code, reason));
  }

  terminate(): void {
    this.isTerminated = true;
    queueMicrotask(() => this.end(1006, ""));
  }

  /** The peer sends a message. Objects are sent as its codec says them, those of JSON as they are. */
  send(message: unknown): void {
    const isRaw = typeof message === "string" || message instanceof Uint8Array;
    const data = isRaw
      ? message
      : this.#codec.binary
        ? messageOf(message as Envelope, this.#codec)
        : JSON.stringify(message);
    if (this.#events) this.#events.message(data);
    else this.#early.push(data);
  }

  /** The peer sends a pong frame. */
  alive(): void {
    this.#events?.alive();
  }

  /** The operating system takes what waited: all of it, or all but `left` bytes. */
  drain(left = 0): void {
    this.bufferedBytes = left;
    this.#events?.drained();
  }

  /** The socket ends: by a close frame of the peer, or (1006) without one. */
  end(code = 1000, reason = ""): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#events?.closed(code, reason);
  }

  /** Takes out the oldest envelope of a type. Throws when there is none. */
  take(type: string): Envelope {
    const index = this.sent.findIndex((envelope) => envelope.type === type);
    const [found] = index < 0 ? [] : this.sent.splice(index, 1);
    if (found) return found;
    throw new Error(
      `expected ${type} among ${this.sent.map((envelope) => envelope.type).join(", ") || "nothing"}`,
    );
  }
}
