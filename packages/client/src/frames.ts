import { type Envelope, TautlineError, utf8Length } from "@tautline/protocol";
import { breach } from "./breach.js";
import { clientMessageBytes, depth, typeBytes } from "./limits.js";

// A client's own way with the codec of the protocol, which is made for servers and strangers: what the server would refuse is
// refused before it is sent, and of what the server sends no more is checked than a wrong value could do harm with.

/** How a client says that it speaks this protocol, as JSON. */
export const subprotocol = "tautline.v1.json";

/** The JSON text of an envelope. @throws `BAD_DATA` or `BAD_ENVELOPE`: the server would not take it */
export function encode(envelope: Envelope): string {
  let text: string;
  try {
    text = JSON.stringify(envelope);
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
export function decode(message: unknown): Envelope {
  if (typeof message !== "string" || message.length > clientMessageBytes) {
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

/** Whether there are too many levels, or a key that would change the prototype of a copy. */
function isRefused(value: unknown, levels: number): boolean {
  const isBad = ([key, inner]: [string, unknown]) => key === "__proto__" || isRefused(inner, levels - 1);
  return value instanceof Object && (levels === 0 || Object.entries(value).some(isBad));
}
