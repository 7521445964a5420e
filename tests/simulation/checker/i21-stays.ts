import { type Invariant, type Violation, violation } from "./violation.js";

/** I21: a client that was let into a room stays its member, over reconnects, until its program leaves or the server says so. */
export const stays: Invariant = (history) => {
  const violations: Violation[] = [];
  const memberships = new Map<string, number>();
  for (const record of history) {
    if (record.op !== "joined" && record.op !== "leave" && record.op !== "membership") continue;
    const name = `${record.actor} ${record.room}`;
    const count = memberships.get(name) ?? 0;
    if (record.op === "joined" && isIn.has(record.outcome)) memberships.set(name, count + 1);
    if (record.op === "leave") memberships.set(name, Math.max(0, count - 1));
    if (record.op !== "membership" || record.outcome !== "left") continue;
    memberships.set(name, 0);
    if (record.code !== undefined || count === 0) continue;
    violations.push(
      violation("I21", record, `${record.room}: left, though neither program nor server said so`),
    );
  }
  return violations;
};

const isIn = new Set(["fresh", "recovered", "gap"]);
