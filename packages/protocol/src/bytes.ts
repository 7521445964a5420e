import { limits } from "./limits.js";
import { quote, TautlineError } from "./tautline-error.js";
import type { Schema } from "./validate.js";

/** How JSON says bytes: an object with this key alone, whose value is base64 (RFC 4648 §4, with padding). */
const key = "$bytes";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const padding = 61; // "="
/** So many arguments a function takes everywhere. */
const chunk = 8_192;

/** Marks the schemas by which a contract says that there are bytes. Registered: a program may hold this module twice. */
const mark = /* @__PURE__ */ Symbol.for("tautline.bytes");

/** Whether `value` is bytes, of whichever realm. A `Buffer` is, other views and `ArrayBuffer`s are not. */
export function isBytes(value: unknown): value is Uint8Array {
  return ArrayBuffer.isView(value) && (value as Uint8Array)[Symbol.toStringTag] === "Uint8Array";
}

/** A schema of bytes. What comes as JSON says it, `{ "$bytes": base64 }`, is read as bytes, too. */
export function bytes(): Schema<Uint8Array, InstanceType<typeof Uint8Array>> {
  return saysBytes({
    "~standard": {
      version: 1,
      vendor: "tautline",
      validate(value) {
        const read = isBytes(value) ? value : bytesOf(value);
        // What a codec has read is in memory of its own, and never shared.
        return read
          ? { value: read as InstanceType<typeof Uint8Array> }
          : { issues: [{ message: "expected bytes (a Uint8Array)" }] };
      },
    },
  });
}

/**
 * Says that there are bytes somewhere in what `schema` describes, as in `withBytes(z.object({ image: z.instanceof(Uint8Array) }))`.
 * Whatever JSON says bytes by, `{ "$bytes": base64 }`, is a `Uint8Array` before `schema` sees it, so that it sees the same
 * whichever codec a peer speaks. The data's own objects of exactly that shape are taken for bytes, too.
 *
 * @throws `INVALID_CONTRACT` for what is no schema
 */
export function withBytes<Input, Output>(schema: Schema<Input, Output>): Schema<Input, Output> {
  const isSchema = typeof (schema as Partial<Schema> | undefined)?.["~standard"]?.validate === "function";
  if (!isSchema)
    throw new TautlineError("INVALID_CONTRACT", `withBytes: expected a schema, got ${quote(schema)}`);
  const inner = schema["~standard"];
  return saysBytes({
    "~standard": {
      version: 1,
      vendor: inner.vendor,
      validate(value) {
        try {
          return inner.validate(reviveBytes(value));
        } catch (error) {
          if (!TautlineError.is(error)) throw error;
          return { issues: [{ message: error.message }] };
        }
      },
    },
  });
}

/** Whether a contract says by this schema that there are bytes: it was made by {@link bytes} or {@link withBytes}. */
export function hasBytes(schema: Schema | undefined): boolean {
  return schema !== undefined && mark in schema;
}

/**
 * `value` with bytes in place of what JSON says bytes by. What has none is given back as it is, and nothing of `value` is
 * changed.
 *
 * @throws `BAD_DATA` for more than 32 levels
 */
export function reviveBytes(value: unknown, levels: number = limits.depth): unknown {
  if (Array.isArray(value)) {
    const inner: unknown[] = value.map((item) => reviveBytes(item, below(levels)));
    return inner.some((item, i) => item !== value[i]) ? inner : value;
  }
  if (!isPlain(value)) return value;
  const said = bytesOf(value);
  if (said) return said;
  const entries = Object.entries(value).map(([name, item]): [string, unknown] => [
    name,
    reviveBytes(item, below(levels)),
  ]);
  return entries.some(([name, item]) => item !== value[name]) ? Object.fromEntries(entries) : value;
}

/** The JSON text of a value, in which bytes are `{ "$bytes": base64 }`; undefined for what has none. @throws what JSON throws */
export function stringify(value: unknown): string | undefined {
  // A replacer makes JSON several times slower: only what needs one pays for it.
  return JSON.stringify(value, mayHoldBytes(value) ? sayBytes : undefined);
}

/**
 * Whether there may be bytes in a value. True also where it cannot be told without trouble: of what says itself how it is written, and
 * of what is refused later because it is too deep or has no end.
 */
export function mayHoldBytes(value: unknown, levels: number = limits.depth): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (levels < 0 || isBytes(value)) return true;
  if (typeof (value as { toJSON?: unknown }).toJSON === "function") return true;
  if (Array.isArray(value)) return value.some((inner) => mayHoldBytes(inner, levels - 1));
  for (const name in value) {
    if (mayHoldBytes((value as Record<string, unknown>)[name], levels - 1)) return true;
  }
  return false;
}

function below(levels: number): number {
  if (levels > 0) return levels - 1;
  throw new TautlineError("BAD_DATA", `expected at most ${limits.depth} levels of nesting`);
}

function saysBytes<S extends Schema>(schema: S): S {
  return Object.defineProperty(schema, mark, { value: true });
}

/** A replacer of `JSON.stringify`. It looks at what was there before `toJSON`, which a `Buffer` has. */
function sayBytes(this: unknown, name: string, value: unknown): unknown {
  const given = (this as Record<string, unknown>)[name];
  if (isBytes(given)) return { [key]: toBase64(given) };
  return isBytes(value) ? { [key]: toBase64(value) } : value;
}

/** The bytes that a value of JSON says; undefined for anything else. */
function bytesOf(value: unknown): Uint8Array | undefined {
  if (!isPlain(value) || !Object.hasOwn(value, key) || Object.keys(value).length !== 1) return undefined;
  const text = value[key];
  return typeof text === "string" ? fromBase64(text) : undefined;
}

/** Whether it is an object as a codec makes one, in whichever realm. */
function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function toBase64(bytes: Uint8Array): string {
  const { length } = bytes;
  const codes = new Uint8Array(Math.ceil(length / 3) * 4);
  let at = 0;
  for (let i = 0; i < length; i += 3) {
    const group = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    codes[at++] = alphabet.charCodeAt(group >> 18);
    codes[at++] = alphabet.charCodeAt((group >> 12) & 63);
    codes[at++] = alphabet.charCodeAt((group >> 6) & 63);
    codes[at++] = alphabet.charCodeAt(group & 63);
  }
  codes.fill(padding, at - ((3 - (length % 3)) % 3));
  let text = "";
  for (let i = 0; i < at; i += chunk) {
    // Spread, they would be taken one by one.
    const some = codes.subarray(i, i + chunk) as unknown as number[];
    text += String.fromCharCode.apply(undefined, some);
  }
  return text;
}

/** Undefined for what is not exactly what {@link toBase64} makes: each value has one text. */
function fromBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0) return undefined;
  const padded = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padded);
  let [bits, held, at] = [0, 0, 0];
  for (let i = 0; i < text.length - padded; i++) {
    const digit = digitOf(text.charCodeAt(i));
    if (digit < 0) return undefined;
    bits = ((bits << 6) | digit) & 0xfff;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes[at++] = bits >> held;
  }
  return (bits & ((1 << held) - 1)) === 0 ? bytes : undefined;
}

/** What a character counts in base64; −1 where it is none of it. */
function digitOf(code: number): number {
  if (code >= 65 && code <= 90) return code - 65; // A–Z
  if (code >= 97 && code <= 122) return code - 71; // a–z
  if (code >= 48 && code <= 57) return code + 4; // 0–9
  return code === 43 ? 62 : code === 47 ? 63 : -1; // "+", "/"
}
