import type { Codec, FrameBatch } from "@tautline/protocol";
import type { HistoryPage, KeptPublication } from "../broker/history.js";
import type { FrameRun } from "../connection/frame-sequence.js";
import { frameOf } from "./publication.js";
import { SharedFrames } from "./shared-frames.js";

/** The frames of publications without a hole between them. */
export interface ReplayRun extends FrameRun {
  /** The offset of the last one. */
  readonly last: number;
}

/** A stream, as whose frames they are: it stands for the stream as long as it is not forgotten. */
interface Replayable {
  readonly wireName: string;
}

/** What is made of one life of one stream, by offset. */
interface Replayed {
  readonly epoch: string;
  readonly frames: Map<number, SharedFrames>;
  /** Each by the offset of its first publication. */
  readonly runs: Map<Codec, Map<number, ReplayRun>>;
  bytes: number;
}

/** Which publications of a page are wanted: from this index on. */
interface RunStart {
  readonly first: number;
  readonly codec: Codec;
}

export interface ReplayFramesOptions {
  /** Of the payloads of all frames and runs. What is made of them for the wire takes as much again. */
  readonly maxBytes?: number | undefined;
  /** Of the payloads of one run, below 32 KiB: before its end nobody looks whether its reader is behind. */
  readonly maxRunBytes?: number | undefined;
}

/** A run is at most so long: together with what is written before it, it is still joined into one piece. */
const longest = { frames: 256, bytes: 32_768 } as const;

/**
 * The frames of publications that were read from history, for all streams of a node: when a node or a network was lost,
 * everybody comes back within a moment and misses the same. They are made once for all of them, as those of live
 * publications are, and so are their bytes in one piece. More than may be kept are forgotten all together, and made anew for who still wants them.
 */
export class ReplayFrames {
  readonly #maxBytes: number;
  readonly #maxRunBytes: number;
  readonly #streams = new Map<object, Replayed>();
  #bytes = 0;

  constructor({ maxBytes = 4_194_304, maxRunBytes = longest.bytes }: ReplayFramesOptions = {}) {
    this.#maxBytes = maxBytes;
    this.#maxRunBytes = Math.min(maxRunBytes, longest.bytes);
  }

  /** Bytes of all payloads. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * The frames of the publications of a page, from the one at the index `first` on: so many as are sent in one go, one at least. They may
   * reach beyond the page, if more was read for somebody else.
   */
  runOf(stream: Replayable, page: HistoryPage, { first, codec }: RunStart): ReplayRun {
    const start = (page.publications[first] as KeptPublication).offset;
    const known = this.#of(stream, page.epoch).runs.get(codec)?.get(start);
    if (known) return known;
    const publications = this.#runFrom(page.publications, first);
    const batch: FrameBatch = publications.map((publication) =>
      this.#framesOf(stream, page.epoch, publication).for(codec),
    );
    const byteLength = batch.reduce((sum, frame) => sum + frame.byteLength, 0);
    const run: ReplayRun = { batch, byteLength, last: start + batch.length - 1 };
    const replayed = this.#withRoomFor(byteLength, stream, page.epoch);
    const runs = replayed.runs.get(codec) ?? new Map<number, ReplayRun>();
    replayed.runs.set(codec, runs.set(start, run));
    return run;
  }

  /** The stream has ended, or begins a new life. */
  forget(stream: object): void {
    this.#bytes -= this.#streams.get(stream)?.bytes ?? 0;
    this.#streams.delete(stream);
  }

  #runFrom(publications: readonly KeptPublication[], first: number): readonly KeptPublication[] {
    let bytes = 0;
    let end = first;
    for (; end < publications.length && end - first < longest.frames; end++) {
      const { offset, byteLength } = publications[end] as KeptPublication;
      const isNext = end === first || offset === (publications[end - 1] as KeptPublication).offset + 1;
      bytes += byteLength;
      if (!isNext || (end > first && bytes > this.#maxRunBytes)) break;
    }
    return publications.slice(first, end);
  }

  #framesOf(stream: Replayable, epoch: string, publication: KeptPublication): SharedFrames {
    const { offset, timestamp, byteLength } = publication;
    const known = this.#of(stream, epoch).frames.get(offset);
    if (known) return known;
    const place = { room: stream.wireName, offset, timestamp };
    const frames = new SharedFrames((codec) => frameOf(publication, place, codec));
    this.#withRoomFor(byteLength, stream, epoch).frames.set(offset, frames);
    return frames;
  }

  /** What is kept of a stream, when there is room for so many bytes more. */
  #withRoomFor(bytes: number, stream: Replayable, epoch: string): Replayed {
    if (this.#bytes + bytes > this.#maxBytes) {
      this.#streams.clear();
      this.#bytes = 0;
    }
    const replayed = this.#of(stream, epoch);
    replayed.bytes += bytes;
    this.#bytes += bytes;
    return replayed;
  }

  #of(stream: Replayable, epoch: string): Replayed {
    const known = this.#streams.get(stream);
    if (known?.epoch === epoch) return known;
    this.forget(stream);
    const replayed: Replayed = { epoch, frames: new Map(), runs: new Map(), bytes: 0 };
    this.#streams.set(stream, replayed);
    return replayed;
  }
}
