import type { HistoryRecord, Members, RecordOf } from "../history/record.js";
import { type Invariant, type Violation, violation } from "./violation.js";

/**
 * I10: after the quiet end all members of a room see the same members, those who are there, each with what it tells of
 * itself; and on the way there everyone came before it went, and went before it came again.
 */
export const presence: Invariant = (history) => [...alternates(history), ...converges(history)];

function alternates(history: readonly HistoryRecord[]): readonly Violation[] {
  const violations: Violation[] = [];
  const views = new Map<string, Set<string>>();
  for (const record of history) {
    if (record.op === "membership" && record.outcome === "left")
      views.delete(`${record.actor} ${record.room}`);
    if (record.op === "presence") {
      const view = `${record.actor} ${record.room}`;
      // The first look is told by no change: those who are there have not just come.
      if (!views.has(view)) views.set(view, new Set(Object.keys(record.members)));
    }
    if (record.op !== "came" && record.op !== "went") continue;
    const there = views.get(`${record.actor} ${record.room}`) ?? new Set();
    const isThere = there.has(record.member);
    if (record.op === "came") there.add(record.member);
    else there.delete(record.member);
    if (isThere === (record.op === "went")) continue;
    const text = record.op === "went" ? "went, but was not there" : "came, but was there";
    violations.push(violation("I10", record, `${record.room}: ${record.member} ${text}`));
  }
  return violations;
}

function converges(history: readonly HistoryRecord[]): readonly Violation[] {
  const rules = history.find((record) => record.op === "rules")?.rules;
  const member = new Map<string, string>();
  const standings: RecordOf<"standing">[] = [];
  for (const record of history) {
    if (record.op === "client" && record.member !== undefined) member.set(record.actor, record.member);
    if (record.op === "standing" && record.outcome === "joined") standings.push(record);
  }
  return (rules?.presence ?? []).flatMap((room) => {
    const here = standings.filter((standing) => standing.room === room);
    const truth = Object.fromEntries(here.map(({ client, told }) => [member.get(client) ?? client, told]));
    return here.flatMap((record) => {
      if (say(record.members) === say(truth)) return [];
      const text = `${record.client} in ${room}: expected ${say(truth)}, sees ${say(record.members)}`;
      return [violation("I10", record, text)];
    });
  });
}

function say(members: Members): string {
  return (
    Object.entries(members)
      .map(([member, state]) => `${member.slice(0, 6)}=${state}`)
      .sort()
      .join(", ") || "nobody"
  );
}
