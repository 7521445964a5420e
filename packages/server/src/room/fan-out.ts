import type { Delivery } from "../broker/broker.js";
import type { Membership } from "./membership.js";
import { frameOf, type Place } from "./publication.js";
import { SharedFrames } from "./shared-frames.js";

const nobody: readonly Membership[] = [];

/**
 * Gives what the broker delivered to every member that is live and has not got it from history: one frame, made once,
 * pushed to each.
 *
 * @returns the members that are behind and were not given it, though it is kept: they go on from history.
 */
export function fanOut(
  delivery: Delivery,
  place: Place & { readonly room: string },
  members: Iterable<Membership>,
): readonly Membership[] {
  const frames = new SharedFrames((codec) => frameOf(delivery, place, codec));
  if (delivery.position) return fanOutKept(delivery.position.offset, frames, members);
  fanOutUnkept(delivery, { frames, room: place.room }, members);
  return nobody;
}

function fanOutKept(
  offset: number,
  frames: SharedFrames,
  members: Iterable<Membership>,
): readonly Membership[] {
  let lagging: Membership[] | undefined;
  for (const membership of members) {
    const { progress, connection } = membership;
    if (progress.kind !== "live" || progress.after >= offset) continue;
    if (!connection.isBehind) connection.push(frames.for(connection.codec));
    else if (lagging) lagging.push(membership);
    else lagging = [membership];
  }
  return lagging ?? nobody;
}

/**
 * What nobody keeps is dropped for members that are not live: it has no place among what they still have to read. Of what is
 * conflated the newest finds its place after it.
 */
function fanOutUnkept(
  delivery: Delivery,
  { frames, room }: { readonly frames: SharedFrames; readonly room: string },
  members: Iterable<Membership>,
): void {
  const except = delivery.except && new Set(delivery.except);
  const slot = delivery.conflate === undefined ? undefined : { room, key: delivery.conflate };
  for (const { progress, connection } of members) {
    if (progress.kind === "admitted" || except?.has(connection.id)) continue;
    if (slot) connection.pushConflated(frames.for(connection.codec), slot);
    else if (progress.kind !== "live") continue;
    else if (delivery.volatile) connection.pushVolatile(frames.for(connection.codec));
    else connection.push(frames.for(connection.codec));
  }
}
