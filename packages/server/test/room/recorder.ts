import { type Codec, type Envelope, type Frame, jsonCodec, type MaybePromise } from "@tautline/protocol";
import { Backpressure } from "../../src/connection/backpressure.js";
import { ConflatedFrames, type ConflationSlot } from "../../src/connection/conflated-frames.js";
import type { FrameOrRun } from "../../src/connection/frame-sequence.js";
import type { RoomConnection } from "../../src/room/room-connection.js";

/** A connection that keeps every frame it is given. */
export class Recorder implements RoomConnection {
  readonly id: string;
  readonly user: string;
  readonly member: string;
  readonly peer: { readonly attempt: number };
  readonly codec: Codec;
  readonly frames: Frame[] = [];
  /** How many frames it takes before it is behind. */
  takes: number = Number.POSITIVE_INFINITY;
  readonly #backpressure = new Backpressure({
    outbound: this,
    inbound: { hold: () => undefined, release: () => undefined },
  });
  readonly #conflated = new ConflatedFrames(10_000);
  /** What came by `pushVolatile`. */
  readonly volatile = new Set<Frame>();

  constructor(
    id: string,
    { user = "u", member = id, peer = { attempt: 1 }, codec = jsonCodec }: Partial<RoomConnection> = {},
  ) {
    this.id = id;
    this.user = user;
    this.member = member;
    this.peer = peer;
    this.codec = codec;
  }

  push(part: FrameOrRun): void {
    const frames = "batch" in part ? part.batch : [part];
    this.takes -= frames.length;
    this.frames.push(...frames);
  }

  pushVolatile(frame: Frame): void {
    this.volatile.add(frame);
    this.push(frame);
  }

  get isBehind(): boolean {
    return this.takes <= 0;
  }

  pushConflated(frame: Frame, slot: ConflationSlot): void {
    if (this.isBehind || this.#conflated.size > 0) this.#conflated.put(frame, slot);
    else this.push(frame);
  }

  forgetConflated(room: string): void {
    this.#conflated.forget(room);
  }

  /** It tells at each change, whoever asked. */
  awaitRelief(): void {}

  sendConflated(): void {
    for (let next = this.#conflated.take(); next; next = this.#conflated.take()) this.push(next);
  }

  inTurn<T>(step: () => MaybePromise<T>): MaybePromise<T> {
    return this.#backpressure.inTurn(step);
  }

  relieved(): Promise<void> {
    return this.#backpressure.relieved();
  }

  /** The reader has taken what waited, and takes so many frames more. */
  relieve(takes: number): void {
    this.takes = takes;
    this.#backpressure.changed();
  }

  /** Everything so far, decoded. */
  get envelopes(): Envelope[] {
    return this.frames.map(({ payload, byteLength }) => {
      const decoded = this.codec.decode(payload);
      if (!decoded.ok) throw decoded.error;
      if (Buffer.byteLength(payload) !== byteLength) throw new Error(`byteLength of ${String(payload)}`);
      return decoded.value;
    });
  }

  /** Publications and gaps, in few words: `message 3`, `typing`, `gap trimmed 2-4 → 4`. */
  get story(): string[] {
    return this.envelopes.flatMap(({ type, offset, data, room }) => {
      if (type === "$gap") {
        const { reason, from, to, offset: at } = data as Record<string, unknown>;
        return [`gap ${reason} ${from}-${to} → ${at}`];
      }
      if (room === undefined) return [];
      return [offset === undefined ? type : `${type} ${offset}`];
    });
  }

  get offsets(): number[] {
    return this.envelopes.flatMap(({ offset, type }) =>
      offset === undefined || type.startsWith("$") ? [] : [offset],
    );
  }

  presence(): {
    version: number;
    snapshot?: number;
    joined?: { member: string; state?: unknown }[];
    updated?: { member: string; state?: unknown }[];
    left?: string[];
    count?: number;
  }[] {
    return this.envelopes.flatMap(({ type, data }) => (type === "$presence" ? [data as never] : []));
  }
}
