import { type Invariant, type Violation, violation } from "./violation.js";

/** I12: what may wait is never more than its limit: messages of a client, handlers of a connection, bytes for a reader. */
export const bounds: Invariant = (history) => {
  const violations: Violation[] = [];
  const rules = history.find((record) => record.op === "rules")?.rules;
  if (!rules) return violations;
  const calls = new Map<string, Set<string>>();
  const handlers = new Map<string, Set<number>>();
  const connections = new Map<number, string>();
  for (const record of history) {
    if (record.op === "call") setOf(calls, record.actor).add(record.key);
    if (record.op === "settled") {
      // What was refused at once never waited.
      const isOver = setOf(calls, record.actor).size > rules.outbox && record.outcome !== "BUSY";
      setOf(calls, record.actor).delete(record.key);
      if (isOver && setOf(calls, record.actor).size >= rules.outbox + 1) {
        violations.push(violation("I12", record, `expected at most ${rules.outbox} waiting messages`));
      }
    }
    if (record.op === "handler") {
      connections.set(record.run, record.connection);
      const running = setOf(handlers, record.connection).add(record.run);
      if (running.size > rules.unanswered) {
        const text = `${record.connection}: expected at most ${rules.unanswered} handlers, got ${running.size}`;
        violations.push(violation("I12", record, text));
      }
    }
    if (record.op === "handled") handlers.get(connections.get(record.run) ?? "")?.delete(record.run);
    if (record.op === "buffered" && record.bytes > rules.bufferedBytes) {
      const text = `${record.connection}: expected at most ${rules.bufferedBytes} bytes to wait, got ${record.bytes}`;
      violations.push(violation("I12", record, text));
    }
  }
  return violations;
};

function setOf<T>(sets: Map<string, Set<T>>, name: string): Set<T> {
  const set = sets.get(name) ?? new Set<T>();
  sets.set(name, set);
  return set;
}
