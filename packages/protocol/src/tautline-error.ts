import type { ErrorCode } from "./error-code.js";

/** One thing a schema found wrong, and where. */
export interface Issue {
  /** What was expected, in the schema's words. */
  readonly message: string;
  /** The keys that lead to the place, from the outside. Left out: the data as a whole. */
  readonly path?: readonly (string | number)[] | undefined;
}

/** What an error may carry besides its code and text. */
export interface ErrorDetails {
  /** When to try again, in milliseconds from now. */
  readonly retryAfterMs?: number | undefined;
  /** What the schema found, with `BAD_DATA`. */
  readonly issues?: readonly Issue[] | undefined;
  /** The name under which the contract declares the error, with `APP`. */
  readonly name?: string | undefined;
  /** The data of a declared error, with `APP`. */
  readonly data?: unknown;
  /** What lies behind. Stays in this process. */
  readonly cause?: unknown;
}

/** The `error` of an envelope. */
export interface WireError extends Omit<ErrorDetails, "cause"> {
  /** What went wrong, as programs read it. */
  readonly code: ErrorCode;
  /** The same for people. May change with every version. */
  readonly message: string;
}

const mark = Symbol.for("tautline.error");

/** Every error this library throws, rejects with or reports. Programs look at `code`. */
export class TautlineError extends Error {
  override readonly name: string = "TautlineError";
  /** What went wrong, as programs read it. */
  readonly code: ErrorCode;
  /** What the error carries besides its code and text. */
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    // Takes the cause and nothing else.
    super(message, details);
    this.code = code;
    this.details = details;
    // Recognised across copies of this package, where `instanceof` fails.
    Object.defineProperty(this, mark, { value: true });
  }

  /** When to try again, in milliseconds, where the server said so. */
  get retryAfterMs(): number | undefined {
    return this.details.retryAfterMs;
  }

  /** What the schema found wrong, with `BAD_DATA`. */
  get issues(): readonly Issue[] | undefined {
    return this.details.issues;
  }

  /** Whether `value` is a TautlineError, of whichever copy of this package (ESM and CommonJS can both be loaded). */
  static is(value: unknown): value is TautlineError {
    // Object() makes an object of what is none.
    return mark in Object(value);
  }
}

/**
 * The error of a bad option: `heartbeat.intervalMs: expected a finite number of at least 1000, got "15s"`.
 *
 * Build it, then `throw` it. `value` is quoted and cut; never hand in a secret.
 */
export function invalidOption(option: string, expected: string, value: unknown): TautlineError {
  return new TautlineError("INVALID_OPTION", `${option}: expected ${expected}, got ${quote(value)}`);
}

const maxQuoted = 60;

/** `value` as it may stand in an error's text: JSON where that is possible, 60 characters at most. */
export function quote(value: unknown): string {
  let text: string | undefined;
  try {
    // Cut before it is written: a peer may have sent a megabyte.
    const short = typeof value === "string" ? value.slice(0, maxQuoted) : value;
    text = typeof value === "function" ? "a function" : JSON.stringify(short);
  } catch {
    // Cycles, BigInt, a toJSON that throws: the type is all that can be said.
  }
  text ??= typeof value === "object" ? "an object" : String(value);
  // Never half of a surrogate pair.
  return text.length > maxQuoted
    ? `${text.slice(0, maxQuoted - 3).replace(/[\ud800-\udbff]$/, "")}...`
    : text;
}
