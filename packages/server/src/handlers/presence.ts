import type { MaybePromise } from "@tautline/protocol";
import type { LiveConnection } from "../connection/connection.js";
import type { Handling } from "../connection/handling.js";
import { checkRoom, isRecord } from "../connection/protocol-data.js";
import { whenReady } from "../maybe-promise.js";
import { asContracted } from "../outgoing.js";
import { refusal } from "../refusal.js";
import { checkPresence } from "./join.js";

/** `$presence`: a member replaces its own state. */
export function presence(connection: LiveConnection, handling: Handling): MaybePromise<void> {
  const { data } = handling.envelope;
  const name = checkRoom(data);
  if (!name.ok) return handling.fail(name.error);
  const { contract, rooms } = connection.context;
  const room = contract.room(name.value);
  if (!room) return handling.fail(refusal("UNKNOWN_ROOM"));
  if (!rooms.isMember(connection, room.name)) return handling.fail(refusal("NOT_A_MEMBER"));
  const schema = room.definition.presence;
  if (!schema) {
    const issues = [{ message: "rooms of this kind have no presence" }];
    return handling.fail(refusal("BAD_DATA", { issues }));
  }
  const state = isRecord(data) ? data.state : undefined;
  return whenReady(checkPresence(room, state), (flaw) => {
    if (flaw) return handling.fail(flaw);
    if (handling.isSettled || !connection.isOpen) return;
    return whenReady(rooms.setPresence(connection, room.name, asContracted(schema, state)), () =>
      handling.succeed(),
    );
  });
}
