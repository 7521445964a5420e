import {
  type Envelope,
  type Gap,
  type JoinResult,
  type Left,
  type Presence,
  reservedEvents,
  type WireError,
} from "@tautline/protocol";
import { breach, checkPlace } from "./breach.js";
import type { Core } from "./core.js";
import { peerError } from "./peer-error.js";

/** What to call for what the protocol says of rooms. */
const calls: { readonly [type: string]: "expelled" | "gap" | "joined" | "presenceChanged" | undefined } = {
  $gap: "gap",
  $joined: "joined",
  $left: "expelled",
  $presence: "presenceChanged",
};

/** Takes one envelope to where it belongs. @throws where it breaks the protocol */
export function receive(core: Core, envelope: Envelope): void {
  const { type, id, room, data, error } = envelope;
  if (type === "$error" && !error) throw breach("an error", envelope);
  if (id !== undefined) core.requests.answer(envelope);
  else if (type === "$error") {
    const failure = error as WireError;
    const isOfJoin = room && (data as { type?: unknown } | undefined)?.type === "$join";
    if (!(isOfJoin && core.rooms.find(room)?.failed(failure))) core.report(peerError(failure));
  } else if (reservedEvents.includes(type)) throw breach("an event", type);
  else if (type.startsWith("$")) receiveOfRoom(core, type, data);
  else if (room === undefined) core.inbox.deliver(envelope);
  else core.rooms.find(room)?.publication(envelope);
}

/** Types of the protocol that are not known here are a later version's, and mean nothing. */
function receiveOfRoom({ rooms }: Core, type: string, data: unknown): void {
  const call = calls[type];
  if (!call) return;
  // Checked here as far as a wrong value would do harm.
  const fields = (data ?? {}) as JoinResult & Left["data"] & Gap["data"] & Presence["data"];
  if (typeof fields.room !== "string") throw breach("a room", data);
  checkPlace(fields);
  if (type === "$presence" && !Number.isSafeInteger(fields.version)) throw breach("a version", data);
  rooms.find(fields.room)?.[call]?.(fields);
}
