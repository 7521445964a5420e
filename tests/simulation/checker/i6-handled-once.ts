import { type Invariant, type Violation, violation } from "./violation.js";

/** I6: a message is handled once, and what it publishes is kept once; unless the contract says that twice does no harm. */
export const handledOnce: Invariant = (history) => {
  const violations: Violation[] = [];
  const idempotent = new Set<string>();
  const handled = new Set<string>();
  const appended = new Set<string>();
  for (const record of history) {
    if (record.op === "call" && record.idempotent) idempotent.add(record.key);
    if (record.op === "handler") {
      const isAgain = handled.has(record.key) && !idempotent.has(record.key);
      handled.add(record.key);
      if (isAgain)
        violations.push(violation("I6", record, `${record.key}: expected one handler, got another`));
    }
    if (record.op === "append") {
      // A new life of the room knows none of the names under which something was kept in the last one.
      const name = `${record.room} ${record.place.epoch} ${record.key}`;
      if (appended.has(name))
        violations.push(violation("I6", record, `${record.key} was kept twice in ${record.room}`));
      appended.add(name);
    }
  }
  return violations;
};
