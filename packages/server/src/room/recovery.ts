import type { JoinRequest, JoinResult } from "@tautline/protocol";
import type { StreamState } from "../broker/history.js";

/** What a join asks of a room's history. */
export type AskedPosition = Pick<JoinRequest, "epoch" | "offset" | "last">;

/** What a join may get of it. */
export interface RecoveryLimits {
  /** Publications for who does not say how many it wants. */
  readonly last: number;
  /** The most one join may recover, or be given without a position. */
  readonly maxRecovered: number;
}

/** A join's verdict: all of a {@link JoinResult} but the room's name. */
export type Verdict = Omit<JoinResult, "room">;

/**
 * Decides whether everything since the asked position can be given: all of it, or none.
 *
 * @param state - of the room's stream; undefined for a room without history, which has no positions at all.
 * @returns with `offset` the place after which publications follow: the asked one when recovered, else the place
 * before the newest `last` that are kept.
 */
export function judge(asked: AskedPosition, state: StreamState | undefined, limits: RecoveryLimits): Verdict {
  const hasPosition = asked.epoch !== undefined && asked.offset !== undefined;
  if (!state) return hasPosition ? { recovered: false, reason: "no-history" } : { recovered: false };
  const { epoch, head, firstKept } = state;
  const reason = hasPosition ? whyNot(asked, state, limits) : undefined;
  if (hasPosition && reason === undefined) return { epoch, offset: asked.offset, head, recovered: true };
  const kept = head + 1 - firstKept;
  const offset = head - Math.min(asked.last ?? limits.last, kept, limits.maxRecovered);
  return { epoch, offset, head, recovered: false, ...(reason && { reason }) };
}

function whyNot(
  { epoch, offset = 0 }: AskedPosition,
  state: StreamState,
  limits: RecoveryLimits,
): JoinResult["reason"] {
  // A place beyond the newest was never given out in this life of the room, whatever its epoch says.
  if (epoch !== state.epoch || offset > state.head) return "new-epoch";
  if (offset < state.firstKept - 1) return "trimmed";
  return state.head - offset > limits.maxRecovered ? "too-many" : undefined;
}
