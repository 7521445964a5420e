import { defaultClock } from "@tautline/client";
import type { Clock } from "@tautline/protocol";

/** Time as a load test needs it. */
export interface LoadClock extends Clock {
  /**
   * Whole microseconds since some moment that all processes of this machine share: one of them stamps a message, another
   * one reads the stamp.
   */
  micros(): number;
}

/** A moment as people and programs everywhere read it: ISO 8601. */
export const isoTime = (epochMs: number): string => new Date(epochMs).toISOString();

/** The real time. `hrtime` counts from the machine's start, whichever process asks. */
export const realClock: LoadClock = {
  ...defaultClock,
  micros: () => {
    const [seconds, nanoseconds] = process.hrtime();
    return seconds * 1_000_000 + Math.floor(nanoseconds / 1_000);
  },
};
