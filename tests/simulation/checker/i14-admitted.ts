import { type Invariant, type Violation, violation } from "./violation.js";

/**
 * I14: nothing is handled for a connection that was never admitted. One that has gone may still have been heard: what was
 * taken from it is handled, and its answer kept.
 */
export const admitted: Invariant = (history) => {
  const violations: Violation[] = [];
  const known = new Set<string>();
  for (const record of history) {
    if (record.op === "admitted") known.add(record.connection);
    if (record.op !== "handler" || known.has(record.connection)) continue;
    violations.push(
      violation("I14", record, `${record.key}: handled for ${record.connection}, which was not admitted`),
    );
  }
  return violations;
};
