import type { Envelope } from "./envelope.js";
import { fitsBytes, limits } from "./limits.js";
import { failure, type Result, success } from "./result.js";
import { isRoomShaped } from "./room-name.js";
import { quote, TautlineError } from "./tautline-error.js";

/** What is wrong with a field, as `"<field>: expected …"`; undefined if nothing is. */
type FieldCheck = (value: unknown) => string | undefined;

const isPositiveInteger: FieldCheck = (value) =>
  Number.isSafeInteger(value) && (value as number) >= 1 ? undefined : "an integer of at least 1";

const fieldChecks: readonly (readonly [keyof Envelope, FieldCheck])[] = [
  ["id", isPositiveInteger],
  ["offset", isPositiveInteger],
  ["room", (value) => (isRoomShaped(value) ? undefined : "a room name: 1–256 bytes, no control characters")],
  ["timestamp", (value) => (Number.isSafeInteger(value) ? undefined : "an integer, milliseconds since 1970")],
  ["from", (value) => (hasStrings(value, "user", "member") ? undefined : "{ user, member }")],
  ["error", (value) => (hasStrings(value, "code", "message") ? undefined : "{ code, message }")],
  ["trace", (value) => (typeof value === "string" ? undefined : "a string")],
];

/** Whether a decoded value has an envelope's structure, in whichever codec it came. `BAD_ENVELOPE` otherwise. */
export function checkEnvelope(value: unknown): Result<Envelope> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return refuse("expected an object", value);
  }
  const fields = value as Record<string, unknown>;
  const { type } = fields;
  if (typeof type !== "string" || !fitsBytes(type, limits.typeBytes)) {
    return refuse("type: expected a string of 1–128 bytes", type);
  }
  for (const [field, check] of fieldChecks) {
    const found = fields[field];
    const expected = found === undefined ? undefined : check(found);
    if (expected !== undefined) return refuse(`${field}: expected ${expected}`, found);
  }
  const flaw = findFlaw(value, limits.depth);
  if (flaw !== undefined) return failure(new TautlineError("BAD_ENVELOPE", flaw));
  return success(value as Envelope);
}

function refuse(expected: string, got: unknown): Result<never> {
  return failure(new TautlineError("BAD_ENVELOPE", `${expected}, got ${quote(got)}`));
}

function hasStrings(value: unknown, ...keys: string[]): boolean {
  if (typeof value !== "object" || value === null) return false;
  return keys.every((key) => typeof (value as Record<string, unknown>)[key] === "string");
}

/**
 * Nesting beyond `levels`, or an own `__proto__` key: harmless as parsed, but a copy by assignment would change the
 * copy's prototype.
 */
function findFlaw(value: object, levels: number): string | undefined {
  if (levels === 0) return `expected at most ${limits.depth} levels of nesting`;
  if (Array.isArray(value)) {
    for (const inner of value) {
      const flaw = flawOf(inner, levels - 1);
      if (flaw !== undefined) return flaw;
    }
    return undefined;
  }
  // `in` makes no array of keys: this runs for every message.
  for (const key in value) {
    if (key === "__proto__") return "expected no key named __proto__";
    const flaw = flawOf((value as Record<string, unknown>)[key], levels - 1);
    if (flaw !== undefined) return flaw;
  }
  return undefined;
}

/** The same of any value: there may be something inside, but not in bytes. Only a sender has bytes, and what says itself how it is written. */
function flawOf(value: unknown, levels: number): string | undefined {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return undefined;
  const { toJSON } = value as { toJSON?: unknown };
  if (typeof toJSON !== "function") return findFlaw(value, levels);
  const said: unknown = toJSON.call(value, "");
  // What it says is not asked again.
  return typeof said === "object" && said !== null && !ArrayBuffer.isView(said)
    ? findFlaw(said, levels)
    : undefined;
}
