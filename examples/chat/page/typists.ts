/** Who has typed within this span is typing. */
const lastsMs = 4_000;
/** Told again this often while it goes on. */
const againMs = 2_000;

/** Who is writing at the moment. */
export class Typists {
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  readonly #nameOf: (member: string) => string;
  readonly #changed: () => void;
  #said = Number.NEGATIVE_INFINITY;

  constructor(nameOf: (member: string) => string, changed: () => void) {
    this.#nameOf = nameOf;
    this.#changed = changed;
  }

  /** A sentence, or nothing. */
  get sentence(): string {
    const names = [...this.#timers.keys()].map(this.#nameOf);
    if (names.length === 0) return "";
    if (names.length === 1) return `${names[0]} is writing`;
    return names.length === 2 ? `${names[0]} and ${names[1]} are writing` : "Several people are writing";
  }

  saw(member: string): void {
    clearTimeout(this.#timers.get(member));
    this.#timers.set(
      member,
      setTimeout(() => this.stopped(member), lastsMs),
    );
    this.#changed();
  }

  stopped(member: string): void {
    clearTimeout(this.#timers.get(member));
    if (this.#timers.delete(member)) this.#changed();
  }

  /** Whether it is time to tell the others (again) that this one is writing. */
  iMaySay(): boolean {
    const now = performance.now();
    if (now - this.#said < againMs) return false;
    this.#said = now;
    return true;
  }

  iStopped(): void {
    this.#said = Number.NEGATIVE_INFINITY;
  }

  clear(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }
}
