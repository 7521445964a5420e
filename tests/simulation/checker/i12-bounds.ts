import type { HistoryRecord, Rules } from "../history/record.js";
import { type Invariant, type Violation, violation } from "./violation.js";

/** I12: what may wait is never more than its limit: messages of a client, handlers of a connection, bytes for a reader. */
export const bounds: Invariant = (history) => {
  const rules = history.find((record) => record.op === "rules")?.rules;
  if (!rules) return [];
  return [...outboxes(history, rules), ...handlers(history, rules), ...buffers(history, rules)];
};

/** Judged when time goes on: what is refused at once has never waited. */
function outboxes(history: readonly HistoryRecord[], { outbox }: Rules): readonly Violation[] {
  const violations: Violation[] = [];
  const waiting = new Map<string, Set<string>>();
  let now = 0;
  for (const record of history) {
    if (record.t > now) {
      for (const [client, keys] of waiting) {
        if (keys.size <= outbox) continue;
        const text = `${client}: expected at most ${outbox} waiting messages, got ${keys.size}`;
        violations.push(violation("I12", record, text));
        waiting.delete(client);
      }
      now = record.t;
    }
    if (record.op === "call" && record.kind !== "whisper") setOf(waiting, record.actor).add(record.key);
    if (record.op === "settled") setOf(waiting, record.actor).delete(record.key);
  }
  return violations;
}

/**
 * A handler that takes longer than it may counts no more: its message was answered without it. Its time runs from when its message
 * was taken up, so that a node which stood still before the handler began answers sooner than the handler's own time would say:
 * the answer itself ends the handler that began first.
 */
function handlers(history: readonly HistoryRecord[], { unanswered, handlerMs }: Rules): readonly Violation[] {
  const violations: Violation[] = [];
  const running = new Map<string, Map<number, number>>();
  const ofRun = new Map<number, Map<number, number>>();
  for (const record of history) {
    if (record.op === "handled") ofRun.get(record.run)?.delete(record.run);
    if (record.op === "overdue") endFirst(running.get(record.connection));
    if (record.op !== "handler") continue;
    const runs = running.get(record.connection) ?? new Map<number, number>();
    running.set(record.connection, runs.set(record.run, record.t));
    ofRun.set(record.run, runs);
    for (const [run, since] of runs) if (record.t - since >= handlerMs) runs.delete(run);
    if (runs.size <= unanswered) continue;
    const text = `${record.connection}: expected at most ${unanswered} handlers, got ${runs.size}`;
    violations.push(violation("I12", record, text));
  }
  return violations;
}

function endFirst(runs: Map<number, number> | undefined): void {
  const [first] = runs?.keys() ?? [];
  if (first !== undefined) runs?.delete(first);
}

function buffers(history: readonly HistoryRecord[], { bufferedBytes }: Rules): readonly Violation[] {
  return history.flatMap((record) => {
    if (record.op !== "buffered" || record.bytes <= bufferedBytes) return [];
    const text = `${record.connection}: expected at most ${bufferedBytes} bytes to wait, got ${record.bytes}`;
    return [violation("I12", record, text)];
  });
}

function setOf(sets: Map<string, Set<string>>, name: string): Set<string> {
  const set = sets.get(name) ?? new Set<string>();
  sets.set(name, set);
  return set;
}
