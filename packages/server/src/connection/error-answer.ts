import { type Envelope, isRoomShaped, type TautlineError, toWire } from "@tautline/protocol";

/** A message, as far as its `$error` tells what it answers. */
export type Refused = Pick<Envelope, "type" | "id" | "room" | "data">;

/**
 * The `$error` that answers a message: with its id, or with its type where it has none, and the room that it is about. Else a client could not tell
 * what was refused: a join, or something said in the same room.
 */
export function errorAnswer({ type, id, room, data }: Refused, error: TautlineError): Envelope {
  const about = room ?? (type.startsWith("$") ? roomIn(data) : undefined);
  return {
    type: "$error",
    ...(id === undefined ? { data: { type } } : { id }),
    ...(about !== undefined && { room: about }),
    error: toWire(error),
  };
}

function roomIn(data: unknown): string | undefined {
  const room = (data as { room?: unknown } | null | undefined)?.room;
  return isRoomShaped(room) ? room : undefined;
}
