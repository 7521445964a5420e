import { walk } from "./reading.js";
import { type Invariant, type Violation, violation } from "./violation.js";

/** I3: everyone is given the same publication under the same offset, and unkept ones in the order they were made. */
export const sameOrder: Invariant = (history) => {
  const violations: Violation[] = [];
  const newest = new Map<string, number>();
  walk(history, ({ record, client, before: reached, log }) => {
    if (record.op !== "publication") return;
    const { room, key, offset } = record;
    if (offset !== undefined) {
      const place = log.placeOf(room, key, { offset, epoch: reached?.epoch });
      if (place?.offset === offset) return;
      const text = `${key} in ${room}: expected offset ${place?.offset ?? "none"}, got ${offset}`;
      violations.push(violation("I3", record, text));
      return;
    }
    const { order, times = 1 } = log.unkept(room, key) ?? {};
    // Made again by another run of its handler: nobody knows which of them this is.
    if (times > 1) return;
    const before = newest.get(`${client} ${room}`) ?? -1;
    newest.set(`${client} ${room}`, Math.max(before, order ?? -1));
    if (order !== undefined && order >= before) return;
    const text = order === undefined ? "expected a publication of the room" : "came after a later one";
    violations.push(violation("I3", record, `${key} in ${room}, not kept: ${text}`));
  });
  return violations;
};
