import type { HistoryRecord, Place } from "../history/record.js";

/** What one room's history held under each position, and what was never kept. */
export class BrokerLog {
  readonly #taken = new Map<string, number>();
  readonly #heads = new Map<string, Place>();
  readonly #places = new Map<string, Place[]>();
  readonly #unkept = new Map<string, { readonly order: number; readonly times: number }>();

  /** Takes the next record of a history. */
  read(record: HistoryRecord): void {
    if (record.op === "append") {
      const { room, key, place } = record;
      this.#taken.set(nameOf(room, place), record.t);
      const places = this.#places.get(`${room} ${key}`) ?? [];
      this.#places.set(`${room} ${key}`, [...places, place]);
      this.#heads.set(room, place);
    } else if (record.op === "publish") {
      const name = `${record.room} ${record.key}`;
      const { times = 0 } = this.#unkept.get(name) ?? {};
      this.#unkept.set(name, { order: this.#unkept.size, times: times + 1 });
    }
  }

  /** The newest position of a room; undefined while nothing was kept. */
  head(room: string): Place | undefined {
    return this.#heads.get(room);
  }

  /** When the publication at a position was kept. */
  takenAt(room: string, place: Place): number | undefined {
    return this.#taken.get(nameOf(room, place));
  }

  /**
   * Where a publication stands that a reader was given: one for each life of the history in which it was made, if its handler
   * ran again. A reader may still get one of a life that is over.
   *
   * @param seen - the offset under which it was given, and the life in which the reader was
   */
  placeOf(room: string, key: string, seen: { readonly offset: number; readonly epoch: string | undefined }) {
    const places = this.#places.get(`${room} ${key}`) ?? [];
    const alike = places.filter(({ offset }) => offset === seen.offset);
    return alike.find(({ epoch }) => epoch === seen.epoch) ?? alike.at(-1) ?? places.at(-1);
  }

  /** An unkept publication's place among all unkept ones, and how often it was made: by each run of a handler. */
  unkept(room: string, key: string): { readonly order: number; readonly times: number } | undefined {
    return this.#unkept.get(`${room} ${key}`);
  }
}

function nameOf(room: string, { epoch, offset }: Place): string {
  return `${room} ${epoch} ${offset}`;
}
