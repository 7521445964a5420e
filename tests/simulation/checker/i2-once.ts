import type { HistoryRecord, RecordOf } from "../history/record.js";
import { eventsOnce } from "./events-once.js";
import { type ReadingStep, say, walk } from "./reading.js";
import { type Invariant, type Violation, violation } from "./violation.js";

/** I2: nobody is given the same publication or event twice, nor sent back to where it has been. */
export const once: Invariant = (history) => [...publicationsOnce(history), ...eventsOnce(history)];

function publicationsOnce(history: readonly HistoryRecord[]): readonly Violation[] {
  const violations: Violation[] = [];
  const unkept = new Map<string, number>();
  walk(history, (step) => {
    const { record, client } = step;
    if (record.op === "publication") {
      const name = `${client} ${record.room} ${record.key}`;
      const times = (unkept.get(name) ?? 0) + 1;
      if (record.offset === undefined) unkept.set(name, times);
      // Another run of its handler makes it again.
      const made = step.log.unkept(record.room, record.key)?.times ?? 1;
      const isRepeated = record.offset === undefined ? times > made : isBehind(record, record.offset, step);
      if (!isRepeated) return;
      const text = `${record.key} in ${record.room}: expected it once, got it again after ${say(step.before)}`;
      violations.push(violation("I2", record, text));
    } else if (record.op === "gap" && goesBack(record, step)) {
      const text = `${record.room}: expected a gap to lead on from ${say(step.before)}, got ${say(record.place)}`;
      violations.push(violation("I2", record, text));
    }
  });
  return violations;
}

function isBehind(
  { room, key }: RecordOf<"publication">,
  offset: number,
  { before, log }: ReadingStep,
): boolean {
  const epoch = log.placeOf(room, key, { offset, epoch: before?.epoch })?.epoch;
  return before !== undefined && before.epoch === epoch && offset <= before.offset;
}

function goesBack({ place }: RecordOf<"gap">, { before }: ReadingStep): boolean {
  return before !== undefined && place?.epoch === before.epoch && place.offset < before.offset;
}
