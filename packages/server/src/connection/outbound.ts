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
  // What each publication and each flush looks at comes first, side by side: of thousands of receivers each has to be
  // fetched from memory anew.
  /** What waits for the end of the turn; undefined: nothing. */
  #queued: FrameSequence | undefined;
  #mode: Mode = "flowing";
  /** What waited in the transport when it was last asked: it is asked after each write and each drain. */
  #unsentBytes = 0;
  readonly #limits: OutboundLimits;
  readonly #turn: FlushTurn;
  readonly #transport: Transport;
  /** When something was last written, in whole milliseconds of the monotonic clock; 0: never. */
  wroteAt = 0;
  /** Somebody wants to know when the reader is not behind. */
  #isAwaited = false;
  /** Made when there is something to wait in it: most readers are never behind. */
  #conflated: ConflatedFrames | undefined;
  readonly #events: OutboundEvents;
  /** What had to wait for the operating system, and was taken by it. */
  bytesTaken = 0;

  constructor(transport: Transport, turn: FlushTurn, limits: OutboundLimits, events: OutboundEvents) {
    this.#transport = transport;
    this.#turn = turn;
    this.#limits = limits;
    this.#events = events;
  }

  /** Bytes that wait: here as payloads, in the socket as what it was given, compressed or not. */
  get bufferedBytes(): number {
    return (this.#queued?.byteLength ?? 0) + this.#unsentBytes;
  }

  /** Asked for each recipient of each publication: a sum and a comparison. */
  get isBehind(): boolean {
    return this.bufferedBytes > this.#limits.highWaterBytes;
  }

  push(part: FrameOrRun): SendResult {
    if (this.#mode === "ended") return "dropped";
    const limits = this.#limits;
    if (limits.isFull && this.isBehind) return this.#overflow();
    const before = this.#queued;
    const queued = (before ?? this.#turn.start).followedBy(part);
    this.#queued = queued;
    const { byteLength } = queued;
    if (byteLength + this.#unsentBytes > limits.limitBytes) return this.#overflow();
    // After an early write it waits for its flush already: the second one finds nothing.
    if (before === undefined) this.#schedule();
    if (byteLength > earlyBytes || byteLength > limits.highWaterBytes) this.#write(this.#turn.now);
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
    this.#schedule();
  }

  lookAhead(): number {
    return this.#transport.bufferedBytes;
  }

  /** At the end of a turn in which something was pushed. */
  flush(at: number): void {
    if (this.#mode !== "flowing") return;
    // Before the write: it takes so long that everything has to be fetched again after it.
    const isWatched = this.#unsentBytes > 0 || this.#isAwaited || this.#conflated !== undefined;
    if (this.#write(at) > 0 || isWatched) this.#tell();
  }

  /** Something of what had to wait has left. */
  drained(): void {
    if (this.#unsentBytes === 0) return;
    this.#measured(this.#transport.bufferedBytes);
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

  /** Gives what has to wait, in bytes. */
  #write(at: number): number {
    const queued = this.#queued;
    if (this.#mode !== "flowing" || queued === undefined) return this.#unsentBytes;
    const transport = this.#transport;
    const waited = this.#unsentBytes;
    this.#queued = undefined;
    this.wroteAt = at;
    this.#turn.wrote(queued.count, queued.byteLength);
    transport.write(queued.batch);
    const waits = transport.bufferedBytes;
    if (waits !== waited) this.#measured(waits);
    return waits;
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
    this.#conflated = undefined;
    this.#limits.changed(-this.#unsentBytes);
    this.#unsentBytes = 0;
  }

  /** What has yet to leave in this turn is not counted: most of it will. */
  #measured(unsentBytes: number): void {
    if (this.#mode === "ended") return;
    const more = unsentBytes - this.#unsentBytes;
    this.#unsentBytes = unsentBytes;
    this.#limits.changed(more);
    if (more < 0) this.bytesTaken -= more;
  }

  #schedule(): void {
    if (this.#mode === "flowing") this.#turn.schedule(this);
  }
}
