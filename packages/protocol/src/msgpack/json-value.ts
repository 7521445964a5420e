import { isBytes } from "../bytes.js";
import { limits } from "../limits.js";
import { TautlineError } from "../tautline-error.js";

/**
 * What JSON would make of a value, bytes left as they are: what travels does not depend on the codec. Strings are well-formed Unicode
 * in it, since MessagePack has no other: half a surrogate pair becomes U+FFFD.
 *
 * @throws `BAD_DATA` for a BigInt, `BAD_ENVELOPE` for more than 32 levels or a key `__proto__`, and what a `toJSON` or getter throws
 */
export function jsonValue(value: unknown, key: string, levels: number = limits.depth): unknown {
  if (isBytes(value)) return value;
  switch (typeof value) {
    case "string":
      return wellFormed(value);
    case "number":
      return Number.isFinite(value) ? value : null;
    case "bigint":
      throw new TautlineError("BAD_DATA", `${key}: expected what JSON can say, got a BigInt`);
    case "boolean":
      return value;
    case "object":
      return value && ofObject(value, key, levels);
    default:
      return undefined;
  }
}

function ofObject(value: object, key: string, levels: number): unknown {
  const { toJSON } = value as { toJSON?: unknown };
  if (typeof toJSON === "function") {
    const said: unknown = toJSON.call(value, key);
    // What it says is not asked again.
    return typeof said === "object" && said && !isBytes(said)
      ? ofParts(said, levels)
      : jsonValue(said, key, levels);
  }
  return ofParts(value, levels);
}

function ofParts(value: object, levels: number): unknown {
  if (
    value instanceof Number ||
    value instanceof String ||
    value instanceof Boolean ||
    value instanceof BigInt
  ) {
    return jsonValue(value.valueOf(), "");
  }
  if (levels === 0)
    throw new TautlineError("BAD_ENVELOPE", `expected at most ${limits.depth} levels of nesting`);
  if (Array.isArray(value)) {
    return Array.from(value, (inner, i) => jsonValue(inner, String(i), levels - 1) ?? null);
  }
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    if (key === "__proto__") throw new TautlineError("BAD_ENVELOPE", "expected no key named __proto__");
    const inner = jsonValue((value as Record<string, unknown>)[key], key, levels - 1);
    if (inner !== undefined) copy[wellFormed(key)] = inner;
  }
  return copy;
}

function wellFormed(text: string): string {
  // Most texts have no surrogates at all, and that is seen fast.
  return /[\ud800-\udfff]/.test(text) ? text.replace(/\p{Surrogate}/gu, "\ufffd") : text;
}
