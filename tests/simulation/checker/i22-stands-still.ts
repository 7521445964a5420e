import type { Place } from "../history/record.js";
import { say, walk } from "./reading.js";
import { type Invariant, type Violation, violation } from "./violation.js";

/**
 * I22: a snapshot is loaded at the position that its client has reached, and until it is there nothing kept is handed over, and it is
 * loaded again where that position is worth nothing any more: so nothing is missing between the snapshot and the next publication.
 */
export const standsStill: Invariant = (history) => {
  const violations: Violation[] = [];
  const kept = history.find((record) => record.op === "rules")?.rules.kept ?? {};
  /** What is being loaded: in which room of which client, and from where. */
  const loads = new Map<string, { readonly where: string; readonly from: Place | undefined }>();
  walk(history, ({ record, client, before }) => {
    const where = `${client} ${record.room}`;
    const add = (flaw: string) => violations.push(violation("I22", record, `${record.room}: ${flaw}`));
    const isOfHistory = Object.hasOwn(kept, record.room);
    if (record.op === "loading") {
      loads.set(record.key, { where, from: record.place });
      if (isOfHistory && !isSame(record.place, before))
        add(`expected to load at ${say(before)}, got ${say(record.place)}`);
    }
    if (record.op === "loaded") {
      const from = loads.get(record.key)?.from;
      loads.delete(record.key);
      const isStale = record.outcome === "ok" && isOfHistory && !isSame(from, before);
      if (isStale) add(`expected a snapshot of ${say(before)}, got one of ${say(from)}`);
    }
    const isKept = record.op === "publication" && record.offset !== undefined;
    const isLoading = [...loads.values()].some((load) => load.where === where);
    if (isKept && isLoading) add(`${record.key} came while a snapshot was loaded`);
  });
  return violations;
};

function isSame(one: Place | undefined, other: Place | undefined): boolean {
  return one?.epoch === other?.epoch && one?.offset === other?.offset;
}
