/**
 * A place in a room's history: publication `offset` of the life `epoch`. Offset 0 is before the first one.
 *
 * Positions of different epochs cannot be compared: a new epoch voids all offsets of the old one.
 */
export interface Position {
  /** Names one unbroken life of the room's history. */
  readonly epoch: string;
  /** How many publications of this epoch came up to here. */
  readonly offset: number;
}

/** What a publication is to a client that stands at a position. */
export type Step = "next" | "duplicate" | "hole" | "other-epoch";

/** Whether a publication at `arriving` is the next one after `current`, an old one, or leaves a hole. */
export function stepTo(current: Position, arriving: Position): Step {
  if (current.epoch !== arriving.epoch) return "other-epoch";
  if (arriving.offset <= current.offset) return "duplicate";
  return arriving.offset === current.offset + 1 ? "next" : "hole";
}
