import type { BundleSize, Row, Verdict } from "../results.js";
import type { SideName } from "../sides/side.js";
import { sides } from "../sides/sides.js";
import type { Spread } from "../statistics.js";
import { kilobytes, short } from "./numbers.js";

/** What each side cost, for a terminal. */
export function costTable(rows: readonly Row[]): string {
  return rows
    .map((row) => {
      const costs = Object.entries(row.costs) as [SideName, Spread][];
      const lines = costs.map(([side, { median, least, most }]) => [
        `  ${sides[side].title}`,
        `${short(median)} ${row.unit}`,
        `${short(least)} – ${short(most)}`,
      ]);
      return [row.title, ...columns(lines)].join("\n");
    })
    .join("\n\n");
}

/** The sizes of the clients, for a terminal. */
export function sizeTable(bundles: readonly BundleSize[]): string {
  if (bundles.length === 0) return "";
  const lines = bundles.map(({ title, bytes }) => [`  ${title}`, kilobytes(bytes)]);
  return ["clients, minified, gzip −9", ...columns(lines)].join("\n");
}

/** Each bound and whether it holds, for a terminal. */
export function verdictTable(verdicts: readonly Verdict[]): string {
  const amount = (value: number, unit: Verdict["unit"]) =>
    unit === "×" ? `${value.toFixed(2)} ×` : kilobytes(value);
  const lines = verdicts.map(({ holds, measured, least, most, bound, unit, title }) => [
    holds ? "ok" : "OVER",
    measured === undefined ? "not measured" : amount(measured, unit),
    least === undefined || most === undefined ? "" : `${least.toFixed(2)} – ${most.toFixed(2)}`,
    `at most ${amount(bound, unit)}`,
    title,
  ]);
  return columns(lines).join("\n");
}

/** Lines of cells, each column as wide as its widest cell. */
export function columns(lines: readonly (readonly string[])[]): string[] {
  const widths = (lines[0] ?? []).map((_, column) =>
    Math.max(...lines.map((cells) => cells[column]?.length ?? 0)),
  );
  return lines.map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}
