/** A number as people read it: with commas, and no more digits than say something. */
export function number(value: number): string {
  const digits = value !== 0 && Math.abs(value) < 10 && !Number.isInteger(value) ? 1 : 0;
  return value.toLocaleString("en", { maximumFractionDigits: digits });
}

/** Milliseconds to three digits, in the unit that fits. */
export function latency(milliseconds: number): string {
  if (milliseconds < 1) return `${Math.round(milliseconds * 1_000)} µs`;
  if (milliseconds < 1_000) return `${Number(milliseconds.toPrecision(3))} ms`;
  return `${Number((milliseconds / 1_000).toPrecision(3))} s`;
}

/** `1 room`, `2 rooms`. */
export function plural(count: number, word: string): string {
  return `${number(count)} ${word}${count === 1 ? "" : "s"}`;
}
