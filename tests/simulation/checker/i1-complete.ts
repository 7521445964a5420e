import { say, walk } from "./reading.js";
import { type Invariant, type Violation, violation } from "./violation.js";

/** I1: after the quiet end every member of a room has been given everything that the room has kept, or told of a gap. */
export const complete: Invariant = (history) => {
  const violations: Violation[] = [];
  walk(history, ({ record, client, before, log }) => {
    if (record.op !== "standing" || record.outcome !== "joined") return;
    const head = log.head(record.room);
    if (!head || (before?.epoch === head.epoch && before.offset === head.offset)) return;
    // A new life of the room in which nothing was published yet: it begins at 0.
    if (before?.offset === 0 && before.epoch !== head.epoch) return;
    const text = `${client} in ${record.room}: expected to have reached ${say(head)}, got to ${say(before)}`;
    violations.push(violation("I1", record, text));
  });
  return violations;
};
