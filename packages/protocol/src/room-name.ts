import { utf8Length } from "./limits.js";

// limits.roomBytes, without the other limits.
const roomBytes = 256;

/** No control characters; no lone surrogates either: in UTF-8 they all become the same character, and names would collide. */
const plain = /^[^\p{Cc}\p{Cs}]+$/u;

/**
 * Whether `name` can name a room on the wire: 1–256 bytes of well-formed Unicode without control characters. Those that
 * begin with `$` belong to the protocol.
 */
export function isRoomShaped(name: unknown): name is string {
  return typeof name === "string" && utf8Length(name) <= roomBytes && plain.test(name);
}

/**
 * A parameter as it stands in a room's name: `/` would end its segment and `%` begins an escape, so these two are written
 * `%2F` and `%25`. Everything else stands as it is, so that each value has one name and each name one value.
 */
export function encodeParam(value: string): string {
  return value.replace(/[%/]/g, encodeURIComponent);
}

/** The value that a segment stands for; undefined where it is not exactly what {@link encodeParam} gives for one. */
export function decodeParam(segment: string): string | undefined {
  if (!segment.includes("%")) return segment;
  const value = segment.replaceAll("%2F", "/").replaceAll("%25", "%");
  return encodeParam(value) === segment ? value : undefined;
}
