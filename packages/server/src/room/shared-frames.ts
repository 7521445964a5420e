import type { Codec, Envelope, Frame } from "@tautline/protocol";

/** The frame of an envelope of our own making. Throws what only a fault of ours can bring about. */
export function encoded(envelope: Envelope, codec: Codec): Frame {
  const frame = codec.encode(envelope);
  if (!frame.ok) throw frame.error;
  return frame.value;
}

/** One envelope's frames: one for each codec, made when the first connection with that codec wants it. */
export class SharedFrames {
  readonly #encode: (codec: Codec) => Frame;
  #codec: Codec | undefined;
  #frame: Frame | undefined;
  /** Of the codecs before the current one. Most rooms have one codec and never need it. */
  #others: Map<Codec, Frame> | undefined;

  constructor(encode: (codec: Codec) => Frame) {
    this.#encode = encode;
  }

  for(codec: Codec): Frame {
    if (codec === this.#codec && this.#frame) return this.#frame;
    const known = this.#others?.get(codec);
    if (known) return known;
    const frame = this.#encode(codec);
    if (this.#codec && this.#frame) {
      this.#others ??= new Map();
      this.#others.set(this.#codec, this.#frame).set(codec, frame);
    }
    this.#codec = codec;
    this.#frame = frame;
    return frame;
  }
}
