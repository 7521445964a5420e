/** A figure that was measured several times. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
  /** In the order in which they were measured. */
  readonly values: readonly number[];
}

/** Of an even number of values the median is the mean of the two in the middle. */
export function spreadOf(values: readonly number[]): Spread {
  if (values.length === 0) throw new RangeError("expected at least one value, got none");
  const sorted = [...values].sort((a, b) => a - b);
  const at = (index: number) => sorted[index] as number;
  const middle = (sorted.length - 1) / 2;
  const median = (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2;
  return { median, least: at(0), most: at(sorted.length - 1), values };
}

/** The ratio of each round: what drifts from round to round is the same for both, and goes out. */
export function ratioOf(ours: Spread, theirs: Spread): Spread {
  const rounds = Math.min(ours.values.length, theirs.values.length);
  return spreadOf(
    Array.from(
      { length: rounds },
      (_, round) => (ours.values[round] as number) / (theirs.values[round] as number),
    ),
  );
}
