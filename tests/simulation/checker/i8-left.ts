import { type Invariant, type Violation, violation } from "./violation.js";

/**
 * I8: nothing of a room, neither publications nor who is there, is handed to a client that is not in it; and no publication leaves for a connection after the
 * `$left` that took it out, until it is let in again.
 */
export const left: Invariant = (history) => {
  const violations: Violation[] = [];
  const memberships = new Map<string, string>();
  const wires = new Map<string, "in" | "out">();
  for (const record of history) {
    if (record.op === "membership") memberships.set(`${record.actor} ${record.room}`, record.outcome);
    if (record.op === "publication" || record.op === "presence") {
      const outcome = memberships.get(`${record.actor} ${record.room}`) ?? "left";
      if (outcome !== "left") continue;
      const what = record.op === "publication" ? record.key : "who is there";
      violations.push(violation("I8", record, `${what}: handed over in ${record.room}, which it had left`));
    }
    if (record.op !== "wire") continue;
    const wire = `${record.connection} ${record.room}`;
    if (record.type === "$left") wires.set(wire, "out");
    else if (record.type === "$joined") wires.set(wire, "in");
    else if (wires.get(wire) === "out") {
      violations.push(
        violation("I8", record, `${record.room}: sent to ${record.connection}, which was taken out`),
      );
    }
  }
  return violations;
};
