import type { TautlineError } from "@tautline/protocol";

/** A message that could not be read. It waits for its turn as all others do: to refuse it costs as much as to handle one. */
export class Malformed {
  /** What its sender is told. */
  readonly error: TautlineError;

  constructor(error: TautlineError) {
    this.error = error;
  }
}
