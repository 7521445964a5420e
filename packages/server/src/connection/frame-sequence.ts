import type { Frame, FrameBatch } from "@tautline/protocol";

/** Frames that many are sent one after the other, in whichever turn: made into bytes once for all of them. */
export interface FrameRun {
  readonly batch: FrameBatch;
  /** Of all their payloads. */
  readonly byteLength: number;
}

/** What a connection is given in one go. */
export type FrameOrRun = Frame | FrameRun;

/**
 * What a connection was given in a turn, one frame or run after the other: a node of a trie. Connections that were given the same
 * stand on the same node, so that whatever is made of it is made once: nothing is kept for each connection but where it stands.
 */
export class FrameSequence {
  /** How many frames. */
  readonly count: number;
  /** Of all their payloads. */
  readonly byteLength: number;
  readonly #before: FrameSequence | undefined;
  readonly #part: FrameOrRun | undefined;
  #next: FrameSequence | undefined;
  #batch: FrameBatch | undefined;

  private constructor(before: FrameSequence | undefined, part: FrameOrRun | undefined) {
    this.count = (before?.count ?? 0) + (part ? countOf(part) : 0);
    this.byteLength = (before?.byteLength ?? 0) + (part?.byteLength ?? 0);
    this.#before = before;
    this.#part = part;
  }

  /** Where every sequence of a turn begins. */
  static empty(): FrameSequence {
    return new FrameSequence(undefined, undefined);
  }

  /** This sequence and one frame or run more. */
  followedBy(part: FrameOrRun): FrameSequence {
    // It is given to all its receivers in one go: of all the edges of a node only the last is asked for again.
    const next = this.#next;
    if (next !== undefined && next.#part === part) return next;
    this.#next = new FrameSequence(this, part);
    return this.#next;
  }

  /** What it was put together of, the first one first. */
  get parts(): FrameOrRun[] {
    const parts: FrameOrRun[] = [];
    for (let node: FrameSequence | undefined = this; node !== undefined; node = node.#before)
      if (node.#part !== undefined) parts.push(node.#part);
    return parts.reverse();
  }

  /** The frames, the first one first: the same batch for everyone who stands here. */
  get batch(): FrameBatch {
    this.#batch ??= batchOf(this.parts);
    return this.#batch;
  }
}

function isRun(part: FrameOrRun): part is FrameRun {
  return "batch" in part;
}

function countOf(part: FrameOrRun): number {
  return isRun(part) ? part.batch.length : 1;
}

function batchOf(given: readonly FrameOrRun[]): FrameBatch {
  const [first] = given;
  if (given.length === 1 && first && isRun(first)) return first.batch;
  const frames: Frame[] = [];
  for (const part of given) {
    // Hundreds of them, for each that recovers: not by `flatMap`, which is slow.
    if (isRun(part)) for (const frame of part.batch) frames.push(frame);
    else frames.push(part);
  }
  const batch: FrameBatch = frames;
  if (given.some(isRun)) batch.parts = given.map((part) => (isRun(part) ? part.batch : part));
  return batch;
}
