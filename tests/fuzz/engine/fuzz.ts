import type { Random } from "@tautline/protocol";
import { seededRandom } from "@tautline/testing";
import fc from "fast-check";
import { failureOf } from "./failure.js";
import { mutate } from "./mutate.js";
import { shrink } from "./shrink.js";
import type { Target } from "./target.js";

/** Tells whether an input, or several, reached anything that nothing had reached before. */
export interface Feedback {
  /** Since the last look. It still counts as new afterwards. */
  hasNew(): boolean;
  /** The same, and from now on it is known. */
  takeNew(): boolean;
}

/** What was found. */
export interface Finding {
  readonly input: Uint8Array;
  readonly error: unknown;
}

/** What one run of a fuzzer did. */
export interface Campaign {
  readonly runs: number;
  /** The inputs that each reached something new, the seeds first: together they reach all that was reached. */
  readonly corpus: readonly Uint8Array[];
  readonly finding: Finding | undefined;
}

export interface FuzzOptions {
  readonly seed: number;
  /** Asked after each batch with the number of runs so far. */
  readonly goesOn: (runs: number) => boolean;
  readonly feedback: Feedback;
}

/** Looking at what was reached takes longer than many runs: so many share one look, the more the longer nothing new was found. */
const batches = { least: 64, most: 1_024 };

/** Feeds a target until time is over or something is wrong, following whatever reaches new code. */
export async function fuzz(target: Target, { seed, goesOn, feedback }: FuzzOptions): Promise<Campaign> {
  const inputs = new Inputs(target, seededRandom(seed), await target.seeds());
  let runs = 0;
  let size = batches.least;
  let batch = inputs.first(size);
  do {
    for (const input of batch) {
      const error = await failureOf(target, input);
      if (error !== undefined) return { runs, corpus: inputs.corpus, finding: await smallest(target, input) };
      if (!goesOn(++runs)) break;
    }
    const isNew = feedback.hasNew();
    if (isNew) await keepNew(batch, { target, inputs, feedback });
    size = isNew ? batches.least : Math.min(2 * size, batches.most);
    batch = inputs.next(size);
  } while (goesOn(runs));
  return { runs, corpus: inputs.corpus, finding: undefined };
}

/** One of these reaches something new, or several: they are halved until each stands alone. */
async function keepNew(batch: readonly Uint8Array[], world: World): Promise<void> {
  const { target, inputs, feedback } = world;
  const [only] = batch;
  if (only && batch.length === 1) {
    await failureOf(target, only);
    if (feedback.takeNew()) inputs.keep(only);
    return;
  }
  const middle = Math.ceil(batch.length / 2);
  for (const half of [batch.slice(0, middle), batch.slice(middle)]) {
    for (const input of half) await failureOf(target, input);
    if (feedback.hasNew()) await keepNew(half, world);
  }
}

interface World {
  readonly target: Target;
  readonly inputs: Inputs;
  readonly feedback: Feedback;
}

async function smallest(target: Target, input: Uint8Array): Promise<Finding> {
  const found = await shrink(input, async (candidate) => (await failureOf(target, candidate)) !== undefined);
  return { input: found, error: await failureOf(target, found) };
}

/** The corpus, and what is made of it. */
class Inputs {
  readonly corpus: Uint8Array[];
  readonly #target: Target;
  readonly #random: Random;

  constructor(target: Target, random: Random, seeds: readonly Uint8Array[]) {
    this.#target = target;
    this.#random = random;
    this.corpus = [...seeds];
    if (this.corpus.length === 0) this.corpus.push(new Uint8Array());
  }

  first(count: number): readonly Uint8Array[] {
    return [...this.corpus, ...this.#structured(count)];
  }

  /** A quarter structured ones, the same with changes, and as many changed ones of the corpus as both. */
  next(count: number): readonly Uint8Array[] {
    const structured = this.#structured(count / 4);
    const chosen = Array.from({ length: count / 2 }, () => this.#chosen());
    return [...structured, ...[...structured, ...chosen].map((input) => this.#changed(input))];
  }

  keep(input: Uint8Array): void {
    if (!this.corpus.includes(input)) this.corpus.push(input);
  }

  #structured(count: number): Uint8Array[] {
    const seed = Math.floor(this.#random.float() * 2 ** 31);
    return fc.sample(this.#target.structured, { numRuns: count, seed });
  }

  #chosen(): Uint8Array {
    return this.corpus[Math.floor(this.#random.float() * this.corpus.length)] as Uint8Array;
  }

  #changed(input: Uint8Array): Uint8Array {
    return mutate(input, this.#random, { words: this.#target.words, corpus: this.corpus });
  }
}
