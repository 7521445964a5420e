import { type Invariant, type Violation, violation } from "./violation.js";

/** I15: a client holds one socket; two while it moves to another node. */
export const oneSocket: Invariant = (history) => {
  const violations: Violation[] = [];
  const held = new Map<string, Set<number>>();
  for (const record of history) {
    if (record.op !== "socket") continue;
    const sockets = held.get(record.actor) ?? new Set();
    held.set(record.actor, sockets);
    if (record.outcome === "made") sockets.add(record.socket);
    else sockets.delete(record.socket);
    if (sockets.size > 2) violations.push(violation("I15", record, `holds ${sockets.size} sockets`));
  }
  return violations;
};
