import { type Codec, type Frame, type From, limits, utf8Length } from "@tautline/protocol";
import type { Payload } from "../broker/broker.js";
import { isJson, jsonOf, kept, keptEnvelope } from "../kept-envelope.js";
import { encoded } from "./shared-frames.js";

/** A publication before the broker took it. */
export interface NewPublication {
  readonly type: string;
  readonly data?: unknown;
  readonly from?: From | undefined;
}

/** How something is published. */
export interface PublishOptions {
  /** Publishing again under the same key in the same room changes nothing. Only where history is kept. */
  readonly key?: string | undefined;
  /** Not kept, without offset; may be dropped for a reader that is behind. */
  readonly volatile?: boolean | undefined;
  /** Ids of connections left out. Only for what is not kept: a kept publication left out would be a hole. */
  readonly except?: readonly string[] | undefined;
}

/** What a publication is given by its room and its broker. */
export interface Place {
  /** The room's name on the wire. Absent for a plain peer: an event of its user is in no room that it knows of. */
  readonly room?: string | undefined;
  /** Of a kept publication. */
  readonly offset?: number | undefined;
  /** When the broker took it, in milliseconds since 1970. */
  readonly timestamp: number;
}

/** What a place may add to a payload: a room's name of 256 bytes, each perhaps escaped, and two numbers. */
const placeBytes = 2_048;

/**
 * What the broker carries and keeps of a publication, without its place.
 *
 * @throws `BAD_DATA` for what JSON cannot say; `TOO_LARGE` for more than a client may be sent.
 */
export function payloadOf({ type, data, from }: NewPublication): Payload {
  const payload = kept({ type, data, from }, limits.clientMessageBytes - placeBytes);
  if (!payload.ok) throw payload.error;
  return payload.value;
}

/**
 * The frame of a publication. For JSON the place is put into the text that is there already: a publication is made
 * into JSON once, by its publisher, however many nodes and members it goes to.
 */
export function frameOf(payload: Payload, place: Place, codec: Codec): Frame {
  return isJson(codec) ? jsonFrame(payload, place) : encoded(publicationOf(payload, place), codec);
}

/** The envelope of a publication. */
export function publicationOf<P extends Place>(payload: Payload, place: P): NewPublication & P {
  return { ...(keptEnvelope(payload) as NewPublication), ...place };
}

function jsonFrame(payload: Payload, { room, offset, timestamp }: Place): Frame {
  const name = room === undefined ? "" : `,"room":${JSON.stringify(room)}`;
  const position = offset === undefined ? "" : `,"offset":${offset}`;
  const ending = `${name}${position},"timestamp":${timestamp}}`;
  const json = jsonOf(payload);
  return {
    payload: json.payload.slice(0, -1) + ending,
    byteLength: json.byteLength - 1 + utf8Length(ending),
    wire: undefined,
  };
}
