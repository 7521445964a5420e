import type { Clock, TimerHandle } from "@tautline/protocol";
import { invalid, longestMs } from "./reconnecting-websocket/options.js";

/** How long a call may take: what its caller says, null for ever, or the default. */
export function timeoutOf(given: number | null | undefined, byDefault: number): number {
  if (given === undefined) return byDefault;
  if (given === null) return Infinity;
  if (given >= 0) return given;
  throw invalid("timeoutMs", "a number from 0", given);
}

/** Calls `late` after `ms`, or never. */
export function deadline(clock: Clock, ms: number, late: () => void): TimerHandle {
  return ms === Infinity ? undefined : clock.setTimeout(late, Math.min(ms, longestMs));
}
