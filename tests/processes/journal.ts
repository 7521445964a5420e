import { openSync, readFileSync, writeSync } from "node:fs";
import type { HistoryRecord } from "../simulation/history/record.js";
import { Recorder } from "../simulation/history/recorder.js";

/** Milliseconds of a clock that all processes of a machine share, and that never jumps. */
export function machineMs(): number {
  return Number(process.hrtime.bigint() / 1_000n) / 1_000;
}

/** Records into a file. Each line is in the hands of the operating system before the next thing happens: a killed process loses none. */
export function journal(path: string, startMs: number): Recorder {
  const file = openSync(path, "a");
  return new Recorder(
    () => machineMs() - startMs,
    (record) => writeSync(file, `${JSON.stringify(record)}\n`),
  );
}

/** What all processes wrote, in the order in which it happened. */
export function readJournals(paths: readonly string[]): readonly HistoryRecord[] {
  const lines = paths.flatMap((path) => readFileSync(path, "utf8").split("\n").filter(Boolean));
  return lines.map((line) => JSON.parse(line) as HistoryRecord).sort((one, other) => one.t - other.t);
}
