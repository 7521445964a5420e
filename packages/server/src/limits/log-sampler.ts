import type { Clock } from "@tautline/protocol";
import type { Log, LogRecord } from "../log.js";

export interface LogSamplerOptions {
  readonly clock: Pick<Clock, "monotonic">;
  /** Records of one event in a window. */
  readonly records: number;
  /** Milliseconds. */
  readonly windowMs: number;
  /** A record is left out. */
  omitted(): void;
}

/** What was logged of one event in its current window. */
interface Window {
  until: number;
  records: number;
  omitted: number;
}

/**
 * Hands on so many records of each event in a window, and leaves out the rest: whoever can make a server log must not be able to fill a
 * disk with it. The first record after some were left out says how many, as `omitted`.
 *
 * Events are the server's own words, so there are few of them.
 */
export function sampledLog(log: Log, { clock, records, windowMs, omitted }: LogSamplerOptions): Log {
  const windows = new Map<string, Window>();
  return (record: LogRecord) => {
    const now = clock.monotonic();
    const window = windows.get(record.event) ?? { until: now + windowMs, records: 0, omitted: 0 };
    windows.set(record.event, window);
    if (now >= window.until) {
      window.until = now + windowMs;
      window.records = 0;
    }
    if (window.records >= records) {
      window.omitted++;
      return omitted();
    }
    window.records++;
    const before = window.omitted;
    window.omitted = 0;
    log(before === 0 ? record : { ...record, omitted: before });
  };
}
