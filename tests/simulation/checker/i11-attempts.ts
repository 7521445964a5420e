import { type Invariant, type Violation, violation } from "./violation.js";

const windowMs = 10_000;

/** I11: however things stand, a client makes no more sockets in ten seconds than the rules allow. */
export const attempts: Invariant = (history) => {
  const violations: Violation[] = [];
  const rules = history.find((record) => record.op === "rules")?.rules;
  const made = new Map<string, number[]>();
  for (const record of history) {
    if (record.op !== "socket" || record.outcome !== "made") continue;
    const times = made.get(record.actor) ?? [];
    made.set(record.actor, times);
    times.push(record.t);
    while ((times[0] ?? record.t) < record.t - windowMs) times.shift();
    if (!rules || times.length <= rules.attempts) continue;
    const text = `expected at most ${rules.attempts} sockets in ${windowMs} ms, got ${times.length}`;
    violations.push(violation("I11", record, text));
    times.length = 0;
  }
  return violations;
};
