import type { MaybePromise } from "@tautline/protocol";
import type { NamedRoom } from "../compiled-contract.js";
import type { LiveConnection } from "../connection/connection.js";
import type { Handling } from "../connection/handling.js";
import { overLimit } from "../connection/rate-guard.js";
import { refusal } from "../refusal.js";
import { act } from "./act.js";
import { clientEvent } from "./client-event.js";

/** A message in a room: from its members only. */
export function roomMessage(connection: LiveConnection, handling: Handling): MaybePromise<void> {
  const { type, room: name = "" } = handling.envelope;
  const { contract, rooms } = connection.context;
  const room = contract.room(name);
  const event = room?.definition.clientEvents.has(type) ? room.definition.events.get(type) : undefined;
  const limited = overLimit(connection, event?.volatile ? "volatile" : "messages", type);
  if (limited) return handling.fail(limited);
  if (!room) return handling.fail(refusal("UNKNOWN_ROOM"));
  if (!event && !room.definition.messages.has(type)) return handling.fail(refusal("UNKNOWN_TYPE"));
  if (!rooms.isMember(connection, name)) return handling.fail(refusal("NOT_A_MEMBER"));
  return event ? clientEvent(connection, handling, { room, event }) : toHandler(connection, handling, room);
}

function toHandler(connection: LiveConnection, handling: Handling, room: NamedRoom): MaybePromise<void> {
  const { type } = handling.envelope;
  const { roomHandlers, roomHandle } = connection.context;
  const { definition, name, params } = room;
  const message = definition.messages.get(type);
  if (!message) return handling.fail(refusal("UNKNOWN_TYPE"));
  return act(connection, handling, {
    definition: message,
    handler: roomHandlers.get(definition)?.get(type),
    action: { kind: "message", type, room: name, pattern: definition.pattern, params },
    room: { handle: roomHandle(name), params },
  });
}
