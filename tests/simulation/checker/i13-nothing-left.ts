import { type Invariant, violation } from "./violation.js";

/** I13: when all clients have gone, nothing of them is left: no connection, no member, no timer. */
export const nothingLeft: Invariant = (history) =>
  history.flatMap((record) => {
    if (record.op !== "left-over" || record.count === 0) return [];
    return [
      violation("I13", record, `${record.what}: expected none after all have gone, got ${record.count}`),
    ];
  });
