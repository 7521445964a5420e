import type { HistoryRecord } from "../history/record.js";

/** A promise that was not kept. */
export interface Violation {
  /** The invariant's name, as in docs/decisions/simulation.md. */
  readonly invariant: string;
  readonly t: number;
  readonly actor: string;
  /** What was expected, and what the record says. */
  readonly text: string;
}

/** Reads a whole history once, and tells what in it must not be. */
export type Invariant = (history: readonly HistoryRecord[]) => readonly Violation[];

/** A violation that a record shows. */
export function violation(invariant: string, { t, actor }: HistoryRecord, text: string): Violation {
  return { invariant, t, actor, text };
}
