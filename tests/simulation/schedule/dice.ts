import type { Random } from "@tautline/protocol";
import { seededRandom } from "@tautline/testing";

/** Chance in the words of a schedule. The same seed and name give the same throws. */
export class Dice {
  readonly random: Random;

  constructor(seed: number, name = "") {
    let mixed = seed | 0;
    for (let i = 0; i < name.length; i++) mixed = Math.imul(mixed ^ name.charCodeAt(i), 0x01000193);
    this.random = seededRandom(Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d));
    // Neighbouring seeds begin alike.
    this.random.float();
  }

  /** True with the chance `p`, from 0 to 1. */
  chance(p: number): boolean {
    return this.random.float() < p;
  }

  /** A whole number from `least` to `greatest`. */
  int(least: number, greatest: number): number {
    return least + Math.floor(this.random.float() * (greatest - least + 1));
  }

  /** One of a list that is not empty. */
  pick<T>(items: readonly T[]): T {
    return items[this.int(0, items.length - 1)] as T;
  }

  /** Each item with the chance `p`. */
  some<T>(items: readonly T[], p: number): readonly T[] {
    return items.filter(() => this.chance(p));
  }
}
