import {
  failure,
  type Hello,
  isRoomShaped,
  type JoinRequest,
  quote,
  type Result,
  success,
  utf8Length,
} from "@tautline/protocol";
import { refusal } from "../refusal.js";

/** Bytes of an epoch that a peer may hand back. Ours are shorter. */
const maxEpochBytes = 256;

/** The data of a `$hello`, if it is one: PROTOCOL.md 4.1. `BAD_ENVELOPE` otherwise. */
export function checkHello(data: unknown): Result<Hello["data"]> {
  // A client id and a token are secrets: what may be one is not quoted.
  if (!isRecord(data)) return refuse("data: expected an object", typeof data);
  const { client, attempt, welcomed, user, token, rooms } = data;
  if (!isText(client, 16, 128))
    return refuse("data.client: expected a string of 16–128 bytes", typeof client);
  if (!isCount(attempt, 1)) return refuse("data.attempt: expected an integer of at least 1", attempt);
  if (welcomed !== undefined && !isCount(welcomed, 0))
    return refuse("data.welcomed: expected an integer of at least 0", welcomed);
  if (user !== undefined && typeof user !== "string") return refuse("data.user: expected a string", user);
  if (token !== undefined && typeof token !== "string") {
    return refuse("data.token: expected a string", typeof token);
  }
  if (!Array.isArray(rooms)) return refuse("data.rooms: expected an array", typeof rooms);
  const requests: JoinRequest[] = [];
  for (const room of rooms) {
    const request = checkJoin(room);
    if (!request.ok) return request;
    requests.push(request.value);
  }
  return success({ client, attempt, welcomed, user, token, rooms: requests });
}

/** The data of a `$join`, if it is one: PROTOCOL.md 7.1. `BAD_ENVELOPE` otherwise. */
export function checkJoin(data: unknown): Result<JoinRequest> {
  if (!isRecord(data)) return refuse("data: expected an object", data);
  const { room, epoch, offset, last, presence } = data;
  if (!isRoomShaped(room)) return refuse("data.room: expected a room name of 1–256 bytes", room);
  if ((epoch === undefined) !== (offset === undefined)) {
    return refuse("data: expected epoch and offset, both or none", data);
  }
  if (epoch !== undefined && !isText(epoch, 1, maxEpochBytes))
    return refuse("data.epoch: expected a string", epoch);
  if (offset !== undefined && !isCount(offset, 0)) {
    return refuse("data.offset: expected an integer of at least 0", offset);
  }
  if (last !== undefined && !isCount(last, 0))
    return refuse("data.last: expected an integer of at least 0", last);
  return success({ room, epoch, offset, last, presence });
}

/** The room that a `$leave` or `$presence` is about. `BAD_ENVELOPE` where it names none. */
export function checkRoom(data: unknown): Result<string> {
  const room = isRecord(data) ? data.room : undefined;
  return isRoomShaped(room) ? success(room) : refuse("data.room: expected a room name of 1–256 bytes", room);
}

function refuse(expected: string, got: unknown): Result<never> {
  return failure(refusal("BAD_ENVELOPE", { issues: [{ message: `${expected}, got ${quote(got)}` }] }));
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isText(value: unknown, minBytes: number, maxBytes: number): value is string {
  if (typeof value !== "string" || value.length > maxBytes) return false;
  const bytes = utf8Length(value);
  return bytes >= minBytes && bytes <= maxBytes;
}

function isCount(value: unknown, min: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= min;
}
