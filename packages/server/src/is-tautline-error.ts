import { TautlineError } from "@tautline/protocol";

/** Whether an application threw or gave one: anything can be thrown, also what throws when it is looked at. */
export function isTautlineError(value: unknown): value is TautlineError {
  try {
    return TautlineError.is(value);
  } catch {
    return false;
  }
}
