import { type ErrorCode, type ErrorDetails, errorCatalogue, TautlineError } from "@tautline/protocol";

/**
 * An error as peers see it: the catalogue's sentence. What exactly was wrong travels in `issues`, so that programs and
 * people find the sentence unchanged.
 */
export function refusal(code: ErrorCode, details: ErrorDetails = {}): TautlineError {
  return new TautlineError(code, errorCatalogue[code].text, details);
}

/** An error of the codec or of a schema, told in the catalogue's sentence; what it says itself becomes an issue. */
export function refusalOf(error: TautlineError): TautlineError {
  return refusal(error.code, {
    issues: error.issues ?? [{ message: error.message }],
    cause: error.details.cause,
  });
}
