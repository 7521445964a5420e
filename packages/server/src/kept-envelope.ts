import {
  type Codec,
  type Envelope,
  type Frame,
  jsonCodec,
  mayHoldBytes,
  type Result,
  reviveBytes,
  success,
} from "@tautline/protocol";
import type { Payload } from "./broker/index.js";

/**
 * What a broker holds of an envelope, whichever codec its peers speak: its JSON text. Where there are bytes in it, the text says so
 * before anything else: only then is `{ "$bytes": base64 }` read as bytes again, and not taken for the application's own.
 */
const note = '{"bytes":true,';

/** An envelope for a broker. The errors are those of the JSON codec. */
export function kept(envelope: Envelope, maxBytes?: number): Result<Payload> {
  const frame = jsonCodec.encode(envelope, maxBytes);
  if (!frame.ok) return frame;
  const text = frame.value.payload as string;
  // Most have none, and that is seen fast.
  if (!text.includes('{"$bytes":"') || !mayHoldBytes(envelope)) return frame;
  const payload = note + text.slice(1);
  return success({ payload, byteLength: frame.value.byteLength + payload.length - text.length });
}

/** The envelope that a broker held. */
export function keptEnvelope(payload: Payload): Envelope {
  const text = textOf(payload);
  // Our own text, or another node's: what came from a peer was checked before it was kept.
  if (!text.startsWith(note)) return JSON.parse(text) as Envelope;
  return reviveBytes(JSON.parse(`{${text.slice(note.length)}`)) as Envelope;
}

/** The frame of a kept envelope in a codec. For JSON that is the text that is there already. */
export function keptFrame(payload: Payload, codec: Codec): Frame {
  if (isJson(codec)) return frameOfJson(payload);
  const frame = codec.encode(keptEnvelope(payload));
  if (!frame.ok) throw frame.error;
  return frame.value;
}

/** Whether what is held is what a peer of this codec gets. */
export function isJson(codec: Codec): boolean {
  return codec.subprotocol === jsonCodec.subprotocol;
}

/** The JSON text as peers get it. */
export function jsonOf(payload: Payload): { readonly payload: string; readonly byteLength: number } {
  const text = textOf(payload);
  if (!text.startsWith(note)) return { payload: text, byteLength: payload.byteLength };
  return { payload: `{${text.slice(note.length)}`, byteLength: payload.byteLength - note.length + 1 };
}

function frameOfJson(kept: Payload): Frame {
  const { payload, byteLength } = jsonOf(kept);
  return { payload, byteLength, wire: undefined };
}

const decoder = new TextDecoder();

function textOf({ payload }: Payload): string {
  return typeof payload === "string" ? payload : decoder.decode(payload);
}
