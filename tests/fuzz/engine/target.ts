import type fc from "fast-check";

/** Something that takes input from outside, and what must hold whatever that is. */
export interface Target {
  readonly name: string;
  /** Which files of the product are under test: the ends of their paths. What reaches new code there is interesting. */
  readonly covers: readonly string[];
  /** Of branches in `covers`, the least share that a minute of fuzzing must have reached, 0 to 1; undefined: none is asked for. */
  readonly leastBranches?: number | undefined;
  /** Inputs of real runs, from which others are made. */
  seeds(): readonly Uint8Array[] | Promise<readonly Uint8Array[]>;
  /** Inputs that have the structure of real ones. */
  readonly structured: fc.Arbitrary<Uint8Array>;
  /** Words that mean something to the target. */
  readonly words: readonly string[];
  /** Hands an input over. Throws where what must hold does not. */
  run(input: Uint8Array): void | Promise<void>;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A text as bytes. */
export const bytesOf = (text: string): Uint8Array => encoder.encode(text);

/** Bytes as a text: what is no UTF-8 becomes U+FFFD. */
export const textOf = (bytes: Uint8Array): string => decoder.decode(bytes);

/** @throws what is to be said, where `holds` is false */
export function check(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Error(otherwise);
}
