/**
 * Which ids of one client were taken: one bit for each of the newest, in a ring. Older ones count as taken, since a client
 * never has that many messages unanswered.
 */
export class TakenIds {
  readonly #size: number;
  readonly #bits: Uint8Array;
  #highest = 0;

  /** @param size - how many of the newest ids are told apart, at least */
  constructor(size: number) {
    this.#size = Math.ceil(size / 8) * 8;
    this.#bits = new Uint8Array(this.#size / 8);
  }

  /** The highest id that was ever taken; 0 before the first. */
  get highest(): number {
    return this.#highest;
  }

  has(id: number): boolean {
    if (id > this.#highest) return false;
    return id <= this.#highest - this.#size || (this.#byteOf(id) & bitOf(id)) !== 0;
  }

  add(id: number): void {
    if (this.has(id)) return;
    const bits = this.#bits;
    // Ids that were left out get places in which older ones have left their bits.
    for (let next = Math.max(this.#highest, id - this.#size) + 1; next < id; next++)
      bits[this.#placeOf(next)] = this.#byteOf(next) & ~bitOf(next);
    bits[this.#placeOf(id)] = this.#byteOf(id) | bitOf(id);
    this.#highest = Math.max(this.#highest, id);
  }

  #byteOf(id: number): number {
    return this.#bits[this.#placeOf(id)] as number;
  }

  #placeOf(id: number): number {
    return Math.floor((id % this.#size) / 8);
  }
}

/** Ids may be larger than what bitwise operators take. */
function bitOf(id: number): number {
  return 1 << (id % 8);
}
