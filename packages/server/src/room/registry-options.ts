import type { Clock } from "@tautline/protocol";
import type { Broker } from "../broker/broker.js";
import type { RecoveryTotals } from "./recovery-totals.js";
import type { ReplayFrames } from "./replay-frames.js";
import type { RoomEvents } from "./room-events.js";
import type { RoomObserver } from "./room-observer.js";
import type { RoomSettings } from "./room-options.js";

/** What the rooms of a node work with. */
export interface RoomRegistryOptions {
  readonly broker: Broker;
  readonly clock: Clock;
  /** Names this node among those that share the broker. */
  readonly node: string;
  readonly events: RoomEvents;
  /** The settings of a room; undefined for a name that belongs to no pattern. Always the same for the same name. */
  readonly settingsOf: (room: string) => RoomSettings | undefined;
  /** The most rooms of one connection. @default 128 */
  readonly maxRooms?: number | undefined;
  /** The largest presence state, in bytes. @default 1024 */
  readonly maxPresenceBytes?: number | undefined;
  /** Where recoveries and gaps are counted. */
  readonly totals?: RecoveryTotals | undefined;
  readonly observer?: RoomObserver | undefined;
  /** What is made of history for those who come back. */
  readonly replayFrames?: ReplayFrames | undefined;
}
