import type { Retention } from "../broker/history.js";

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

/** How the rooms of one pattern behave. */
export interface RoomOptions {
  /**
   * What is kept for members who join later or come back. Without it publications are for those who are there: a
   * member that was cut off for a moment misses what went on meanwhile.
   * @default false
   */
  readonly history?: HistoryOptions | false | undefined;
  readonly onJoin?:
    | {
        /**
         * How many of the newest publications a newcomer gets that did not say how many it wants.
         * @default 0
         */
        readonly last?: number | undefined;
      }
    | undefined;
  /**
   * The most publications one join may recover. Beyond it the member is told of a gap (`too-many`) instead.
   * @default 10000
   */
  readonly maxRecovered?: number | undefined;
}

/** {@link RoomOptions}, checked and with its defaults in place. */
export interface RoomSettings {
  /** Undefined: nothing is kept. */
  readonly retention: Retention | undefined;
  readonly last: number;
  readonly maxRecovered: number;
  /** Whether members see each other. */
  readonly presence: boolean;
  /** The room's name on the wire, where it is not the name of its stream: a user's own stream is `$user` to its clients. */
  readonly wireName?: string | undefined;
}
