import type { HistoryRecord, RecordOf } from "../history/record.js";
import { type Invariant, type Violation, violation } from "./violation.js";

type Call = RecordOf<"call" | "join" | "load">;

/** What lies between two moments because the run counts in whole milliseconds and in turns. */
const turnsMs = 50;

/** I7: every promise settles, within its deadline by the clock of the client, which stands still while it sleeps. */
export const settled: Invariant = (history) => {
  const violations: Violation[] = [];
  const open = new Map<string, Call>();
  const asleep = new SleepLog();
  const slackMs = history.find((record) => record.op === "rules")?.rules.lateMs ?? turnsMs;
  for (const record of history) {
    asleep.read(record);
    if (record.op === "call" || record.op === "join" || record.op === "load") open.set(record.key, record);
    if (record.op !== "settled" && record.op !== "joined" && record.op !== "loaded") continue;
    const call = open.get(record.key);
    if (!call) violations.push(violation("I7", record, `${record.key}: settled twice, or never called`));
    else if (lateBy(call, record, asleep) > slackMs) {
      violations.push(
        violation(
          "I7",
          record,
          `${record.key}: expected within ${call.withinMs} ms, got ${record.t - call.t}`,
        ),
      );
    }
    open.delete(record.key);
  }
  for (const call of open.values()) violations.push(violation("I7", call, `${call.key}: never settled`));
  return violations;
};

function lateBy(call: Call, { t, actor }: HistoryRecord, asleep: SleepLog): number {
  if (call.withinMs === null) return 0;
  return t - call.t - call.withinMs - asleep.msSince(actor, call.t);
}

/** How long each client slept, or was held up. */
class SleepLog {
  readonly #sleeps = new Map<string, { from: number; to: number }[]>();

  read({ op, actor, t }: HistoryRecord): void {
    if (op === "asleep") this.#of(actor).push({ from: t, to: Number.POSITIVE_INFINITY });
    const last = this.#of(actor).at(-1);
    if (op === "awake" && last) last.to = t;
  }

  msSince(actor: string, since: number): number {
    let ms = 0;
    for (const { from, to } of this.#of(actor)) if (to > since) ms += to - Math.max(from, since);
    return ms;
  }

  #of(actor: string): { from: number; to: number }[] {
    const sleeps = this.#sleeps.get(actor) ?? [];
    this.#sleeps.set(actor, sleeps);
    return sleeps;
  }
}
