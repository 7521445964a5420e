import type { Writable } from "node:stream";
import { MultiBar, type SingleBar } from "cli-progress";
import type { Phase, Progress } from "../progress.js";
import { latency, number } from "./wording.js";

/** Shows how far a test has come. */
export interface ProgressView {
  show(progress: Progress): void;
  /** Leaves room for the results. */
  end(): void;
}

/** Bars that move, for a terminal. */
export function progressBars(stream: Writable): ProgressView {
  const bars = new MultiBar({
    stream: stream as NodeJS.WritableStream,
    format: "{name} {bar} {value}/{total}",
    formatValue: (value, _options, type) =>
      type === "value" || type === "total" ? number(value) : String(value),
    barCompleteChar: "█",
    barIncompleteChar: "░",
    barsize: 30,
    hideCursor: true,
    clearOnComplete: true,
    emptyOnZero: true,
    // The command has its own way to end on Ctrl-C.
    gracefulExit: false,
  });
  let all: { connected: SingleBar; sent: SingleBar; figures: SingleBar } | undefined;
  return {
    show(progress) {
      const { connections, connected, messages, sent } = progress;
      all ??= {
        connected: bars.create(connections, 0, { name: "connected" }),
        sent: bars.create(messages, 0, { name: "sent     " }),
        figures: bars.create(1, 0, { text: "" }, { format: "{text}" }),
      };
      all.connected.update(connected);
      all.sent.update(sent);
      all.figures.update(0, { text: figuresOf(progress).join("  ") });
      bars.update();
    },
    end: () => bars.stop(),
  };
}

/** A line every two seconds, where nobody watches: a log, a pipe, CI. */
export function progressLines(stream: Writable): ProgressView {
  const everyMs = 2_000;
  let phase: Phase | undefined;
  let nextMs = 0;
  return {
    show(progress) {
      const { elapsedMs, connected, connections, sent, messages } = progress;
      if (progress.phase === phase && elapsedMs < nextMs) return;
      phase = progress.phase;
      nextMs = elapsedMs + everyMs;
      const line = [
        `${(elapsedMs / 1_000).toFixed(0).padStart(4)} s`,
        phase.padEnd(10),
        `connected ${number(connected)}/${number(connections)}`,
        `sent ${number(sent)}/${number(messages)}`,
        ...figuresOf(progress),
      ];
      stream.write(`${line.join("  ")}\n`);
    },
    end: () => {},
  };
}

function figuresOf({ open, sentPerSecond, receivedPerSecond, latency: last, errors }: Progress): string[] {
  const times = last ? [`p50 ${latency(last.p50)}`, `p99 ${latency(last.p99)}`] : [];
  const rates = `out ${number(sentPerSecond)}/s  in ${number(receivedPerSecond)}/s`;
  return [`open ${number(open)}`, rates, ...times, `errors ${number(errors)}`];
}
