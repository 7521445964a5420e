import type { MaybePromise } from "@tautline/protocol";
import type { LiveConnection } from "../connection/connection.js";
import type { Handling } from "../connection/handling.js";
import { overLimit } from "../connection/rate-guard.js";
import { refusal } from "../refusal.js";
import { act } from "./act.js";
import { clientEvent } from "./client-event.js";

/** A message in a room: from its members only. */
export function roomMessage(connection: LiveConnection, handling: Handling): MaybePromise<void> {
  const { type, room: name = "" } = handling.envelope;
  const { contract, roomHandlers } = connection.context;
  const room = contract.room(name);
  const event = room?.definition.clientEvents.has(type) ? room.definition.events.get(type) : undefined;
  const limited = overLimit(connection, event?.volatile ? "volatile" : "messages", type);
  if (limited) return handling.fail(limited);
  if (!room) return handling.fail(refusal("UNKNOWN_ROOM"));
  if (event) return clientEvent(connection, handling, { room, event });
  const { definition } = room;
  const message = definition.messages.get(type);
  if (!message) return handling.fail(refusal("UNKNOWN_TYPE"));
  return act(connection, handling, {
    definition: message,
    handler: roomHandlers.get(definition)?.get(type),
    room,
  });
}
