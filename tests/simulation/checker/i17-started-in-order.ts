import { type Invariant, type Violation, violation } from "./violation.js";

/** I17: a client's messages are started in the order in which they were sent, per room and among those without one. */
export const startedInOrder: Invariant = (history) => {
  const violations: Violation[] = [];
  const sent = new Map<string, { readonly line: string; readonly place: number }>();
  const newest = new Map<string, number>();
  const started = new Set<string>();
  for (const record of history) {
    if (record.op === "call")
      sent.set(record.key, { line: `${record.actor} ${record.room ?? ""}`, place: sent.size });
    if (record.op !== "handler" || started.has(record.key)) continue;
    started.add(record.key);
    const call = sent.get(record.key);
    if (!call) continue;
    const before = newest.get(call.line) ?? -1;
    newest.set(call.line, Math.max(before, call.place));
    if (call.place < before)
      violations.push(violation("I17", record, `${record.key} was started after a later message`));
  }
  return violations;
};
