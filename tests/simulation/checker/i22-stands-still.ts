import type { RecordOf } from "../history/record.js";
import { type ReadingStep, say, walk } from "./reading.js";
import { type Invariant, type Violation, violation } from "./violation.js";

/**
 * I22: a snapshot is loaded at the position that its client has reached, and until it is there nothing kept is handed over: so
 * nothing is missing between the snapshot and the next publication.
 */
export const standsStill: Invariant = (history) => {
  const violations: Violation[] = [];
  const kept = history.find((record) => record.op === "rules")?.rules.kept ?? {};
  /** What is being loaded: in which room of which client. */
  const loads = new Map<string, string>();
  walk(history, (step) => {
    const { record, client } = step;
    const where = `${client} ${record.room}`;
    const add = (flaw: string) => violations.push(violation("I22", record, `${record.room}: ${flaw}`));
    if (record.op === "loaded") loads.delete(record.key);
    if (record.op === "loading") {
      loads.set(record.key, where);
      const flaw = Object.hasOwn(kept, record.room) ? misplaced(record, step) : undefined;
      if (flaw) add(flaw);
    }
    const isKept = record.op === "publication" && record.offset !== undefined;
    if (isKept && [...loads.values()].includes(where)) add(`${record.key} came while a snapshot was loaded`);
  });
  return violations;
};

function misplaced({ place }: RecordOf<"loading">, { before }: ReadingStep): string | undefined {
  const isThere = place?.epoch === before?.epoch && place?.offset === before?.offset;
  return isThere ? undefined : `expected to load at ${say(before)}, got ${say(place)}`;
}
