import { type Invariant, type Violation, violation } from "./violation.js";

/** I16: a client that is closed makes no socket until its program wants one again. */
export const final: Invariant = (history) => {
  const violations: Violation[] = [];
  const closed = new Set<string>();
  for (const record of history) {
    if (record.op === "client" && record.outcome === "closed") closed.add(record.actor);
    if (record.op === "connect") closed.delete(record.actor);
    if (record.op !== "socket" || record.outcome !== "made" || !closed.has(record.actor)) continue;
    violations.push(violation("I16", record, "made a socket although it is closed"));
  }
  return violations;
};
