import { type Invariant, type Violation, violation } from "./violation.js";

/** I14: nothing is handled for a connection before it was admitted, or after it has gone. */
export const admitted: Invariant = (history) => {
  const violations: Violation[] = [];
  const open = new Set<string>();
  for (const record of history) {
    if (record.op === "admitted") open.add(record.connection);
    if (record.op === "departed") open.delete(record.connection);
    if (record.op !== "handler" || open.has(record.connection)) continue;
    violations.push(
      violation("I14", record, `${record.key}: handled for ${record.connection}, which is not there`),
    );
  }
  return violations;
};
