import { type Envelope, type TautlineError, toWire } from "@tautline/protocol";
import { checkRoom } from "./protocol-data.js";

/** A message, as far as its `$error` tells what it answers. */
export type Refused = Pick<Envelope, "type" | "id" | "room" | "data">;

/**
 * The `$error` that answers a message: with its id, or with its type where it has none, and the room that it is about. Else a client could not tell
 * what was refused: a join, or something said in the same room.
 *
 * @param message - undefined: it was none that could be named
 */
export function errorAnswer(message: Refused | undefined, error: TautlineError): Envelope {
  return { type: "$error", ...(message && subjectOf(message)), error: toWire(error) };
}

function subjectOf({ type, id, room, data }: Refused): Partial<Envelope> {
  const about = room ?? (type.startsWith("$") ? roomIn(data) : undefined);
  return {
    ...(id === undefined ? { data: { type } } : { id }),
    ...(about !== undefined && { room: about }),
  };
}

/** The room that a message of the protocol's own is about, if it names one. */
function roomIn(data: unknown): string | undefined {
  const room = checkRoom(data);
  return room.ok ? room.value : undefined;
}
