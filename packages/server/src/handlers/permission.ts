import { type MaybePromise, type Schema, validate } from "@tautline/protocol";
import type { NamedRoom } from "../compiled-contract.js";
import type { LiveConnection } from "../connection/connection.js";
import type { Handling } from "../connection/handling.js";
import { whenReady } from "../maybe-promise.js";
import { refusal, refusalOf } from "../refusal.js";
import type { AnyAction } from "../server-context.js";
import { whyForbidden } from "./authorize.js";

/** What a peer wants to do with what it sent, and the schema of that. */
export interface Wish {
  readonly kind: "message" | "publish";
  readonly schema: Schema | undefined;
  /** Undefined: it is about none. */
  readonly room: NamedRoom | undefined;
}

/**
 * Checks the data of a message, asks whether the action is permitted, and goes on with the checked data if it may still be
 * done then. Otherwise the message is answered here.
 */
export function whenPermitted(
  connection: LiveConnection,
  handling: Handling,
  wish: Wish,
  then: (data: unknown) => MaybePromise<void>,
): MaybePromise<void> {
  if (!mayAct(connection, wish)) return handling.fail(refusal("NOT_A_MEMBER"));
  return whenReady(validate(wish.schema, handling.envelope.data), (checked) => {
    if (!checked.ok) return handling.fail(refusalOf(checked.error));
    const action = actionOf(wish, handling.envelope.type, checked.value);
    return whenReady(whyForbidden(connection, action), (refused) => {
      if (refused) return handling.fail(refused);
      // Checking and asking took their time: the message may have been answered, or the peer have left the room.
      if (handling.isSettled) return;
      if (!mayAct(connection, wish)) return handling.fail(refusal("NOT_A_MEMBER"));
      return then(checked.value);
    });
  });
}

/** What was begun under a claim goes on when the connection has gone, and its membership with it. */
function mayAct(connection: LiveConnection, { room }: Wish): boolean {
  return room === undefined || !connection.isOpen || connection.context.rooms.isMember(connection, room.name);
}

/** As the application is asked about it. */
function actionOf({ kind, room }: Wish, type: string, data: unknown): AnyAction {
  if (!room) return { kind, type, data };
  return { kind, type, data, room: room.name, pattern: room.definition.pattern, params: room.params };
}
