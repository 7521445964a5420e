import { invalidOption } from "@tautline/protocol";

/** Refuses what is no group of options, and names that are no options: a misspelt one would silently do nothing. */
export function onlyKeys(path: string, given: unknown, known: readonly string[]): void {
  if (typeof given !== "object" || given === null) throw invalidOption(path, "an object", given);
  for (const key of Object.keys(given))
    if (!known.includes(key)) throw invalidOption(`${path}.${key}`, `one of ${known.join(", ")}`, key);
}

/** Gives back a whole number that is not too small. */
export function wholeNumber(option: string, value: unknown, least: number, most: number = Infinity): number {
  if (Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most)
    return value as number;
  const range = most === Infinity ? `of at least ${least}` : `from ${least} to ${most}`;
  throw invalidOption(option, `a whole number ${range}`, value);
}
