import type { Codec, Gap, MaybePromise, Position } from "@tautline/protocol";
import type { HistoryPage, ReadRange } from "../broker/history.js";
import { whenReady } from "../maybe-promise.js";
import type { Membership, Progress } from "./membership.js";
import type { ReplayRun } from "./replay-frames.js";
import { encoded } from "./shared-frames.js";

/** What catching up needs of a room. */
export interface CatchUpRoom {
  readonly wireName: string;
  /** The newest publication this node knows of. */
  readonly position: Position;
  /** A page of history. */
  read(range: ReadRange): MaybePromise<HistoryPage>;
  /** The frames of publications that were read, from one of them on: the same for all who go on from there. */
  runOf(page: HistoryPage, first: number, codec: Codec): ReplayRun;
  /** A member is told of a gap. */
  lost(membership: Membership, gap: Gap): void;
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
  const reached = membership.connection.inTurn(() => readOn(membership, progress, room));
  return whenReady(reached, (next) => {
    if (membership.progress === progress && next !== undefined) return catchUp(membership, next, room);
  });
}

/** Reads and pushes one page. Gives the offset the member has reached, or undefined when there is no more to read. */
function readOn(
  membership: Membership,
  progress: Progress & { readonly kind: "catching-up" },
  room: CatchUpRoom,
): MaybePromise<number | undefined> {
  if (membership.progress !== progress) return undefined;
  const { cursor } = progress;
  return whenReady(room.read({ after: cursor, maxBytes: pageBytes }), (page) => {
    if (membership.progress !== progress) return undefined;
    const reached = pushPage(membership, cursor, page, room);
    const { epoch, offset } = room.position;
    if (epoch !== page.epoch || reached < Math.max(page.head, offset)) return reached;
    membership.progress = liveAfter(reached);
  });
}

/**
 * Pushes a page, after the gap before it if there is one, until the reader is behind. Gives the offset the member has
 * reached.
 */
function pushPage(membership: Membership, cursor: number, page: HistoryPage, room: CatchUpRoom): number {
  const { connection } = membership;
  const { wireName } = room;
  const gap = gapBefore(cursor, membership.epoch, page, wireName);
  if (gap) {
    room.lost(membership, gap);
    connection.push(encoded(gap, connection.codec));
  }
  membership.epoch = page.epoch;
  let reached = gap?.data.offset ?? cursor;
  const { publications } = page;
  let next = 0;
  // After a new epoch the page was read from an offset that means nothing any more.
  while (!connection.isBehind && publications[next]?.offset === reached + 1) {
    const run = room.runOf(page, next, connection.codec);
    connection.push(run);
    next += run.batch.length;
    reached = run.last;
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

let lastLive: Progress & { readonly kind: "live" } = { kind: "live", after: 0 };

/** Kept as long as its member stays, and the same for most: those who join after the same publication share one. */
export function liveAfter(after: number): Progress {
  if (lastLive.after !== after) lastLive = { kind: "live", after };
  return lastLive;
}
