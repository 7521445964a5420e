import type { RecordOf, Rules } from "../history/record.js";
import { type ReadingStep, say, walk } from "./reading.js";
import { type Invariant, type Violation, violation } from "./violation.js";

/**
 * I19: a gap is told only of what really cannot be given: `trimmed` of what history keeps no longer, `new-epoch` when the
 * room has begun anew, `no-history` where nothing is kept.
 */
export const trueGaps: Invariant = (history) => {
  const violations: Violation[] = [];
  const rules = history.find((record) => record.op === "rules")?.rules;
  if (!rules) return violations;
  walk(history, (step) => {
    const { record } = step;
    if (record.op !== "gap") return;
    const flaw = flawOf(record, step, rules);
    if (flaw) violations.push(violation("I19", record, `${record.room}: a gap, ${record.reason}: ${flaw}`));
  });
  return violations;
};

function flawOf(gap: RecordOf<"gap">, { before, log }: ReadingStep, rules: Rules): string | undefined {
  const { reason, place, from, to, room } = gap;
  const kept = rules.kept[room];
  if (reason === "no-history") return kept === undefined ? undefined : "expected the room to keep nothing";
  if (!before || !place) return "expected a position before it and after it";
  if (reason === "new-epoch") {
    return place.epoch === before.epoch ? `expected another life than ${say(before)}` : undefined;
  }
  if (place.epoch !== before.epoch) return `expected the life of ${say(before)}, got ${say(place)}`;
  if (from !== before.offset + 1 || to !== place.offset) {
    return `expected ${before.offset + 1} to ${place.offset}, got ${from} to ${to}`;
  }
  if (reason !== "trimmed") return undefined;
  const head = log.head(room);
  const isWithin = head?.epoch === place.epoch && from > head.offset - (kept?.size ?? 0);
  const ageMs = gap.t - (log.takenAt(room, { ...place, offset: from }) ?? 0);
  return isWithin && ageMs < (kept?.ttlMs ?? Infinity)
    ? `${from} is still kept, head is ${head.offset}`
    : undefined;
}
