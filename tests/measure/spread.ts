/** How values are spread, in whole numbers. */
export interface Spread {
  readonly median: number;
  readonly p99: number;
  readonly max: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0);
  return { median: at(0.5), p99: at(0.99), max: at(1) };
}

/** How many of these moments lie in the fullest tenth of a span that begins with 0. */
export function mostInATenth(moments: readonly number[], withinMs: number): number {
  const counts = new Array<number>(10).fill(0);
  for (const at of moments) {
    const tenth = Math.min(9, Math.max(0, Math.floor((at / withinMs) * 10)));
    counts[tenth] = (counts[tenth] ?? 0) + 1;
  }
  return Math.max(...counts);
}
