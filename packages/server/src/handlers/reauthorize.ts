import { toWire } from "@tautline/protocol";
import type { LiveConnection } from "../connection/connection.js";
import { joinOf, whyForbidden } from "./authorize.js";

/**
 * Asks of each of a connection's rooms whether whoever it is now may be there, and takes it out of those where it may not.
 * Where that cannot be said now it stays: an outage must not empty the rooms. Rooms that the application put it into are
 * the application's business. Never throws.
 */
export async function reauthorize(connection: LiveConnection): Promise<void> {
  const { contract, rooms } = connection.context;
  // What is being asked right now may be answered by rights of before.
  connection.peer = { ...connection.peer };
  const asked = rooms.roomsOf(connection).map(async (name) => {
    const room = contract.room(name);
    if (!room || connection.placed?.has(name)) return;
    const refused = await whyForbidden(connection, joinOf(room));
    if (!refused || refused.code === "HANDLER_FAILED" || refused.code === "UNAVAILABLE") return;
    if (rooms.leave(connection, name))
      connection.send({ type: "$left", data: { room: name, error: toWire(refused) } });
  });
  await Promise.all(asked);
}
