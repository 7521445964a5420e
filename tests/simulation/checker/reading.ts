import type { HistoryRecord, Place, RecordOf } from "../history/record.js";
import { BrokerLog } from "./broker-log.js";

/** What a reader of a room can meet. */
export type ReadingRecord = RecordOf<"membership" | "publication" | "gap" | "standing">;

/** One thing that a client met in one room. */
export interface ReadingStep {
  readonly record: ReadingRecord;
  readonly client: string;
  /** How far the client had come, by what it was given; undefined: no position yet, or none any more. */
  readonly before: Place | undefined;
  /** What the broker had kept and carried up to this moment. */
  readonly log: BrokerLog;
}

/**
 * Walks through a history and tells of each client and room where the client stood when it met something. The position
 * is made up of what was handed to the program: where its first join placed it, then each publication and gap.
 */
export function walk(history: readonly HistoryRecord[], visit: (step: ReadingStep) => void): void {
  const log = new BrokerLog();
  const places = new Map<string, Place | undefined>();
  for (const record of history) {
    log.read(record);
    if (!isReading(record)) continue;
    const client = record.op === "standing" ? record.client : record.actor;
    const reader = `${client} ${record.room}`;
    const before = places.get(reader);
    visit({ record, client, before, log });
    places.set(reader, after(record, before, log));
  }
}

function isReading(record: HistoryRecord): record is ReadingRecord {
  const { op } = record;
  return op === "membership" || op === "publication" || op === "gap" || op === "standing";
}

function after(record: ReadingRecord, before: Place | undefined, log: BrokerLog): Place | undefined {
  switch (record.op) {
    case "gap":
      return record.place;
    case "membership":
      if (record.outcome === "left") return undefined;
      return record.outcome === "joined" ? (before ?? record.place) : before;
    case "publication": {
      const { room, key, offset } = record;
      if (offset === undefined) return before;
      const epoch = log.placeOf(room, key)?.epoch ?? before?.epoch ?? "";
      return { epoch, offset };
    }
    case "standing":
      return before;
  }
}

/** A position as it reads in a violation. */
export function say(place: Place | undefined): string {
  return place ? `${place.offset} of ${place.epoch.slice(0, 6)}` : "no position";
}
