import type { RecordOf } from "../history/record.js";
import { type Invariant, type Violation, violation } from "./violation.js";

/** Outcomes that say: it was not handled, and never will be. */
const untouched = new Set([
  ...["BAD_DATA", "FORBIDDEN", "NOT_A_MEMBER", "UNKNOWN_ROOM", "TOO_LARGE", "RATE_LIMITED", "BUSY"],
  ...["CLOSED", "DROPPED", "UNAVAILABLE"],
]);

/**
 * I18: an answer says what happened. Taken means that the handler has ended well (for a published event: that it is
 * kept), before the answer; refused, that no handler ran; and that the outcome is unknown is said only of a message whose
 * connection was lost before its answer.
 */
export const trueAnswers: Invariant = (history) => {
  const violations: Violation[] = [];
  const calls = new Map<string, { readonly call: RecordOf<"call">; readonly connection: number }>();
  const handled = new Map<string, Set<string>>();
  const kept = new Set<string>();
  const refused = new Map<string, string>();
  const connections = new Map<string, number>();
  const tell = (record: RecordOf<"settled" | "handler">, text: string) =>
    violations.push(violation("I18", record, `${record.key}: ${text}`));
  for (const record of history) {
    const isBreak = record.op === "close" || (record.op === "client" && record.outcome !== "connected");
    if (isBreak) {
      connections.set(record.actor, (connections.get(record.actor) ?? 0) + 1);
    }
    if (record.op === "append" || record.op === "publish") kept.add(record.key);
    if (record.op === "call")
      calls.set(record.key, { call: record, connection: connections.get(record.actor) ?? 0 });
    if (record.op === "handler" && refused.has(record.key)) {
      tell(record, `expected no handler after ${refused.get(record.key)}`);
    }
    if (record.op === "handled")
      handled.set(record.key, (handled.get(record.key) ?? new Set()).add(record.outcome));
    if (record.op !== "settled") continue;
    const known = calls.get(record.key);
    const outcomes = handled.get(record.key) ?? new Set();
    const kind = known?.call.kind;
    const isDone = kind === "publish" ? kept.has(record.key) : kind === "whisper" || outcomes.has("ok");
    if (record.outcome === "ok" && !isDone) tell(record, "taken, but not handled");
    // What may be handled twice may be refused the second time.
    if (untouched.has(record.outcome) && known && !known.call.idempotent) {
      refused.set(record.key, record.outcome);
      if (outcomes.size > 0 && !outcomes.has(record.outcome))
        tell(record, `${record.outcome}, but it was handled`);
    }
    const isUnbroken = known?.connection === (connections.get(record.actor) ?? 0);
    if (record.outcome === "OUTCOME_UNKNOWN" && isUnbroken)
      tell(record, "expected an answer on the same connection");
  }
  return violations;
};
