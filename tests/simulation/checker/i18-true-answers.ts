import type { HistoryRecord, RecordOf } from "../history/record.js";
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
  const messages = new Map<string, Message>();
  const connections = new Connections();
  for (const record of history) {
    connections.read(record);
    if (record.op === "call") {
      const connection = connections.of(record.actor);
      messages.set(record.key, {
        call: record,
        connection,
        outcomes: new Set(),
        isKept: false,
        refusal: undefined,
      });
    }
    const message = "key" in record ? messages.get(record.key) : undefined;
    if (!message) continue;
    if (record.op === "append" || record.op === "publish") message.isKept = true;
    if (record.op === "handled") message.outcomes.add(record.outcome);
    const flaws = flawsOf(record, message, connections);
    for (const flaw of flaws)
      violations.push(violation("I18", record, `${record.actor}: ${message.call.key}: ${flaw}`));
  }
  return violations;
};

interface Message {
  readonly call: RecordOf<"call">;
  /** The sender's connection when it was sent. */
  readonly connection: number;
  /** How its handlers ended. */
  readonly outcomes: Set<string>;
  isKept: boolean;
  /** The refusal that its sender was told. */
  refusal: string | undefined;
}

function flawsOf(record: HistoryRecord, message: Message, connections: Connections): readonly string[] {
  const { call, outcomes, refusal } = message;
  if (record.op === "handler" && refusal) return [`expected no handler after ${refusal}`];
  if (record.op !== "settled") return [];
  const { outcome } = record;
  if (outcome === "ok") return isDone(message) ? [] : ["taken, but not handled"];
  // What may be handled twice may be refused the second time.
  if (untouched.has(outcome) && !call.idempotent) {
    message.refusal = outcome;
    return outcomes.size > 0 && !outcomes.has(outcome) ? [`${outcome}, but it was handled`] : [];
  }
  const isUnbroken = message.connection === connections.of(call.actor);
  return outcome === "OUTCOME_UNKNOWN" && isUnbroken ? ["expected an answer on the same connection"] : [];
}

function isDone({ call, outcomes, isKept }: Message): boolean {
  if (call.kind === "publish") return isKept;
  return call.kind === "whisper" || outcomes.has("ok");
}

/** Counts the connections of each client: a message is on one of them, or between two. */
class Connections {
  readonly #counts = new Map<string, number>();
  readonly #connected = new Set<string>();

  read(record: HistoryRecord): void {
    if (record.op !== "client" && record.op !== "close") return;
    const isConnected = record.op === "client" && record.outcome === "connected";
    const isFirst = isConnected && !this.#connected.has(record.actor);
    if (isConnected) this.#connected.add(record.actor);
    else this.#connected.delete(record.actor);
    // Connected after something else: that was counted already.
    if (!isFirst) this.#counts.set(record.actor, this.of(record.actor) + 1);
  }

  of(client: string): number {
    return this.#counts.get(client) ?? 0;
  }
}
