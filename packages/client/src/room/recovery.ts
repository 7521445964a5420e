import type { JoinResult, NotRecoveredReason, Position } from "@tautline/protocol";

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

/**
 * Compares where the client stands with where the server goes on: what an answered join means, or a `$gap`.
 *
 * @param asked - the position that the join named; another than `position` where the client has moved on meanwhile
 * @returns undefined where the answer does not say whether anything is missing: to be asked again
 */
export function afterJoin(
  position: Position | undefined,
  joined: Pick<JoinResult, "epoch" | "offset" | "reason">,
  asked: Position | undefined,
): Rejoined | undefined {
  const { epoch, offset } = joined;
  // There is both, or neither: that was checked on arrival.
  const answered = epoch === undefined ? undefined : ({ epoch, offset } as Position);
  if (!position) return { verdict: "fresh", position: answered };
  const anew = answered ? "new-epoch" : "no-history";
  // Whatever the server says of the position that it was asked about: this is another life.
  if (answered?.epoch !== position.epoch)
    return { verdict: "gap", position: answered, gap: { reason: anew, position: answered } };
  // Nothing is missing: what comes reaches back to the position, as it was when asked for, or as it is since an old connection
  // brought more while the client moved. What was handed over already must not come twice.
  if (answered.offset <= position.offset) return { verdict: "recovered", position };
  // History may reach back to where the client stands now.
  if (asked !== position) return undefined;
  const missed = { from: position.offset + 1, to: answered.offset };
  return {
    verdict: "gap",
    position: answered,
    gap: { reason: joined.reason ?? anew, ...missed, position: answered },
  };
}

/** What is to be done with a kept publication: hand it over, drop it, or ask for what is missing before it. */
export function onOffset(position: Position | undefined, offset: number): "take" | "drop" | "ask" {
  // A room without a position promises nothing about its publications.
  if (!position) return "take";
  if (offset > position.offset + 1) return "ask";
  return offset > position.offset ? "take" : "drop";
}
