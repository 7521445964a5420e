import { type Invariant, type Violation, violation } from "./violation.js";

/** I9: a user's events go to that user's clients alone, and a reply belongs to the message that it answers. */
export const own: Invariant = (history) => {
  const violations: Violation[] = [];
  const users = new Map<string, string>();
  const runs = new Map<number, string>();
  for (const record of history) {
    if (record.op === "client" && record.user !== undefined) users.set(record.actor, record.user);
    if (record.op === "handler") runs.set(record.run, record.key);
    if (record.op === "event" && record.to !== "everyone" && users.get(record.actor) !== record.to) {
      violations.push(
        violation("I9", record, `${record.key} for ${record.to}: got by ${users.get(record.actor)}`),
      );
    }
    if (record.op === "settled" && record.run !== undefined && runs.get(record.run) !== record.key) {
      violations.push(violation("I9", record, `${record.key}: got the answer of ${runs.get(record.run)}`));
    }
  }
  return violations;
};
