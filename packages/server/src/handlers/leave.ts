import type { LiveConnection } from "../connection/connection.js";
import type { Handling } from "../connection/handling.js";
import { checkRoom } from "../connection/protocol-data.js";
import { isOwnStream } from "../room/own-stream.js";

/** `$leave`: no harm is done by leaving twice. A user's own stream is left by nobody. */
export function leave(connection: LiveConnection, handling: Handling): void {
  const room = checkRoom(handling.envelope.data);
  if (!room.ok) return handling.fail(room.error);
  if (!isOwnStream(room.value)) connection.context.rooms.leave(connection, room.value);
  connection.placed?.delete(room.value);
  handling.succeed();
}
