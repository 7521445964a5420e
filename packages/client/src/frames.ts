import { type Codec, type Envelope, type Result, TautlineError, utf8Length } from "@tautline/protocol";
import { breach } from "./breach.js";
import { clientMessageBytes, depth, typeBytes } from "./limits.js";

// A client's own way with the codec of the protocol, which is made for servers and strangers: what the server would refuse is
// refused before it is sent, and of what the server sends no more is checked than a wrong value could do harm with.

/** An envelope as it goes over the socket. */
export type Encoded = string | Uint8Array;

/** What a client speaks. */
export interface Speech {
  /** How it says so. */
  readonly subprotocol: string;
  /** @throws `BAD_DATA`, `BAD_ENVELOPE` or `TOO_LARGE` */
  encode(envelope: Envelope): Encoded;
  /** @throws `BAD_ENVELOPE` or `TOO_LARGE` */
  decode(message: unknown): Envelope;
}

/** A message in whichever codec: one may need 9 bytes for a number where JSON takes 4 (`clientMessageBytes`, PROTOCOL.md 3.2). A sum would stay in bundles that do not use it. */
export const maxBytes = 2_359_296;

/** By a codec that the program gave. */
export function speechOf({ subprotocol, encode, decode }: Codec): Speech {
  return {
    subprotocol,
    encode: (envelope) => given(encode(envelope, maxBytes)).payload as Encoded,
    decode: (message) =>
      given(decode(isText(message) ? message : new Uint8Array(message as ArrayBuffer), maxBytes)),
  };
}

function given<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw result.error;
}

/** The envelope of what the client itself encoded. */
export const reread = (encoded: Encoded, { decode }: Speech): Envelope =>
  isText(encoded) ? (JSON.parse(encoded) as Envelope) : decode(encoded);

/** What it takes on the socket. */
export const sizeOf = (encoded: Encoded): number => (isText(encoded) ? utf8Length(encoded) : encoded.length);

/** The JSON text of an envelope. @throws `BAD_DATA` or `BAD_ENVELOPE`: the server would not take it */
function encode(envelope: Envelope): string {
  let text: string;
  try {
    text = JSON.stringify(envelope, sayBytes);
  } catch (cause) {
    throw new TautlineError("BAD_DATA", "expected JSON", { cause });
  }
  const { type } = envelope;
  if (!type || utf8Length(type) > typeBytes || isRefused(JSON.parse(text), depth)) {
    throw breach("a type of 1-128 bytes, 32 levels, no __proto__", type);
  }
  return text;
}

/** The envelope that a server sent. @throws `BAD_ENVELOPE` */
function decode(message: unknown): Envelope {
  if (!isText(message) || message.length > clientMessageBytes) {
    throw breach("a text of at most 1 MiB", typeof message);
  }
  let envelope: Envelope | null | undefined;
  try {
    envelope = JSON.parse(message) as Envelope | null;
  } catch {
    // Said below.
  }
  const { type, id, room, offset, error } = envelope ?? ({} as Partial<Envelope>);
  const isEnvelope =
    isText(type) &&
    isText(room ?? "") &&
    Number.isSafeInteger(id ?? 0) &&
    Number.isSafeInteger(offset ?? 0) &&
    (!error || (isText(error.code) && isText(error.message)));
  if (!isEnvelope) throw breach("an envelope", message);
  return envelope as Envelope;
}

/** JSON, as a client needs it. */
export const json: Speech = { subprotocol: "tautline.v1.json", encode, decode };

/** Bytes as JSON says them. What was there before `toJSON`, which a Buffer has, is looked at. */
function sayBytes(this: unknown, key: string, value: unknown): unknown {
  const before = (this as Record<string, unknown>)[key];
  if (!(before instanceof Uint8Array)) return value;
  return { $bytes: btoa(Array.from(before, (byte) => String.fromCharCode(byte)).join("")) };
}

export const isText = (value: unknown): value is string => typeof value === "string";

/** Whether there are too many levels, or a key that would change the prototype of a copy. */
function isRefused(value: unknown, levels: number): boolean {
  const isBad = ([key, inner]: [string, unknown]) => key === "__proto__" || isRefused(inner, levels - 1);
  return value instanceof Object && (levels === 0 || Object.entries(value).some(isBad));
}
