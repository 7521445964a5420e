import type { HistoryRecord, Place } from "../history/record.js";
import { say } from "./reading.js";
import { type Invariant, type Violation, violation } from "./violation.js";

/** How far one client has come among the events to its user, under one client id. */
interface Device {
  readonly user: string;
  readonly member: string | undefined;
  place: Place | undefined;
  readonly since: number;
}

/**
 * I20: every device of a user is given each event to the user once and in order, from its first connection on, or is told
 * that some are missing; and after the quiet end all of them. One whose connection was to be another user's comes back under a new
 * client id (5.7): it begins anew, also where the user is the same again by then.
 */
export const ownStream: Invariant = (history) => {
  const violations: Violation[] = [];
  const devices = new Map<string, Device>();
  const recipients = new Map<string, string>();
  const places = new Map<string, Place>();
  const heads = new Map<string, { readonly place: Place; readonly t: number }>();
  for (const record of history) {
    if (record.op === "told") recipients.set(record.key, record.to);
    if (record.op === "append") {
      const user = recipients.get(record.key);
      if (user === undefined) continue;
      places.set(record.key, record.place);
      heads.set(user, { place: record.place, t: record.t });
    }
    if (record.op === "client" && record.user !== undefined) {
      const { actor, user, member, t } = record;
      if (devices.get(actor)?.member !== member)
        devices.set(actor, { user, member, place: undefined, since: t });
    }
    const device = devices.get(record.op === "online" ? record.client : record.actor);
    if (!device) continue;
    const flaw =
      record.op === "online" ? ending(device, heads.get(device.user)) : step(record, device, places);
    if (flaw) violations.push(violation("I20", record, `events to ${device.user}: ${flaw}`));
  }
  return violations;
};

function step(record: HistoryRecord, device: Device, places: ReadonlyMap<string, Place>): string | undefined {
  if (record.op === "missed") device.place = record.place;
  const place = record.op === "event" ? places.get(record.key) : undefined;
  if (!place) return undefined;
  const before = device.place;
  device.place = place;
  const isNext = !before || (before.epoch === place.epoch && place.offset === before.offset + 1);
  return isNext ? undefined : `expected the one after ${say(before)}, got ${say(place)}`;
}

function ending(
  { place, since }: Device,
  head: { readonly place: Place; readonly t: number } | undefined,
): string | undefined {
  if (!head || head.t <= since) return undefined;
  const isThere = place?.epoch === head.place.epoch && place.offset === head.place.offset;
  return isThere ? undefined : `expected to have got up to ${say(head.place)}, got up to ${say(place)}`;
}
