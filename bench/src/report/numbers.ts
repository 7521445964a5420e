/** A number with about three digits that count. */
export function short(value: number): string {
  const size = Math.abs(value);
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
  return value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** Bytes in KB of 1,024, as sizes of clients are told. */
export const kilobytes = (bytes: number): string => `${(bytes / 1_024).toFixed(1)} KB`;
