import { styleText } from "node:util";
import Table from "cli-table3";
import type { Percentiles } from "../latency-histogram.js";
import type { Summary } from "../summary.js";
import type { Judgement } from "../thresholds.js";
import { adviceOn } from "./advice.js";
import { latency, number, plural } from "./wording.js";

/** How text is coloured: not at all where nobody sees it. */
export type Paint = (style: "bold" | "dim" | "green" | "red" | "yellow", text: string) => string;

export const colours: Paint = (style, text) => styleText(style, text, { validateStream: false });
export const noColours: Paint = (_style, text) => text;

/** The results, for people. */
export function summaryText(summary: Summary, paint: Paint): string {
  const parts = [
    heading(summary, paint),
    figures(summary, paint),
    latencies(summary, paint),
    errors(summary, paint),
    ...summary.thresholds.map((judgement) => verdict(judgement, paint)),
    ...adviceOn(summary).map((sentence) => paint("yellow", `! ${sentence}`)),
  ];
  return `${parts.filter((part) => part !== "").join("\n")}\n`;
}

const endings: Readonly<Record<Summary["ended"], string>> = {
  complete: "",
  interrupted: "Stopped before its end.",
  overdue: "Stopped: it took much longer than its schedule.",
  failed: "It could not go on",
};

function heading({ target, scenario, ended, failure, load, durationMs }: Summary, paint: Paint): string {
  const crowd = [
    plural(load.connections, "connection"),
    ...(load.rooms > 1 ? [plural(load.rooms, "room")] : []),
    plural(load.senders, "sender"),
    load.senders === 1 ? `${number(load.rate)}/s` : `${number(load.rate)}/s each`,
    ...(load.processes > 1 ? [`${load.processes} processes`] : []),
    `${number(durationMs / 1_000)} s`,
  ];
  const title = `\n${paint("bold", `${scenario} on ${target}`)}\n${paint("dim", crowd.join(" · "))}\n`;
  const end = ended === "failed" ? `${endings.failed}: ${failure ?? "nobody knows why"}.` : endings[ended];
  return end === "" ? title : `${title}${paint(ended === "failed" ? "red" : "yellow", end)}\n`;
}

function figures({ counts, load, measures, throughput, errors }: Summary, paint: Paint): string {
  const table = plainTable();
  const warn = (count: number, text: string): string => (count > 0 ? paint("red", text) : text);
  const refused = counts.refused === 0 ? "" : paint("red", `${number(counts.refused)} failed`);
  table.push(["connected", `${number(counts.connected)} of ${number(load.connections)}`, refused]);
  table.push(["sent", number(counts.sent), `${number(throughput.sent)}/s`]);
  const received = measures === "deliveries" ? counts.delivered : counts.answered;
  table.push([
    measures === "deliveries" ? "delivered" : "answered",
    number(received),
    `${number(throughput.received)}/s`,
  ]);
  if (measures === "deliveries") {
    table.push(["lost", warn(counts.lost, number(counts.lost)), ""]);
    table.push(["repeated", warn(counts.repeated, number(counts.repeated)), ""]);
  }
  table.push(["errors", warn(errors, number(errors)), ""]);
  return `${table.toString()}\n`;
}

const columns = ["min", "p50", "p90", "p95", "p99", "p999", "max"] as const;

function latencies({ latency: measured, connecting, measures }: Summary, paint: Paint): string {
  const rows: readonly (readonly [string, Percentiles | undefined])[] = [
    [measures === "deliveries" ? "delivery" : "answer", measured],
    ["connecting", connecting],
  ];
  const known = rows.filter(([, percentiles]) => percentiles !== undefined);
  if (known.length === 0) return "";
  const table = plainTable(columns.length);
  const names = columns.map((name) => paint("dim", name === "p999" ? "p99.9" : name));
  table.push([paint("dim", "latency"), ...names]);
  for (const [name, percentiles] of known) {
    table.push([name, ...columns.map((column) => latency(percentiles?.[column] ?? 0))]);
  }
  return `${table.toString()}\n`;
}

function errors({ errorsByCode }: Summary, paint: Paint): string {
  if (errorsByCode.length === 0) return "";
  const table = plainTable(1);
  for (const { code, count, example } of errorsByCode) {
    table.push([
      paint("red", code),
      number(count),
      { content: example.split("\n")[0] ?? "", hAlign: "left" },
    ]);
  }
  return `${table.toString()}\n`;
}

function verdict({ name, limit, value, passed }: Judgement, paint: Paint): string {
  const say = name === "errors" ? number : latency;
  const got = value === null ? "nothing was measured" : say(value);
  return passed
    ? paint("green", `✓ ${name} ${got}, at most ${say(limit)}`)
    : paint("red", `✗ ${name} ${got}, expected at most ${say(limit)}`);
}

/** Columns without lines; all but the first are numbers. */
function plainTable(numbers = 2): Table.Table {
  const none = [
    "top",
    "top-mid",
    "top-left",
    "top-right",
    "bottom",
    "bottom-mid",
    "bottom-left",
    "bottom-right",
  ];
  const inside = ["left", "left-mid", "mid", "mid-mid", "right", "right-mid"];
  return new Table({
    chars: { ...Object.fromEntries([...none, ...inside].map((name) => [name, ""])), middle: "  " },
    colAligns: ["left", ...Array.from({ length: numbers }, () => "right" as const)],
    style: { "padding-left": 0, "padding-right": 0, compact: true, head: [], border: [] },
  });
}
