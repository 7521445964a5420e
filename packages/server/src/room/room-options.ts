import { invalidOption, limits, type RoomDefinition } from "@tautline/protocol";
import type { Retention } from "../broker/history.js";
import { onlyKeys, wholeNumber } from "../option-checks.js";
import type { ConflateOptions, Conflation } from "./conflation.js";
import { ownStream } from "./own-stream.js";

/** What a room keeps of its publications. The oldest go first, as soon as one of the three bounds is passed. */
export interface HistoryOptions {
  /** The most publications kept. */
  readonly size: number;
  /**
   * The most bytes kept.
   * @default 1048576
   */
  readonly bytes?: number | undefined;
  /**
   * The greatest age, in milliseconds.
   * @default no limit of age
   */
  readonly ttlMs?: number | undefined;
}

/** What a newcomer gets. */
export interface OnJoinOptions {
  /**
   * How many of the newest publications, for one that did not say how many it wants.
   * @default 0
   */
  readonly last?: number | undefined;
}

/** How members are told of each other. */
export interface PresenceOptions {
  /**
   * How long changes are gathered before everyone is told, in milliseconds. A longer time costs less, and shows who comes and
   * goes later.
   * @default 100
   */
  readonly gatherMs?: number | undefined;
  /**
   * Up to so many members the room tells who is there. Beyond it, it tells only how many: a list of thousands is read by
   * nobody, and each of them would have to be told of each other. At most 10,000: clients take no more.
   * @default 1000
   */
  readonly maxListed?: number | undefined;
}

/** How the rooms of one pattern behave. */
export interface RoomOptions<R = RoomDefinition> {
  /**
   * What is kept for members who join later or come back. Without it publications are for those who are there: a
   * member that was cut off for a moment misses what went on meanwhile.
   * @default false
   */
  readonly history?: HistoryOptions | false | undefined;
  readonly onJoin?: OnJoinOptions | undefined;
  /**
   * The most publications one join may recover. Beyond it the member is told of a gap (`too-many`) instead.
   * @default 10000
   */
  readonly maxRecovered?: number | undefined;
  /**
   * Volatile events of which a reader that is behind gets the newest of each key, when it has caught up, instead of none:
   * `{ price: ({ symbol }) => symbol }`.
   */
  readonly conflate?: ConflateOptions<R> | undefined;
  /**
   * How long a member whose connection was cut is still taken to be there, in milliseconds: one that is back by then has
   * neither left nor joined, for the other members and for the hooks. Whoever leaves, closes its connection or is sent away has left at once, and
   * so has who was found gone by the heartbeat: it was silent for long enough.
   * @default 5000
   */
  readonly graceMs?: number | undefined;
  /** Only for patterns that have presence in the contract. */
  readonly presence?: PresenceOptions | undefined;
}

/** {@link PresenceOptions}, checked and with its defaults in place. */
export interface PresenceSettings {
  readonly gatherMs: number;
  readonly maxListed: number;
}

/** What is kept of the events to each user: as for a room. */
export type UserOptions = Pick<RoomOptions, "history" | "onJoin" | "maxRecovered">;

/** {@link RoomOptions}, checked and with its defaults in place. */
export interface RoomSettings {
  /** Undefined: nothing is kept. */
  readonly retention: Retention | undefined;
  readonly last: number;
  readonly maxRecovered: number;
  readonly graceMs: number;
  /** False: members do not see each other. */
  readonly presence: PresenceSettings | false;
  /** What volatile events are about, where the newest of each is kept for a reader that is behind. */
  readonly conflation?: Conflation | undefined;
  /** The room's name on the wire, where it is not the name of its stream: a user's own stream is `$user` to its clients. */
  readonly wireName?: string | undefined;
}

/**
 * Checks a room's options and fills in the defaults.
 *
 * @param path - where the options stand, for errors: `rooms["chat/:id"]`.
 * @throws `INVALID_OPTION`, which names the option, what was expected and what came.
 */
export function checkRoomOptions(options: RoomOptions, path: string, hasPresence: boolean): RoomSettings {
  const { history = false, onJoin = {}, maxRecovered = 10_000, graceMs = 5_000, presence } = options;
  onlyKeys(path, options, ["history", "onJoin", "maxRecovered", "conflate", "graceMs", "presence"]);
  onlyKeys(`${path}.onJoin`, onJoin, ["last"]);
  const { last = 0 } = onJoin;
  return {
    retention: history === false ? undefined : retentionOf(history, `${path}.history`),
    last: wholeNumber(`${path}.onJoin.last`, last, 0),
    maxRecovered: wholeNumber(`${path}.maxRecovered`, maxRecovered, 1),
    graceMs: wholeNumber(`${path}.graceMs`, graceMs, 0),
    presence: presenceOf(presence, `${path}.presence`, hasPresence),
  };
}

function presenceOf(
  options: PresenceOptions | undefined,
  path: string,
  hasPresence: boolean,
): PresenceSettings | false {
  if (!hasPresence) {
    if (options) throw invalidOption(path, "nothing: the contract gives these rooms no presence", options);
    return false;
  }
  const { gatherMs = 100, maxListed = 1_000 } = options ?? {};
  onlyKeys(path, options ?? {}, ["gatherMs", "maxListed"]);
  return {
    gatherMs: wholeNumber(`${path}.gatherMs`, gatherMs, 0),
    maxListed: wholeNumber(`${path}.maxListed`, maxListed, 0, limits.presenceMembers),
  };
}

/**
 * Checks what is kept for users.
 *
 * @throws `INVALID_OPTION`, as {@link checkRoomOptions}.
 */
export function checkUserOptions(options: UserOptions): RoomSettings {
  onlyKeys("users", options, ["history", "onJoin", "maxRecovered"]);
  const { history = { size: 100, bytes: 262_144, ttlMs: 86_400_000 } } = options;
  return { ...checkRoomOptions({ ...options, history }, "users", false), graceMs: 0, wireName: ownStream };
}

function retentionOf(history: HistoryOptions, path: string): Retention {
  onlyKeys(path, history, ["size", "bytes", "ttlMs"]);
  const { size, bytes = 1_048_576, ttlMs } = history;
  if (ttlMs !== undefined && !(Number.isFinite(ttlMs) && ttlMs > 0))
    throw invalidOption(`${path}.ttlMs`, "a finite number above 0, in milliseconds", ttlMs);
  return { size: wholeNumber(`${path}.size`, size, 1), bytes: wholeNumber(`${path}.bytes`, bytes, 1), ttlMs };
}
