import type { EventDefinition, MaybePromise } from "@tautline/protocol";
import type { NamedRoom } from "../compiled-contract.js";
import type { LiveConnection } from "../connection/connection.js";
import type { Handling } from "../connection/handling.js";
import { whenReady } from "../maybe-promise.js";
import { asContracted } from "../outgoing.js";
import { once } from "./once.js";

/** Where and what a member publishes. */
interface MemberEvent {
  readonly room: NamedRoom;
  readonly event: EventDefinition;
}

/** An event that a member publishes itself: no handler, but checked and authorised as a message is. */
export function clientEvent(
  connection: LiveConnection,
  handling: Handling,
  target: MemberEvent,
): MaybePromise<void> {
  const { room, event } = target;
  // Its name makes it one publication only where the room keeps any.
  const deed = { kind: "publish", schema: event.data, room, idempotent: false } as const;
  return once(connection, handling, deed, () => {
    handling.run();
    return publish(connection, handling, target);
  });
}

/** Publishes what was sent, the schema's input: its output is for readers to make. */
function publish(
  connection: LiveConnection,
  handling: Handling,
  { room, event }: MemberEvent,
): MaybePromise<void> {
  const { type, data } = handling.envelope;
  const from = { user: connection.user, member: connection.member };
  // Where the contract gives it no data, none travels, whatever was sent.
  const publication = { type, data: event.data && asContracted(event.data, data), from };
  const published = connection.context.rooms.publish(room.name, publication, {
    volatile: event.volatile,
    key: handling.claim?.name,
  });
  return whenReady(published, () => handling.succeed());
}
