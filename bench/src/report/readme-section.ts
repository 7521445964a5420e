import type { Results, Row, Verdict } from "../results.js";
import type { SideName } from "../sides/side.js";
import { sides } from "../sides/sides.js";
import { ratioOf } from "../statistics.js";
import { kilobytes, short } from "./numbers.js";

const begin = "<!-- bench: written by `pnpm bench` -->";
const end = "<!-- /bench -->";

/** The page with its section of figures renewed. Throws where the page has no place for it. */
export function withFigures(page: string, results: Results): string {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`expected a page with ${begin} and ${end}`);
  return `${page.slice(0, from + begin.length)}\n\n${sectionOf(results)}\n\n${page.slice(to)}`;
}

function sectionOf({ rows, bundles, verdicts, machine, rounds, command, takenAt }: Results): string {
  const versions = Object.entries(machine.versions).map(([name, version]) => `${name} ${version}`);
  const compared = rows.filter(({ costs }) => Object.keys(costs).length > 1);
  return [
    [
      "| work | tautline | beside it |",
      "| --- | --- | --- |",
      ...compared.map(comparison),
      ...verdicts.filter(({ measured, least, unit }) => measured && !least && unit === "×").map(growth),
      `| what a browser loads, minified, gzip −9 | ${bundles.map(({ title, bytes }) => `${title} ${kilobytes(bytes)}`).join(" | ")} |`,
    ].join("\n"),
    over(verdicts),
    `${machine.processor}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.system}; ${versions.join(", ")}; ${machine.pinning}. ` +
      `Medians of ${rounds} rounds, each side in a process of its own and in turn, by \`${command}\` on ${takenAt.slice(0, 10)}. ` +
      "Absolute figures drift from machine to machine: only ratios of one run count.",
  ].join("\n\n");
}

function comparison({ title, unit, costs }: Row): string {
  const ours = costs.tautline;
  const peers = (Object.keys(costs) as SideName[]).filter((side) => side !== "tautline");
  const cells = peers.map((side) => {
    const theirs = costs[side];
    const ratio = ours && theirs ? ` (${ratioOf(ours, theirs).median.toFixed(2)} ×)` : "";
    return `${sides[side].label} ${theirs ? short(theirs.median) : ""}${ratio}`;
  });
  return `| ${title} | ${ours ? `${short(ours.median)} ${unit}` : "–"} | ${cells.join(", ")} |`;
}

function growth({ title, measured }: Verdict): string {
  return `| ${title} | dearest ÷ cheapest ${measured?.toFixed(2)} | |`;
}

/** What is not as good as it was meant to be is said, too. */
function over(verdicts: readonly Verdict[]): string {
  const missed = verdicts.filter(({ holds }) => !holds);
  if (missed.length === 0) return `All ${verdicts.length} bounds hold.`;
  const lines = missed.map(({ title, measured, bound, unit }) => {
    const amount = (value: number) => (unit === "×" ? `${value.toFixed(2)} ×` : kilobytes(value));
    return `- ${title}: ${measured === undefined ? "not measured" : amount(measured)}, meant to be at most ${amount(bound)}`;
  });
  return [
    `${verdicts.length - missed.length} of ${verdicts.length} bounds hold. These do not:\n`,
    ...lines,
  ].join("\n");
}
