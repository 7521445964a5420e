/** What can stand in a {@link LinkedList}. Its place belongs to the list. */
export interface Linked<T> {
  before: T | undefined;
  after: T | undefined;
}

/**
 * An order in which what is used or made all the time is put at the end, and what is oldest taken from the front. Items carry
 * their own place: unlike in a `Set`, moving one makes nothing and hashes nothing. An item stands in one list at most.
 */
export class LinkedList<T extends Linked<T>> {
  #first: T | undefined;
  #last: T | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get first(): T | undefined {
    return this.#first;
  }

  /** Puts an item that stands in no list at the end. */
  append(item: T): void {
    const last = this.#last;
    item.before = last;
    if (last) last.after = item;
    else this.#first = item;
    this.#last = item;
    this.#size++;
  }

  /** Takes out an item that stands in this list. */
  remove(item: T): void {
    const { before, after } = item;
    if (before) before.after = after;
    else this.#first = after;
    if (after) after.before = before;
    else this.#last = before;
    item.before = undefined;
    item.after = undefined;
    this.#size--;
  }

  /** Puts an item of this list at its end. */
  moveToEnd(item: T): void {
    if (item === this.#last) return;
    this.remove(item);
    this.append(item);
  }

  /** From the first on. Copy the list where what is done to the items may change it. */
  *[Symbol.iterator](): IterableIterator<T> {
    for (let item = this.#first; item; item = item.after) yield item;
  }
}
