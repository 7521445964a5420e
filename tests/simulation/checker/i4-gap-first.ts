import { say, walk } from "./reading.js";
import { type Invariant, type Violation, violation } from "./violation.js";

/** I4: what is missing before a publication was told by a gap before it came. */
export const gapFirst: Invariant = (history) => {
  const violations: Violation[] = [];
  walk(history, ({ record, before, log }) => {
    if (record.op !== "publication" || record.offset === undefined) return;
    const { room, key, offset } = record;
    if (before === undefined) {
      violations.push(
        violation("I4", record, `${key} in ${room}: expected a position before it, there is none`),
      );
      return;
    }
    const isOtherLife = log.placeOf(room, key, { offset, epoch: before.epoch })?.epoch !== before.epoch;
    if (!isOtherLife && offset <= before.offset + 1) return;
    const text = `${key} in ${room}: expected a gap before ${offset}, got it right after ${say(before)}`;
    violations.push(violation("I4", record, text));
  });
  return violations;
};
