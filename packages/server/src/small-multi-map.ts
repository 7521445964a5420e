/** The values of a key. */
export interface Values<V> {
  readonly size: number;
  values(): Iterable<V>;
}

/** Several values of one key. A class of its own, so that a value may be a `Set`. */
class Many<V> extends Set<V> {}

/**
 * Many values to a key, in the order in which they were added; it costs no more than a `Map` as long as each key has one, as nearly
 * all do that stand for a user or for its own stream.
 */
export class SmallMultiMap<K, V extends object> {
  readonly #values = new Map<K, V | Many<V>>();

  /** Keys with a value. */
  get size(): number {
    return this.#values.size;
  }

  has(key: K): boolean {
    return this.#values.has(key);
  }

  /** Undefined: none. Shows what is there now, where there are several. */
  get(key: K): Values<V> | undefined {
    const known = this.#values.get(key);
    if (known === undefined || known instanceof Many) return known;
    return { size: 1, values: () => [known] };
  }

  add(key: K, value: V): void {
    const known = this.#values.get(key);
    if (known === undefined) this.#values.set(key, value);
    else if (known instanceof Many) known.add(value);
    else if (known !== value) this.#values.set(key, new Many([known, value]));
  }

  /** Says whether it was in. */
  delete(key: K, value: V): boolean {
    const known = this.#values.get(key);
    if (!(known instanceof Many)) return known === value && this.#values.delete(key);
    const wasIn = known.delete(value);
    if (known.size === 0) this.#values.delete(key);
    return wasIn;
  }

  clear(): void {
    this.#values.clear();
  }
}
