import type { HistoryRecord, Place, RecordOf } from "../history/record.js";
import { BrokerLog } from "./broker-log.js";

const readings = ["membership", "publication", "gap", "loading", "loaded", "standing"] as const;

/** What a reader of a room can meet. */
export type ReadingRecord = RecordOf<(typeof readings)[number]>;

/** One thing that a client met in one room. */
export interface ReadingStep {
  readonly record: ReadingRecord;
  readonly client: string;
  /** How far the client had come, by what it was given; undefined: no position yet, or none any more. */
  readonly before: Place | undefined;
  /** What the broker had kept and carried up to this moment. */
  readonly log: BrokerLog;
}

/** Where a client stands with a room. */
interface Reader {
  place: Place | undefined;
  isWanted: boolean;
  /** The position that its program has given it. */
  given: Place | undefined;
}

/**
 * Walks through a history and tells of each client and room where the client stood when it met something. The position
 * is made up of what was handed to the program: where its first join placed it, then each publication and gap.
 */
export function walk(history: readonly HistoryRecord[], visit: (step: ReadingStep) => void): void {
  const log = new BrokerLog();
  const readers = new Map<string, Reader>();
  const closed = new Set<string>();
  const readerOf = (name: string): Reader => {
    const reader = readers.get(name) ?? { place: undefined, isWanted: false, given: undefined };
    readers.set(name, reader);
    return reader;
  };
  for (const record of history) {
    log.read(record);
    if (record.op === "client") {
      const { actor, outcome, code } = record;
      if (outcome === "closed") closed.add(actor);
      else closed.delete(actor);
      if (code === "USER_CHANGED") {
        // Under another user no position holds.
        for (const [name, reader] of readers) if (name.startsWith(`${actor} `)) reader.place = undefined;
      }
    }
    // A closed client takes no join, nor the position that it brings along.
    if (record.op === "join" && !closed.has(record.actor))
      want(readerOf(`${record.actor} ${record.room}`), record.from);
    if (!isReading(record)) continue;
    const client = record.op === "standing" ? record.client : record.actor;
    const reader = readerOf(`${client} ${record.room}`);
    visit({ record, client, before: reader.place, log });
    advance(reader, record, log);
  }
}

function isReading(record: HistoryRecord): record is ReadingRecord {
  return readings.some((op) => op === record.op);
}

/** A position given from elsewhere counts where there is none yet, from the moment in which the room is wanted. */
function want(reader: Reader, from: Place | undefined): void {
  if (reader.isWanted) reader.place ??= from;
  else reader.given = from;
}

function advance(reader: Reader, record: ReadingRecord, log: BrokerLog): void {
  if (record.op === "gap") reader.place = record.place;
  if (record.op === "publication" && record.offset !== undefined) {
    const { room, key, offset } = record;
    const at = log.placeOf(room, key, { offset, epoch: reader.place?.epoch });
    reader.place = { epoch: at?.epoch ?? reader.place?.epoch ?? "", offset };
  }
  if (record.op !== "membership") return;
  reader.isWanted = record.outcome !== "left";
  if (record.outcome === "left") reader.place = undefined;
  if (record.outcome === "joining") reader.place ??= reader.given;
  if (record.outcome === "joined") reader.place ??= record.place;
  reader.given = undefined;
}

/** A position as it reads in a violation. */
export function say(place: Place | undefined): string {
  return place ? `${place.offset} of ${place.epoch.slice(0, 6)}` : "no position";
}
