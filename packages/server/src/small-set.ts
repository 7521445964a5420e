/**
 * A set that costs little as long as it has one thing in it, as nearly all do that are kept for a user's own stream. In
 * the order in which things were added.
 */
export class SmallSet<T extends object> {
  #only: T | undefined;
  /** Made by the second, and kept from then on. */
  #many: Set<T> | undefined;

  get size(): number {
    return this.#many?.size ?? (this.#only ? 1 : 0);
  }

  add(item: T): this {
    if (this.#many) this.#many.add(item);
    else if (!this.#only) this.#only = item;
    else if (this.#only !== item) {
      this.#many = new Set([this.#only, item]);
      this.#only = undefined;
    }
    return this;
  }

  /** Says whether it was in. */
  delete(item: T): boolean {
    if (this.#many) return this.#many.delete(item);
    if (this.#only !== item) return false;
    this.#only = undefined;
    return true;
  }

  values(): Iterable<T> {
    return this.#many ?? (this.#only ? [this.#only] : []);
  }
}
