import {
  type Envelope,
  type Gap,
  type JoinResult,
  type Left,
  type Presence,
  reservedEvents,
  type TautlineError,
} from "@tautline/protocol";
import { breach, checkPlace } from "./breach.js";
import { peerError } from "./peer-error.js";
import type { Requests } from "./requests.js";
import type { Registry } from "./room/registry.js";

/** Where inbound envelopes go. */
export interface Destinations {
  readonly requests: Requests;
  readonly rooms: Registry;
  /** An event for this client, or for everyone. */
  event(envelope: Envelope): void;
  report(error: TautlineError): void;
}

/** Takes one envelope to where it belongs. @throws where it breaks the protocol */
export function receive(envelope: Envelope, { requests, rooms, event, report }: Destinations): void {
  const { type, id, room, data, error } = envelope;
  if (type === "$error" && !error) throw breach("$error with an error", envelope);
  if (id !== undefined) return requests.answer(envelope);
  switch (type) {
    case "$error":
      if (error && !(room && rooms.find(room)?.failed(error))) report(peerError(error));
      return;
    case "$joined":
    case "$left":
    case "$presence":
    case "$gap":
      return receiveOfRoom(type, data, rooms);
  }
  if (reservedEvents.includes(type)) throw breach("an application's event", type);
  // Types of the protocol that are not known here are a later version's, and mean nothing.
  if (type.startsWith("$")) return;
  if (room === undefined) event(envelope);
  else rooms.find(room)?.publication(envelope);
}

function receiveOfRoom(type: string, data: unknown, rooms: Registry): void {
  // Checked here as far as a wrong value would do harm.
  const fields = (data ?? {}) as JoinResult & Left["data"] & Gap["data"] & Presence["data"];
  if (typeof fields.room !== "string") throw breach(`${type} with a room`, data);
  checkPlace(fields);
  const room = rooms.find(fields.room);
  switch (type) {
    case "$joined":
      return room?.joined(fields);
    case "$left":
      return room?.expelled?.(fields.error);
    case "$gap":
      return room?.gap(fields);
    default:
      if (!Number.isSafeInteger(fields.version)) throw breach("a version", data);
      return room?.presenceChanged?.(fields);
  }
}
