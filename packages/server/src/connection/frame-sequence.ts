import type { Frame, FrameBatch } from "@tautline/protocol";

/**
 * What a connection was given in a turn, one frame after the other: a node of a trie. Connections that were given the same
 * frames stand on the same node, so that whatever is made of them is made once: nothing is kept for each connection but
 * where it stands.
 */
export class FrameSequence {
  /** How many frames. */
  readonly count: number;
  /** Of all their payloads. */
  readonly byteLength: number;
  readonly #before: FrameSequence | undefined;
  readonly #frame: Frame | undefined;
  #next: FrameSequence | undefined;
  #batch: FrameBatch | undefined;

  private constructor(before: FrameSequence | undefined, frame: Frame | undefined) {
    this.count = before ? before.count + 1 : 0;
    this.byteLength = (before?.byteLength ?? 0) + (frame?.byteLength ?? 0);
    this.#before = before;
    this.#frame = frame;
  }

  /** Where every sequence of a turn begins. */
  static empty(): FrameSequence {
    return new FrameSequence(undefined, undefined);
  }

  /** This sequence and one frame more. */
  followedBy(frame: Frame): FrameSequence {
    // A frame is given to all its receivers in one go: of all the edges of a node only the last is asked for again.
    const next = this.#next;
    if (next !== undefined && next.#frame === frame) return next;
    this.#next = new FrameSequence(this, frame);
    return this.#next;
  }

  /** The frames, the first one first: the same batch for everyone who stands here. */
  get batch(): FrameBatch {
    this.#batch ??= this.#collect();
    return this.#batch;
  }

  #collect(): FrameBatch {
    const frames = new Array<Frame>(this.count);
    for (let node: FrameSequence | undefined = this; node !== undefined; node = node.#before)
      if (node.#frame !== undefined) frames[node.count - 1] = node.#frame;
    return frames;
  }
}
