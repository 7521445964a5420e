import { type Envelope, fitsBytes, limits, TautlineError, utf8Length } from "@tautline/protocol";
import { breach } from "./breach.js";

// A client's own way with the codec of the protocol, which is made for servers and strangers: what the server would refuse is
// refused before it is sent, and of what the server sends no more is checked than a wrong value could do harm with.

/** How a client says that it speaks this protocol, as JSON. */
export const subprotocol = "tautline.v1.json";

/** The JSON text of an envelope. @throws `BAD_DATA`, `BAD_ENVELOPE` or `TOO_LARGE`: the server would not take it */
export function encode(envelope: Envelope, maxBytes: number = Infinity): string {
  let text: string;
  try {
    text = JSON.stringify(envelope);
  } catch (cause) {
    throw new TautlineError("BAD_DATA", "expected what JSON can say", { cause });
  }
  const { type } = envelope;
  if (!fitsBytes(type, limits.typeBytes)) throw breach("a type of 1–128 bytes", type);
  // In JSON text no string but a key looks like this: its quotes would be escaped.
  if (/[{,]"__proto__":/.test(text)) throw breach("no key __proto__", type);
  if (isDeeper(envelope, limits.depth)) throw breach(`at most ${limits.depth} levels`, type);
  const bytes = utf8Length(text);
  if (bytes > maxBytes)
    throw new TautlineError("TOO_LARGE", `expected at most ${maxBytes} bytes, got ${bytes}`);
  return text;
}

/** The envelope that a server sent. @throws `BAD_ENVELOPE` */
export function decode(message: unknown): Envelope {
  if (typeof message !== "string" || message.length > limits.clientMessageBytes) {
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

const isText = (value: unknown): value is string => typeof value === "string";

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return false;
  // What says itself how it is written is not looked into.
  if (typeof (value as { readonly toJSON?: unknown }).toJSON === "function") return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}
