import { type MaybePromise, TautlineError } from "@tautline/protocol";
import { whenReady } from "../broker/when-ready.js";
import type { LiveConnection } from "../connection/connection.js";
import type { Handling } from "../connection/handling.js";
import { checkRoom, isRecord } from "../connection/protocol-data.js";
import { refusal, refusalOf } from "../refusal.js";
import { errorForPeer } from "./error-for-peer.js";
import { checkPresence } from "./join.js";

/** `$presence`: a member replaces its own state. */
export function presence(connection: LiveConnection, handling: Handling): MaybePromise<void> {
  const { data } = handling.envelope;
  const name = checkRoom(data);
  if (!name.ok) return handling.fail(name.error);
  handling.room = name.value;
  const room = connection.context.contract.room(name.value);
  if (!room) return handling.fail(refusal("UNKNOWN_ROOM"));
  if (!room.definition.presence) {
    const issues = [{ message: "rooms of this kind have no presence" }];
    return handling.fail(refusal("BAD_DATA", { issues }));
  }
  const state = isRecord(data) ? data.state : undefined;
  return whenReady(checkPresence(room, state), (flaw) => {
    if (flaw) return handling.fail(flaw);
    if (handling.isSettled || !connection.isOpen) return;
    return replace(connection, handling, { room: room.name, state });
  });
}

function replace(
  connection: LiveConnection,
  handling: Handling,
  { room, state }: { readonly room: string; readonly state: unknown },
): MaybePromise<void> {
  const failed = (thrown: unknown) =>
    handling.fail(
      TautlineError.is(thrown) ? refusalOf(thrown) : errorForPeer(connection, "$presence", thrown),
    );
  try {
    const done = connection.context.rooms.setPresence(connection, room, state);
    return done instanceof Promise ? done.then(() => handling.succeed(), failed) : handling.succeed();
  } catch (thrown) {
    failed(thrown);
  }
}
