import type { Gap, JoinResult, NotRecoveredReason, Position } from "@tautline/protocol";

/** Publications that are lost to this client. Said before anything later is handed over. */
export interface GapEvent {
  /** Why: a new life of the room, history too short, too much at once, or no history. */
  readonly reason: NotRecoveredReason;
  /** The first and the last offset that are missing, where both are known: never over a change of epoch. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** From where the room goes on. */
  readonly position: Position | undefined;
}

/** How a membership began, or went on. */
export type JoinVerdict = "fresh" | "recovered" | "gap";

/** What an answered join means for a client that stood at `position`. */
export interface Rejoined {
  readonly verdict: JoinVerdict;
  readonly position: Position | undefined;
  readonly gap?: GapEvent;
}

/** Compares what was asked for with what the server could do. */
export function afterJoin(position: Position | undefined, joined: JoinResult): Rejoined {
  const { epoch, offset } = joined;
  const answered = epoch === undefined || offset === undefined ? undefined : { epoch, offset };
  if (!position) return { verdict: "fresh", position: answered };
  const isSameLife = answered?.epoch === position.epoch;
  // What was handed over already must not come twice: the newest publications, or those that came meanwhile over the old
  // connection of a move.
  const next = isSameLife && answered.offset <= position.offset ? position : answered;
  // Nothing is missing: the newest publications reach back to the position, or it has moved on to them since it was asked for.
  if (next === position) return { verdict: "recovered", position };
  // Recovered in another life: what was asked for before the program left, and joined anew from a position of its own.
  if (joined.recovered && (isSameLife || !answered))
    return { verdict: "recovered", position: next ?? position };
  const reason = joined.reason ?? (answered ? "new-epoch" : "no-history");
  const missed = isSameLife && next ? { from: position.offset + 1, to: next.offset } : {};
  return { verdict: "gap", position: next, gap: { reason, ...missed, position: next } };
}

/** What a `$gap` means: the room goes on from the position it names. */
export function afterGap({ reason, epoch, offset, from, to }: Gap["data"]): GapEvent {
  return { reason, from, to, position: { epoch, offset } };
}

/** What is to be done with a kept publication: hand it over, drop it, or ask for what is missing before it. */
export function onOffset(position: Position | undefined, offset: number): "take" | "drop" | "ask" {
  // A room without a position promises nothing about its publications.
  if (!position) return "take";
  if (offset > position.offset + 1) return "ask";
  return offset > position.offset ? "take" : "drop";
}
