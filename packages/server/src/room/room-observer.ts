import type { Gap } from "@tautline/protocol";
import type { Verdict } from "./recovery.js";

/** Whom something is told of. */
interface Observed {
  readonly id: string;
}

/** Whoever watches what becomes of members, for figures and diagnoses. No call may throw. */
export interface RoomObserver {
  /** A member's join has begun, with this verdict about what it missed. */
  joined(connection: Observed, room: string, verdict: Verdict): void;
  /** A member is told of a gap. */
  gap(connection: Observed, gap: Gap["data"]): void;
  /** A connection has reached a limit of rooms. */
  limit(name: "limits.rooms" | "limits.presenceBytes", connection: Observed): void;
}

/** Nobody watches. */
export const nobodyWatches: RoomObserver = {
  joined: () => undefined,
  gap: () => undefined,
  limit: () => undefined,
};
