import type { Codec, Frame } from "@tautline/protocol";
import type { KeptPublication } from "../broker/history.js";
import { frameOf } from "./publication.js";
import { SharedFrames } from "./shared-frames.js";

/** Of one stream, by offset. */
interface Replayed {
  readonly epoch: string;
  readonly frames: Map<number, SharedFrames>;
  bytes: number;
}

/**
 * The frames of publications that were read from history, for all streams of a node: when a node or a network was lost,
 * everybody comes back within a moment and misses the same. They are made once for all of them, as those of live
 * publications are. More than may be kept are forgotten all together, and made anew for who still wants them.
 */
export class ReplayFrames {
  readonly #maxBytes: number;
  readonly #streams = new Map<object, Replayed>();
  #bytes = 0;

  /** @param maxBytes - of all payloads; what is made of them for the wire takes as much again */
  constructor(maxBytes = 4_194_304) {
    this.#maxBytes = maxBytes;
  }

  /** Bytes of all payloads. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The frame of a publication in this life of a stream. `stream` stands for the stream as long as it is not forgotten. */
  frameOf(
    stream: { readonly wireName: string },
    epoch: string,
    publication: KeptPublication,
    codec: Codec,
  ): Frame {
    const { offset, timestamp, byteLength } = publication;
    const known = this.#of(stream, epoch).frames.get(offset);
    if (known) return known.for(codec);
    if (this.#bytes + byteLength > this.#maxBytes) this.#forgetAll();
    const place = { room: stream.wireName, offset, timestamp };
    const frames = new SharedFrames((which) => frameOf(publication, place, which));
    const replayed = this.#of(stream, epoch);
    replayed.frames.set(offset, frames);
    replayed.bytes += byteLength;
    this.#bytes += byteLength;
    return frames.for(codec);
  }

  /** The stream has ended, or begins a new life. */
  forget(stream: object): void {
    this.#bytes -= this.#streams.get(stream)?.bytes ?? 0;
    this.#streams.delete(stream);
  }

  #of(stream: object, epoch: string): Replayed {
    const known = this.#streams.get(stream);
    if (known?.epoch === epoch) return known;
    this.forget(stream);
    const replayed: Replayed = { epoch, frames: new Map(), bytes: 0 };
    this.#streams.set(stream, replayed);
    return replayed;
  }

  #forgetAll(): void {
    this.#streams.clear();
    this.#bytes = 0;
  }
}
