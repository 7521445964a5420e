import type { Frame, Transport } from "@tautline/protocol";
import { ConflatedFrames, type ConflationSlot } from "./conflated-frames.js";
import type { Flushable, FlushTurn } from "./flush-turn.js";

/** How much may wait for a slow reader, in bytes. */
export interface OutboundLimits {
  /** Beyond it the reader is behind: what can wait elsewhere waits there, what need not come is dropped. */
  readonly highWaterBytes: number;
  /** Beyond it the connection is given up. */
  readonly limitBytes: number;
  /** Whether more waits for all readers together than may. */
  readonly isFull: boolean;
  /** So much more, or less, waits for this reader than before. */
  changed(bytes: number): void;
}

export interface OutboundEvents {
  /** What waits has passed the hard limit. Called once. */
  overflowed(bufferedBytes: number): void;
  /** Frames have been handed to the transport. */
  wrote(frames: number, bytes: number): void;
  /** The reader may be behind now, or no longer. Never called from within a push. */
  changed(): void;
}

/** What became of a frame: it waits to leave in this turn, or it never will. */
export type SendResult = "queued" | "dropped";

type Mode = "held" | "flowing" | "ended";

/**
 * More than this is written at once, not at the end of the turn: what one turn brings must not make a reader seem slow
 * to whom nothing was written yet.
 */
const earlyBytes = 65_536;

/** All that a connection has to send: in order, one write a turn, and no more of it than the limit. */
export class Outbound implements Flushable {
  readonly #transport: Transport;
  readonly #turn: FlushTurn;
  readonly #limits: OutboundLimits;
  readonly #events: OutboundEvents;
  readonly #earlyBytes: number;
  readonly #conflated: ConflatedFrames;
  #frames: Frame[] = [];
  #queuedBytes = 0;
  /** What waited in the transport when it was last asked: it is asked after each write and each drain. */
  #unsentBytes = 0;
  #scheduled = false;
  #mode: Mode = "flowing";

  constructor(transport: Transport, turn: FlushTurn, limits: OutboundLimits, events: OutboundEvents) {
    this.#transport = transport;
    this.#turn = turn;
    this.#limits = limits;
    this.#events = events;
    this.#earlyBytes = Math.min(earlyBytes, limits.highWaterBytes);
    this.#conflated = new ConflatedFrames(limits.highWaterBytes);
  }

  /** Bytes that wait here or in the socket. */
  get bufferedBytes(): number {
    return this.#queuedBytes + this.#unsentBytes;
  }

  /** Asked for each recipient of each publication: a sum and a comparison. */
  get isBehind(): boolean {
    return this.#queuedBytes + this.#unsentBytes > this.#limits.highWaterBytes;
  }

  push(frame: Frame): SendResult {
    if (this.#mode === "ended") return "dropped";
    if (this.#limits.isFull && this.isBehind) return this.#overflow();
    this.#queuedBytes += frame.byteLength;
    this.#frames.push(frame);
    if (this.bufferedBytes > this.#limits.limitBytes) return this.#overflow();
    if (this.#queuedBytes > this.#earlyBytes) this.#write();
    this.#schedule();
    return "queued";
  }

  pushVolatile(frame: Frame): SendResult {
    return this.isBehind ? "dropped" : this.push(frame);
  }

  /** As {@link pushVolatile}, but of the frames of one slot the newest is kept, and follows when the reader is no longer behind. */
  pushConflated(frame: Frame, slot: ConflationSlot): SendResult {
    if (this.#mode === "ended") return "dropped";
    // Behind those that wait already: an older one of its slot must not follow it.
    if (!this.isBehind && this.#conflated.size === 0) return this.push(frame);
    this.#conflated.put(frame, slot);
    return "queued";
  }

  /** Sends what was conflated, until the reader is behind again. */
  sendConflated(): void {
    while (!this.isBehind) {
      const frame = this.#conflated.take();
      if (!frame) return;
      this.push(frame);
    }
  }

  /** Forgets what was conflated of a room that the connection has left. */
  forgetConflated(room: string): void {
    this.#conflated.forget(room);
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

  /** At the end of a turn in which something was pushed. */
  flush(): void {
    this.#scheduled = false;
    if (this.#mode !== "flowing") return;
    this.#write();
    this.#events.changed();
  }

  /** Bytes that waited in the transport have left. */
  drained(): void {
    this.#measure();
    this.#events.changed();
  }

  /** Sends what waits and takes nothing more. What was held back is dropped: its first frame never came. */
  end(): void {
    if (this.#mode === "flowing") this.#write();
    this.#drop();
  }

  #write(): void {
    if (this.#mode !== "flowing" || this.#frames.length === 0) return;
    const frames = this.#frames;
    const bytes = this.#queuedBytes;
    this.#frames = [];
    this.#queuedBytes = 0;
    this.#transport.write(frames);
    this.#measure();
    this.#events.wrote(frames.length, bytes);
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
    this.#conflated.clear();
    this.#limits.changed(-this.#unsentBytes);
    this.#unsentBytes = 0;
  }

  /** What has yet to leave in this turn is not counted: most of it will. */
  #measure(): void {
    if (this.#mode === "ended") return;
    const before = this.#unsentBytes;
    this.#unsentBytes = this.#transport.bufferedBytes;
    if (this.#unsentBytes !== before) this.#limits.changed(this.#unsentBytes - before);
  }

  #schedule(): void {
    if (this.#scheduled || this.#mode !== "flowing") return;
    this.#scheduled = true;
    this.#turn.schedule(this);
  }
}
