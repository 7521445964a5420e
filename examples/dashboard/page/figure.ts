/** A number as people read it, and what it counts. */
export interface Figure {
  readonly value: string;
  readonly unit: string;
}

const units = ["B", "kB", "MB", "GB", "TB", "PB"];

export function bytes(count: number): Figure {
  const power = count < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(count) / 3));
  const amount = count / 1000 ** power;
  return { value: amount.toFixed(power > 0 && amount < 10 ? 1 : 0), unit: units[power] as string };
}

export function rate(perSecond: number): Figure {
  const { value, unit } = bytes(perSecond);
  return { value, unit: `${unit}/s` };
}

export function percent(share: number): Figure {
  return { value: share.toFixed(share > 0 && share < 10 ? 1 : 0), unit: "%" };
}

export function inWords({ value, unit }: Figure): string {
  return unit === "%" ? `${value}%` : `${value} ${unit}`;
}
