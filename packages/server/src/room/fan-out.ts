import type { Delivery } from "../broker/broker.js";
import type { Membership } from "./membership.js";
import { frameOf, type Place } from "./publication.js";
import { SharedFrames } from "./shared-frames.js";

/**
 * Gives what the broker delivered to every member that is live and has not got it from history: one frame, made once,
 * pushed to each.
 */
export function fanOut(delivery: Delivery, place: Place, members: Iterable<Membership>): void {
  const frames = new SharedFrames((codec) => frameOf(delivery, place, codec));
  if (delivery.position) fanOutKept(delivery.position.offset, frames, members);
  else fanOutUnkept(delivery, frames, members);
}

function fanOutKept(offset: number, frames: SharedFrames, members: Iterable<Membership>): void {
  for (const { progress, connection } of members)
    if (progress.kind === "live" && progress.after < offset) connection.push(frames.for(connection.codec));
}

/** What nobody keeps is dropped for members that are not live: it has no place among what they still have to read. */
function fanOutUnkept(delivery: Delivery, frames: SharedFrames, members: Iterable<Membership>): void {
  const except = delivery.except && new Set(delivery.except);
  for (const { progress, connection } of members) {
    if (progress.kind !== "live" || except?.has(connection.id)) continue;
    const frame = frames.for(connection.codec);
    if (delivery.volatile) connection.pushVolatile(frame);
    else connection.push(frame);
  }
}
