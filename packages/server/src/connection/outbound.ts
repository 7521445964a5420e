import type { Frame, Transport } from "@tautline/protocol";
import type { Flushable, FlushTurn } from "./flush-turn.js";

/** How much may wait for a slow reader, in bytes. */
export interface OutboundLimits {
  /** Beyond it the reader is behind: volatile frames are dropped. */
  readonly highWaterBytes: number;
  /** Beyond it the connection is given up. */
  readonly limitBytes: number;
}

export interface OutboundEvents {
  /** What waits has passed the hard limit. Called once. */
  overflowed(bufferedBytes: number): void;
  /** Frames have been handed to the transport. */
  wrote(frames: number, bytes: number): void;
}

/** What became of a frame: it waits to leave in this turn, or it never will. */
export type SendResult = "queued" | "dropped";

type Mode = "held" | "flowing" | "ended";

/** All that a connection has to send: in order, one write a turn, and no more of it than the limit. */
export class Outbound implements Flushable {
  readonly #transport: Transport;
  readonly #turn: FlushTurn;
  readonly #limits: OutboundLimits;
  readonly #events: OutboundEvents;
  #frames: Frame[] = [];
  #queuedBytes = 0;
  #scheduled = false;
  #mode: Mode = "flowing";

  constructor(transport: Transport, turn: FlushTurn, limits: OutboundLimits, events: OutboundEvents) {
    this.#transport = transport;
    this.#turn = turn;
    this.#limits = limits;
    this.#events = events;
  }

  /** Bytes that wait here or in the socket. */
  get bufferedBytes(): number {
    return this.#queuedBytes + this.#transport.bufferedBytes;
  }

  get isBehind(): boolean {
    return this.bufferedBytes > this.#limits.highWaterBytes;
  }

  push(frame: Frame): SendResult {
    if (this.#mode === "ended") return "dropped";
    this.#queuedBytes += frame.byteLength;
    this.#frames.push(frame);
    if (this.bufferedBytes > this.#limits.limitBytes) return this.#overflow();
    this.#schedule();
    return "queued";
  }

  pushVolatile(frame: Frame): SendResult {
    return this.isBehind ? "dropped" : this.push(frame);
  }

  /** Keeps everything back until {@link release}: nothing may overtake the first frame. */
  hold(): void {
    if (this.#mode === "flowing") this.#mode = "held";
  }

  /** Sends `first`, then what was held back. */
  release(first: Frame): void {
    if (this.#mode !== "held") return;
    this.#mode = "flowing";
    this.#frames.unshift(first);
    this.#queuedBytes += first.byteLength;
    this.#schedule();
  }

  flush(): void {
    this.#scheduled = false;
    if (this.#mode !== "flowing" || this.#frames.length === 0) return;
    const frames = this.#frames;
    const bytes = this.#queuedBytes;
    this.#frames = [];
    this.#queuedBytes = 0;
    this.#transport.write(frames);
    this.#events.wrote(frames.length, bytes);
  }

  /** Sends what waits and takes nothing more. What was held back is dropped: its first frame never came. */
  end(): void {
    this.flush();
    this.#drop();
  }

  #overflow(): SendResult {
    const bytes = this.bufferedBytes;
    this.#drop();
    this.#events.overflowed(bytes);
    return "dropped";
  }

  #drop(): void {
    this.#mode = "ended";
    this.#frames = [];
    this.#queuedBytes = 0;
  }

  #schedule(): void {
    if (this.#scheduled || this.#mode !== "flowing") return;
    this.#scheduled = true;
    this.#turn.schedule(this);
  }
}
