import {
  type Envelope,
  type Gap,
  type JoinResult,
  type Presence,
  quote,
  reservedEvents,
  TautlineError,
} from "@tautline/protocol";
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

/** The server broke the protocol: the connection cannot be trusted any more. */
export function breach(expected: string, got: unknown): TautlineError {
  return new TautlineError("BAD_ENVELOPE", `expected ${expected}, got ${quote(got)}`);
}

/** Takes one envelope to where it belongs. Unknown types of the protocol are a later version's, and mean nothing here. */
export function receive(envelope: Envelope, { requests, rooms, event, report }: Destinations): void {
  const { type, id, room, error } = envelope;
  switch (type) {
    case "$ack":
    case "$reply":
      return requests.answer(envelope);
    case "$error":
      if (!error) throw breach("$error with an error", envelope);
      if (id !== undefined) return requests.answer(envelope);
      if (room === undefined || !rooms.find(room)?.membership.failed(error)) report(peerError(error));
      return;
    case "$joined":
    case "$left":
    case "$presence":
    case "$gap":
      return receiveOfRoom(envelope, rooms);
  }
  if (type.startsWith("$")) return;
  if (reservedEvents.includes(type)) throw breach("an application's event", type);
  if (room === undefined || room.startsWith("$")) event(envelope);
  else rooms.find(room)?.publication(envelope);
}

function receiveOfRoom({ type, data, error }: Envelope, rooms: Registry): void {
  const { room: name, error: within } = (data ?? {}) as { room?: unknown; error?: typeof error };
  if (typeof name !== "string") throw breach(`${type} with a room`, data);
  const room = rooms.find(name);
  if (type === "$joined") room?.joined(joinResultOf(data));
  else if (type === "$left") room?.expelled(within ?? error);
  else if (type === "$presence") room?.presenceChanged(presenceOf(data));
  else room?.gap(gapOf(data));
}

/** The place in a history that a server names: both parts or none. */
function checkPlace({ epoch, offset }: { readonly epoch?: unknown; readonly offset?: unknown }): void {
  if (epoch === undefined && offset === undefined) return;
  if (typeof epoch === "string" && Number.isSafeInteger(offset) && (offset as number) >= 0) return;
  throw breach("epoch and offset", { epoch, offset });
}

/** How a join ended, if `data` says so. */
export function joinResultOf(data: unknown): JoinResult {
  const result = data as JoinResult;
  checkPlace(result);
  return result;
}

function gapOf(data: unknown): Gap["data"] {
  const gap = data as Gap["data"];
  checkPlace(gap);
  return gap;
}

function presenceOf(data: unknown): Presence["data"] {
  const presence = data as Presence["data"];
  const { version, joined = [], left = [], updated = [] } = presence;
  if (!Number.isSafeInteger(version) || ![joined, left, updated].every(Array.isArray)) {
    throw breach("$presence with a version and lists", data);
  }
  return presence;
}
