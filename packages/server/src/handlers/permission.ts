import { type MaybePromise, type Schema, validate } from "@tautline/protocol";
import type { LiveConnection } from "../connection/connection.js";
import type { Handling } from "../connection/handling.js";
import { whenReady } from "../maybe-promise.js";
import { refusal, refusalOf } from "../refusal.js";
import type { AnyAction } from "../server-context.js";
import { whyForbidden } from "./authorize.js";

/** What a peer wants to do, and the schema of the data it sent for it. */
export interface Wish {
  readonly schema: Schema | undefined;
  readonly action: AnyAction;
}

/**
 * Checks the data of a message, asks whether the action is permitted, and goes on with the checked data if it may still be
 * done then. Otherwise the message is answered here.
 */
export function whenPermitted(
  connection: LiveConnection,
  handling: Handling,
  { schema, action }: Wish,
  then: (data: unknown) => MaybePromise<void>,
): MaybePromise<void> {
  if (!mayAct(connection, action)) return handling.fail(refusal("NOT_A_MEMBER"));
  return whenReady(validate(schema, handling.envelope.data), (checked) => {
    if (!checked.ok) return handling.fail(refusalOf(checked.error));
    return whenReady(whyForbidden(connection, { ...action, data: checked.value }), (refused) => {
      if (refused) return handling.fail(refused);
      // Checking and asking took their time: the message may have been answered, or the peer have left the room.
      if (handling.isSettled) return;
      if (!mayAct(connection, action)) return handling.fail(refusal("NOT_A_MEMBER"));
      return then(checked.value);
    });
  });
}

/** What was begun under a claim goes on when the connection has gone, and its membership with it. */
function mayAct(connection: LiveConnection, { room }: AnyAction): boolean {
  return room === undefined || !connection.isOpen || connection.context.rooms.isMember(connection, room);
}
