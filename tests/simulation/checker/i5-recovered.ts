import type { RecordOf } from "../history/record.js";
import { type ReadingStep, say, walk } from "./reading.js";
import { type Invariant, type Violation, violation } from "./violation.js";

/** I5: who is in a room again without a gap goes on where it was; who is new there, not beyond the newest publication. */
export const recovered: Invariant = (history) => {
  const violations: Violation[] = [];
  const kept = history.find((record) => record.op === "rules")?.rules.kept ?? {};
  walk(history, (step) => {
    const { record } = step;
    if (record.op !== "membership" || record.outcome !== "joined") return;
    // A room that keeps nothing has no positions; one from elsewhere counts for nothing there.
    if (!Object.hasOwn(kept, record.room)) return;
    const flaw = step.before ? again(record, step) : first(record, step);
    if (flaw) violations.push(violation("I5", record, `${record.room}: ${flaw}`));
  });
  return violations;
};

function again({ place }: RecordOf<"membership">, { before }: ReadingStep): string | undefined {
  const isSame = place?.epoch === before?.epoch && place?.offset === before?.offset;
  return isSame ? undefined : `expected to go on from ${say(before)}, goes on from ${say(place)}`;
}

function first({ place, room }: RecordOf<"membership">, { log }: ReadingStep): string | undefined {
  if (!place || place.offset === 0) return undefined;
  // In a life that may be over by now: the client may have slept.
  const isWithin = log.takenAt(room, place) !== undefined;
  return isWithin
    ? undefined
    : `expected to begin at ${say(log.head(room))} or before, begins at ${say(place)}`;
}
