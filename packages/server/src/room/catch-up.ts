import type { Gap, MaybePromise, Position } from "@tautline/protocol";
import type { HistoryPage, ReadRange } from "../broker/history.js";
import { whenReady } from "../maybe-promise.js";
import type { Membership, Progress } from "./membership.js";
import { frameOf } from "./publication.js";
import { encoded } from "./shared-frames.js";

/** What catching up needs of a room. */
export interface CatchUpRoom {
  readonly wireName: string;
  /** The newest publication this node knows of. */
  readonly position: Position;
  /** A page of history. */
  read(range: ReadRange): MaybePromise<HistoryPage>;
}

/** About what a connection takes before it is behind: more of a page would have to be read again. */
const pageBytes = 262_144;

/**
 * Leads a member from `cursor` to the newest publication and then makes it live: in the same turn in which cursor and
 * head are equal, so that nothing falls between history and deliveries. What history no longer has is told by `$gap`.
 *
 * While the reader is behind, what it still has to get waits in history: a recovery of any size costs no more memory
 * than other traffic. Ends early when the member leaves, or when another catching up has taken over.
 */
export function catchUp(membership: Membership, cursor: number, room: CatchUpRoom): MaybePromise<void> {
  const progress: Progress = { kind: "catching-up", cursor };
  membership.progress = progress;
  const { connection } = membership;
  const isOver = () => membership.progress !== progress;
  const again = () => (isOver() ? undefined : catchUp(membership, cursor, room));
  if (connection.isBehind) return connection.relieved().then(again);
  return whenReady(room.read({ after: cursor, maxBytes: pageBytes }), (page) => {
    // Reading may have taken its time, in which other rooms have filled the connection.
    if (isOver() || connection.isBehind) return again();
    const reached = pushPage(membership, cursor, page, room.wireName);
    const { epoch, offset } = room.position;
    if (epoch !== page.epoch || reached < Math.max(page.head, offset))
      return catchUp(membership, reached, room);
    membership.progress = { kind: "live", after: reached };
  });
}

/**
 * Pushes a page, after the gap before it if there is one, until the reader is behind. Gives the offset the member has
 * reached.
 */
function pushPage(membership: Membership, cursor: number, page: HistoryPage, room: string): number {
  const { connection } = membership;
  const gap = gapBefore(cursor, membership.epoch, page, room);
  if (gap) connection.push(encoded(gap, connection.codec));
  membership.epoch = page.epoch;
  let reached = gap?.data.offset ?? cursor;
  for (const publication of page.publications) {
    // After a new epoch the page was read from an offset that means nothing any more.
    if (connection.isBehind || publication.offset !== reached + 1) break;
    const { offset, timestamp } = publication;
    connection.push(frameOf(publication, { room, offset, timestamp }, connection.codec));
    reached = offset;
  }
  return reached;
}

/** What lies between a member's position and the oldest publication kept. */
function gapBefore(cursor: number, epoch: string, page: HistoryPage, room: string): Gap | undefined {
  const offset = page.firstKept - 1;
  const place = { room, epoch: page.epoch, offset };
  if (page.epoch !== epoch) return { type: "$gap", data: { ...place, reason: "new-epoch" } };
  if (cursor >= offset) return undefined;
  return { type: "$gap", data: { ...place, reason: "trimmed", from: cursor + 1, to: offset } };
}
