import { createHash } from "node:crypto";
import type { Fact, HistoryRecord } from "./record.js";

/** Keeps what happens, in order, and a hash of it: two runs of one schedule must have the same. */
export class Recorder {
  readonly #now: () => number;
  readonly #records: HistoryRecord[] = [];
  readonly #told: (record: HistoryRecord) => void;

  /**
   * @param now - the run's clock, in milliseconds.
   * @param told - is given each record as it is written.
   */
  constructor(now: () => number, told: (record: HistoryRecord) => void) {
    this.#now = now;
    this.#told = told;
  }

  get history(): readonly HistoryRecord[] {
    return this.#records;
  }

  record(actor: string, fact: Fact): void {
    const record: HistoryRecord = { t: this.#now(), actor, ...fact };
    this.#records.push(record);
    this.#told(record);
  }

  /** Names this history by its content. */
  hash(): string {
    const hash = createHash("sha256");
    for (const record of this.#records) hash.update(`${JSON.stringify(record)}\n`);
    return hash.digest("hex").slice(0, 16);
  }
}
