// What PROTOCOL.md 2.1–2.9 say of a text, written anew from there, as plainly as can be: the codec is held against this.

type Fields = Record<string, unknown>;

const bytes = (text: string): number => Buffer.byteLength(text);
const isCount = (value: unknown): boolean =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 1;
const isText = (value: unknown): boolean => typeof value === "string";
const isObject = (value: unknown): value is Fields => typeof value === "object" && value !== null;

const rules: Readonly<Record<string, (value: unknown) => boolean>> = {
  id: isCount,
  offset: isCount,
  timestamp: (value) => Number.isSafeInteger(value),
  room: isRoom,
  from: (value) => isObject(value) && isText(value.user) && isText(value.member),
  error: (value) => isObject(value) && isText(value.code) && isText(value.message),
  trace: isText,
};

/** The error that a text must give, or `an envelope`. */
export function envelopeVerdict(text: string, maxBytes: number): string {
  if (bytes(text) > maxBytes) return "TOO_LARGE";
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return "BAD_JSON";
  }
  return isEnvelope(value) ? "an envelope" : "BAD_ENVELOPE";
}

/** Whether a decoded value is an envelope. */
export function isEnvelope(value: unknown): boolean {
  if (!isObject(value) || Array.isArray(value)) return false;
  if (typeof value.type !== "string" || value.type === "" || bytes(value.type) > 128) return false;
  for (const [field, isRight] of Object.entries(rules)) {
    if (Object.hasOwn(value, field) && value[field] !== undefined && !isRight(value[field])) return false;
  }
  return levels(value) <= 32 && !hasProto(value);
}

/** Whether a value can name a room: 2.9. */
export function isRoom(value: unknown): boolean {
  if (typeof value !== "string" || value === "" || bytes(value) > 256) return false;
  return [...value].every((character) => {
    const code = character.codePointAt(0) ?? 0;
    // No control characters, and no half of a pair.
    return code > 0x1f && !(code >= 0x7f && code <= 0x9f) && !(code >= 0xd800 && code <= 0xdfff);
  });
}

/** How deep arrays and objects stand inside one another: counted level by level, so that nothing overflows. */
function levels(value: unknown): number {
  let count = 0;
  for (let level = [value].filter(isBranch); level.length > 0; count++) {
    level = level.flatMap((inner) => Object.values(inner)).filter(isBranch);
  }
  return count;
}

function hasProto(value: Fields): boolean {
  for (let level = [value].filter(isBranch); level.length > 0; ) {
    if (level.some((inner) => Object.keys(inner).includes("__proto__"))) return true;
    level = level.flatMap((inner) => Object.values(inner)).filter(isBranch);
  }
  return false;
}

const isBranch = (value: unknown): value is Fields => isObject(value) && !(value instanceof Uint8Array);
