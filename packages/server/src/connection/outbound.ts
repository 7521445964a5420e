import type { Frame, Transport } from "@tautline/protocol";
import { ConflatedFrames, type ConflationSlot } from "./conflated-frames.js";
import type { Flushable, FlushTurn } from "./flush-turn.js";
import type { FrameOrRun, FrameSequence } from "./frame-sequence.js";

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
  /**
   * The reader is behind, or no longer, or not and somebody asked to be told: see {@link Outbound.awaitRelief}. Never called
   * from within a push.
   */
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
  /** When something was last written, by the monotonic clock; 0: never. */
  wroteAt = 0;
  /** What had to wait for the operating system, and was taken by it. */
  bytesTaken = 0;
  readonly #transport: Transport;
  readonly #turn: FlushTurn;
  readonly #limits: OutboundLimits;
  readonly #events: OutboundEvents;
  readonly #earlyBytes: number;
  /** Made when there is something to wait in it: most readers are never behind. */
  #conflated: ConflatedFrames | undefined;
  /** What waits for the end of the turn; undefined: nothing. */
  #queued: FrameSequence | undefined;
  /** Of the payloads in it. */
  #queuedBytes = 0;
  /** What waited in the transport when it was last asked: it is asked after each write and each drain. */
  #unsentBytes = 0;
  #scheduled = false;
  /** Somebody wants to know when the reader is not behind. */
  #isAwaited = false;
  #mode: Mode = "flowing";

  constructor(transport: Transport, turn: FlushTurn, limits: OutboundLimits, events: OutboundEvents) {
    this.#transport = transport;
    this.#turn = turn;
    this.#limits = limits;
    this.#events = events;
    this.#earlyBytes = Math.min(earlyBytes, limits.highWaterBytes);
  }

  /** Bytes that wait: here as payloads, in the socket as what it was given, compressed or not. */
  get bufferedBytes(): number {
    return this.#queuedBytes + this.#unsentBytes;
  }

  /** Asked for each recipient of each publication: a sum and a comparison. */
  get isBehind(): boolean {
    return this.#queuedBytes + this.#unsentBytes > this.#limits.highWaterBytes;
  }

  push(part: FrameOrRun): SendResult {
    if (this.#mode === "ended") return "dropped";
    if (this.#limits.isFull && this.isBehind) return this.#overflow();
    const queued = (this.#queued ?? this.#turn.start).followedBy(part);
    this.#queued = queued;
    this.#queuedBytes = queued.byteLength;
    if (this.bufferedBytes > this.#limits.limitBytes) return this.#overflow();
    if (this.#queuedBytes > this.#earlyBytes) this.#write(this.#turn.now);
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
    if (!this.isBehind && !this.#conflated?.size) return this.push(frame);
    this.#conflated ??= new ConflatedFrames(this.#limits.highWaterBytes);
    this.#conflated.put(frame, slot);
    return "queued";
  }

  /** Sends what was conflated, until the reader is behind again. */
  sendConflated(): void {
    while (!this.isBehind) {
      const frame = this.#conflated?.take();
      if (!frame) return;
      this.push(frame);
    }
  }

  /** Forgets what was conflated of a room that the connection has left. */
  forgetConflated(room: string): void {
    this.#conflated?.forget(room);
  }

  /** Keeps everything back until {@link release}: nothing may overtake the first frame. */
  hold(): void {
    if (this.#mode === "flowing") this.#mode = "held";
  }

  /** Sends `first`, then what was held back. */
  release(first: Frame): void {
    if (this.#mode !== "held") return;
    this.#mode = "flowing";
    const held = this.#queued?.parts ?? [];
    let queued = this.#turn.start.followedBy(first);
    for (const part of held) queued = queued.followedBy(part);
    this.#queued = queued;
    this.#queuedBytes = queued.byteLength;
    this.#schedule();
  }

  /** At the end of a turn in which something was pushed. */
  flush(at: number): void {
    this.#scheduled = false;
    if (this.#mode !== "flowing") return;
    this.#write(at);
    this.#tell();
  }

  /** What was written has left. Called after each write, so of most there is nothing to tell: none of it had to wait. */
  drained(): void {
    if (this.#unsentBytes === 0) return;
    this.#measure();
    this.#tell();
  }

  /** Has `changed` called after the next write or drain that leaves the reader not behind. */
  awaitRelief(): void {
    this.#isAwaited = true;
  }

  /** Sends what waits and takes nothing more. What was held back is dropped: its first frame never came. */
  end(): void {
    if (this.#mode === "flowing") this.#write(this.#turn.now);
    this.#drop();
  }

  #write(at: number): void {
    const queued = this.#queued;
    if (this.#mode !== "flowing" || queued === undefined) return;
    this.#queued = undefined;
    this.#queuedBytes = 0;
    this.#transport.write(queued.batch);
    this.#measure();
    this.wroteAt = at;
    this.#turn.wrote(queued.count, queued.byteLength);
  }

  /** Only where somebody cares: for each connection of each broadcast even to look is work. */
  #tell(): void {
    const { isBehind } = this;
    if (!isBehind && !this.#isAwaited && !this.#conflated?.size) return;
    this.#isAwaited = isBehind;
    this.#events.changed();
  }

  #overflow(): SendResult {
    const bytes = this.bufferedBytes;
    this.#drop();
    this.#events.overflowed(bytes);
    return "dropped";
  }

  #drop(): void {
    this.#mode = "ended";
    this.#queued = undefined;
    this.#queuedBytes = 0;
    this.#conflated = undefined;
    this.#limits.changed(-this.#unsentBytes);
    this.#unsentBytes = 0;
  }

  /** What has yet to leave in this turn is not counted: most of it will. */
  #measure(): void {
    if (this.#mode === "ended") return;
    const before = this.#unsentBytes;
    this.#unsentBytes = this.#transport.bufferedBytes;
    if (this.#unsentBytes === before) return;
    this.#limits.changed(this.#unsentBytes - before);
    if (this.#unsentBytes < before) this.bytesTaken += before - this.#unsentBytes;
  }

  #schedule(): void {
    if (this.#scheduled || this.#mode !== "flowing") return;
    this.#scheduled = true;
    this.#turn.schedule(this);
  }
}
