import { type JoinRequest, type MaybePromise, TautlineError, validate } from "@tautline/protocol";
import type { NamedRoom } from "../compiled-contract.js";
import type { LiveConnection } from "../connection/connection.js";
import type { Handling } from "../connection/handling.js";
import { checkJoin } from "../connection/protocol-data.js";
import { overRecovery } from "../connection/rate-guard.js";
import { whenReady } from "../maybe-promise.js";
import { asContracted } from "../outgoing.js";
import { refusal, refusalOf } from "../refusal.js";
import { ownStream, ownStreamOf } from "../room/own-stream.js";
import type { Joining } from "../room/registry.js";
import { joinOf, whyForbidden } from "./authorize.js";
import { failureForPeer } from "./error-for-peer.js";

/** `$join`: answered by `$joined`, after which publications flow, or by `$error`. */
export function join(connection: LiveConnection, handling: Handling): MaybePromise<void> {
  const request = checkJoin(handling.envelope.data);
  if (!request.ok) return handling.fail(request.error);
  // Answered already: its deadline has passed, the peer has cancelled it, or has gone.
  const isWanted = () => !handling.isSettled;
  return whenReady(admitToRoom(connection, request.value, isWanted), (joining) => {
    if (TautlineError.is(joining)) return handling.fail(joining);
    handling.answer({ type: "$joined", data: joining.result });
    joining.start();
  });
}

/**
 * Checks and asks all that has to be asked, and joins. Gives the refusal instead of throwing it.
 *
 * @param isWanted - whether somebody still waits for it: asking and joining may take their time, and a join that comes
 * too late must not touch a membership that began meanwhile.
 */
export function admitToRoom(
  connection: LiveConnection,
  request: JoinRequest,
  isWanted: () => boolean,
): MaybePromise<Joining | TautlineError> {
  if (request.room === ownStream && connection.kind === "full")
    return enter(connection, asked(request, ownStreamOf(connection.user), undefined), isWanted);
  const room = connection.context.contract.room(request.room);
  if (!room) return refusal("UNKNOWN_ROOM");
  return whenReady(checkPresence(room, request.presence), (flaw) => {
    if (flaw) return flaw;
    // Where the contract knows no presence nothing was checked, and so nothing is taken.
    const schema = room.definition.presence;
    const presence = schema && asContracted(schema, request.presence);
    return whenReady(
      whyForbidden(connection, joinOf(room)),
      (refused) => refused ?? enter(connection, asked(request, request.room, presence), isWanted),
    );
  });
}

/** A join that was asked for, of a room under its own name, with a presence state that was checked. */
function asked({ epoch, offset, last }: JoinRequest, room: string, presence: unknown): JoinRequest {
  return { room, epoch, offset, last, presence };
}

/** What is wrong with a presence state. None is fine: the member is there, and tells nothing of itself. */
export function checkPresence(room: NamedRoom, state: unknown): MaybePromise<TautlineError | undefined> {
  const { presence } = room.definition;
  if (presence === undefined || state === undefined) return undefined;
  return whenReady(validate(presence, state), (result) => (result.ok ? undefined : refusalOf(result.error)));
}

function enter(
  connection: LiveConnection,
  request: JoinRequest,
  isWanted: () => boolean,
): MaybePromise<Joining | TautlineError> {
  if (!isWanted()) return refusal("CLOSED");
  const entered = (joining: Joining) => {
    const { head = 0, offset = 0 } = joining.result;
    const refused = isWanted() ? overRecovery(connection, head - offset) : refusal("CLOSED");
    if (refused) {
      joining.cancel();
      return refused;
    }
    connection.placed?.delete(request.room);
    return joining;
  };
  const refused = (thrown: unknown) => failureForPeer(connection, "join", thrown);
  try {
    const joining = connection.context.rooms.join(connection, request);
    return joining instanceof Promise ? joining.then(entered).catch(refused) : entered(joining);
  } catch (thrown) {
    return refused(thrown);
  }
}
