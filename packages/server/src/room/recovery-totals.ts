import type { NotRecoveredReason } from "@tautline/protocol";

/** What became of readers that were away or slow, counted. */
export interface RecoveryTotals {
  /** Joins with a position from which everything followed. */
  recovered: number;
  /** Times that a member was told of publications that it cannot get: by its join, or by `$gap`. */
  readonly gaps: Record<NotRecoveredReason, number>;
  /** Times that a member fell behind what is published in a room, and was left to go on from history. */
  lagged: number;
}

/** Nothing counted yet. */
export function noRecoveryTotals(): RecoveryTotals {
  return { recovered: 0, gaps: { "new-epoch": 0, trimmed: 0, "too-many": 0, "no-history": 0 }, lagged: 0 };
}
